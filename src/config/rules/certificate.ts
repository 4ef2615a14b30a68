// Reads a certificate and its key, by which the listener speaks TLS or the gateway shows an endpoint who it is, and says
// what is wrong with them. Uses them for nothing.

import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { isIP } from "../../core/net/ip.ts";
import { isLoopbackHost } from "../../http/hosts.ts";
import { type Message, message } from "../../language/messages.ts";
import { certificatesIn, parsedCertificate, pemText } from "./pem-file.ts";

/** Which files, and what the key is encrypted with. */
export type CertificateFiles = {
  readonly certFile: string;
  readonly keyFile: string;
  readonly passphrase: string | undefined;
};

/** A certificate and its key, PEM both, and where they were read. */
export type CertificateParts = {
  readonly files: CertificateFiles;
  readonly cert: string;
  readonly key: string;
};

/** A pair that was read and fits. */
type ReadPair = CertificateParts & { readonly kind: "pair" };

/** A certificate with its key. The key is in no JSON and in no log. */
export class KeyedCertificate {
  readonly certPem: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly #keyPem: string;
  readonly #files: CertificateFiles;

  /** @throws where the certificate cannot be read */
  constructor({ files, cert, key }: CertificateParts) {
    const own = new X509Certificate(cert);
    this.certPem = cert;
    this.#keyPem = key;
    this.#files = files;
    this.notBeforeMs = own.validFromDate.getTime();
    this.notAfterMs = own.validToDate.getTime();
  }

  /** PEM. */
  keyPem(): string {
    return this.#keyPem;
  }

  passphrase(): string | undefined {
    return this.#files.passphrase;
  }

  /** Where it was read. */
  files(): CertificateFiles {
    return this.#files;
  }
}

/** The listener's. */
export class ListenerCertificate extends KeyedCertificate {
  readonly minVersion = "TLSv1.2";

  /**
   * A host by which clients of this machine trust it: the given one where it is covered, else `localhost` for an
   * address of this machine, or the first name of the certificate; the given one again where there is no name.
   */
  hostFor(host: string): string {
    const own = new X509Certificate(this.certPem);
    const isCovered = isIP(host) === 0 ? own.checkHost(host) : own.checkIP(host);
    if (isCovered !== undefined) return host;
    if (isLoopbackHost(host) && own.checkHost("localhost") !== undefined) return "localhost";
    return /DNS:([^*",\s]+)/.exec(own.subjectAltName ?? "")?.[1] ?? host;
  }
}

/** What is wrong, and with which of the two files. Words follow the name of the key. */
export type BadCertificate = {
  readonly kind: "bad";
  readonly at: "cert_file" | "key_file";
  readonly problem: Message;
  readonly fix: Message;
};

/** The certificate, or why there is none. */
export type CertificateResult =
  | { readonly kind: "ok"; readonly certificate: ListenerCertificate }
  | BadCertificate;

/** Reads the listener's; it has to be valid now. Blocks, for some milliseconds. Never throws. */
export function readCertificate(files: CertificateFiles, wallMs: number): CertificateResult {
  const pair = readPair(files, pemText);
  if (pair.kind === "bad") return pair;
  const certificate = new ListenerCertificate(pair);
  if (wallMs > certificate.notAfterMs) return badDate("tls.expired", certificate.notAfterMs);
  if (wallMs < certificate.notBeforeMs) return badDate("tls.notYet", certificate.notBeforeMs);
  return { kind: "ok", certificate };
}

/** Reads one that is shown to an endpoint, whether it is valid now or not. Blocks as well, and never throws. */
export function readClientCertificate(
  files: CertificateFiles,
  pemOf: (path: string) => string | undefined,
): { readonly kind: "ok"; readonly certificate: KeyedCertificate } | BadCertificate {
  const pair = readPair(files, pemOf);
  return pair.kind === "bad" ? pair : { kind: "ok", certificate: new KeyedCertificate(pair) };
}

function readPair(
  files: CertificateFiles,
  pemOf: (path: string) => string | undefined,
): ReadPair | BadCertificate {
  const cert = pemOf(files.certFile);
  if (cert === undefined) return bad("cert_file", "tls.unreadable", "tls.fixPath");
  const chain = certificatesIn(cert);
  if (chain.length === 0) return bad("cert_file", "tls.noCertificate", "tls.fixPem");
  const certificates = chain.flatMap((pem) => parsedCertificate(pem) ?? []);
  const [own] = certificates;
  if (own === undefined || certificates.length < chain.length)
    return bad("cert_file", "tls.brokenCertificate", "tls.fixCopy");
  const key = pemOf(files.keyFile);
  if (key === undefined) return bad("key_file", "tls.unreadable", "tls.fixPath");
  if (!key.includes("PRIVATE KEY-----")) return bad("key_file", "tls.noKey", "tls.fixKeyPem");
  const parsed = parsedKey(key, files.passphrase);
  if (parsed === undefined) {
    const isEncrypted = /ENCRYPTED/.test(key);
    return isEncrypted
      ? bad("key_file", "tls.encryptedKey", "tls.fixPassphrase")
      : bad("key_file", "tls.brokenKey", "tls.fixCopy");
  }
  if (!own.checkPrivateKey(parsed)) return bad("key_file", "tls.mismatch", "tls.fixMismatch");
  const pair: ReadPair = { kind: "pair", files, cert: `${chain.join("\n")}\n`, key };
  return isUsable(pair) ? pair : bad("cert_file", "tls.unusable", "tls.fixRenew");
}

/** Not so a key that is too short for today's libraries. */
function isUsable({ cert, key, files: { passphrase } }: ReadPair): boolean {
  try {
    const { createSecureContext } = process.getBuiltinModule("node:tls");
    const secret = passphrase === undefined ? {} : { passphrase };
    createSecureContext({ cert, key, minVersion: "TLSv1.2", ...secret });
    return true;
  } catch {
    return false;
  }
}

function parsedKey(key: string, passphrase: string | undefined): KeyObject | undefined {
  try {
    return createPrivateKey(passphrase === undefined ? { key } : { key, passphrase });
  } catch {
    return undefined;
  }
}

type PlainProblem =
  `tls.${"unreadable" | "noCertificate" | "brokenCertificate" | "noKey" | "encryptedKey" | "brokenKey" | "mismatch" | "unusable"}`;
type Fix = `tls.fix${"Path" | "Pem" | "Copy" | "KeyPem" | "Passphrase" | "Mismatch" | "Renew"}`;

function bad(at: "cert_file" | "key_file", problem: PlainProblem, fix: Fix): BadCertificate {
  return { kind: "bad", at, problem: message(problem), fix: message(fix) };
}

function badDate(problem: "tls.expired" | "tls.notYet", atMs: number): BadCertificate {
  const date = dayOf(atMs);
  return { kind: "bad", at: "cert_file", problem: message(problem, { date }), fix: message("tls.fixRenew") };
}

/** A day as everybody reads it: `2026-01-31`. */
export function dayOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}
