// Reads the certificate and the key that the listener speaks TLS by, and says what is wrong with them. Uses them for
// nothing.

import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { isLoopbackHost } from "../../http/hosts.ts";
import { type Message, message } from "../../language/messages.ts";
import { certificatesIn, parsedCertificate, pemText } from "./pem-file.ts";

/** Which files, and what the key is encrypted with. */
export type CertificateFiles = {
  readonly certFile: string;
  readonly keyFile: string;
  readonly passphrase: string | undefined;
};

/** A certificate with its key. The key is in no JSON and in no log. */
export class ListenerCertificate {
  readonly certPem: string;
  readonly minVersion = "TLSv1.2";
  readonly notAfterMs: number;
  readonly #keyPem: string;
  readonly #files: CertificateFiles;

  constructor(
    files: CertificateFiles,
    pem: { readonly cert: string; readonly key: string },
    notAfterMs: number,
  ) {
    this.certPem = pem.cert;
    this.#keyPem = pem.key;
    this.#files = files;
    this.notAfterMs = notAfterMs;
  }

  /** PEM. */
  keyPem(): string {
    return this.#keyPem;
  }

  passphrase(): string | undefined {
    return this.#files.passphrase;
  }

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

  /** Where it was read. */
  files(): CertificateFiles {
    return this.#files;
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

/** Reads both files; blocks, for some milliseconds. Never throws. */
export function readCertificate(files: CertificateFiles, wallMs: number): CertificateResult {
  const cert = pemText(files.certFile);
  if (cert === undefined) return bad("cert_file", "tls.unreadable", "tls.fixPath");
  const chain = certificatesIn(cert);
  if (chain.length === 0) return bad("cert_file", "tls.noCertificate", "tls.fixPem");
  const certificates = chain.flatMap((pem) => parsedCertificate(pem) ?? []);
  const [own] = certificates;
  if (own === undefined || certificates.length < chain.length)
    return bad("cert_file", "tls.brokenCertificate", "tls.fixCopy");
  const key = pemText(files.keyFile);
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
  return timely(files, { cert: `${chain.join("\n")}\n`, key }, own, wallMs);
}

function timely(
  files: CertificateFiles,
  pem: { readonly cert: string; readonly key: string },
  own: X509Certificate,
  wallMs: number,
): CertificateResult {
  const notAfterMs = own.validToDate.getTime();
  if (wallMs > notAfterMs) return badDate("tls.expired", notAfterMs);
  const notBeforeMs = own.validFromDate.getTime();
  if (wallMs < notBeforeMs) return badDate("tls.notYet", notBeforeMs);
  try {
    const { passphrase } = files;
    const { createSecureContext } = process.getBuiltinModule("node:tls");
    createSecureContext({
      ...pem,
      minVersion: "TLSv1.2",
      ...(passphrase === undefined ? {} : { passphrase }),
    });
  } catch {
    // Such as a key that is too short for today's libraries.
    return bad("cert_file", "tls.unusable", "tls.fixRenew");
  }
  return { kind: "ok", certificate: new ListenerCertificate(files, pem, notAfterMs) };
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

function bad(at: "cert_file" | "key_file", problem: PlainProblem, fix: Fix): CertificateResult {
  return { kind: "bad", at, problem: message(problem), fix: message(fix) };
}

function badDate(problem: "tls.expired" | "tls.notYet", atMs: number): CertificateResult {
  const date = dayOf(atMs);
  return { kind: "bad", at: "cert_file", problem: message(problem, { date }), fix: message("tls.fixRenew") };
}

/** A day as everybody reads it: `2026-01-31`. */
export function dayOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}
