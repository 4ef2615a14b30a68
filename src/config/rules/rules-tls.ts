// Rules about `server.tls` and about `tls` of endpoints: a certificate and a key that fit, and have time left.

import { resolve } from "node:path";
import { systemClock } from "../../core/clock.ts";
import { type Message, message } from "../../language/messages.ts";
import { aboutFound, aboutValue, type Draft, listAt, textAt, valueAt } from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import {
  type CertificateFiles,
  dayOf,
  type KeyedCertificate,
  type ListenerCertificate,
  readCertificate,
  readClientCertificate,
} from "./certificate.ts";
import type { PemFiles } from "./pem-file.ts";

/** A certificate with less time left than this is warned of: 14 days. */
export const EXPIRY_WARNING_MS = 14 * 86_400_000;

/** Checks `server.tls` and gives the certificate; undefined where there is none, or none that can be used. */
export function checkTls(draft: Draft, folder: string): ListenerCertificate | undefined {
  const tls = ["server", "tls"];
  const files = filesAt(draft, tls, folder);
  if (files === undefined) return undefined;
  const wallMs = systemClock.wallMs();
  const result = readCertificate(files, wallMs);
  if (result.kind === "bad") {
    const path = [...tls, result.at];
    const words = aboutFound(draft, path, result.problem);
    draft.problems.add("OG146", draft.places.valueAt(path), words, { fix: result.fix });
    return undefined;
  }
  const { certificate } = result;
  if (certificate.notAfterMs - wallMs < EXPIRY_WARNING_MS) {
    const path = [...tls, "cert_file"];
    const soon = message("tls.soon", { date: dayOf(certificate.notAfterMs) });
    draft.problems.add("OG136", draft.places.valueAt(path), aboutValue(draft, path, soon), {
      fix: message("tls.fixRenew"),
    });
  }
  return certificate;
}

function filesAt(draft: Draft, tls: Path, folder: string): CertificateFiles | undefined {
  const [cert, key] = [textAt(draft, [...tls, "cert_file"]), textAt(draft, [...tls, "key_file"])];
  if (cert === undefined || key === undefined) return undefined;
  const passphrase = textAt(draft, [...tls, "key_passphrase"]);
  return {
    certFile: resolve(folder, cert),
    keyFile: resolve(folder, key),
    passphrase: passphrase === "" ? undefined : passphrase,
  };
}

/** What to do, where the words for the listener do not fit an endpoint. */
const ENDPOINT_FIXES: Readonly<Record<string, Message>> = {
  "tls.fixPassphrase": message("clientCertificate.fixPassphrase"),
  "tls.fixMismatch": message("clientCertificate.fixMismatch"),
  "tls.fixRenew": message("clientCertificate.fixRenew"),
};

/** Checks `tls` of all endpoints; gives the certificates that can be used, by the number of their endpoint. */
export function checkClientCertificates(
  draft: Draft,
  folder: string,
  pems: PemFiles,
): ReadonlyMap<number, KeyedCertificate> {
  const found = new Map<number, KeyedCertificate>();
  for (const index of listAt(draft, ["endpoints"]).keys()) {
    const tls = ["endpoints", index, "tls"];
    if (valueAt(draft.value, tls) === undefined) continue;
    checkIsShown(draft, index);
    const files = filesAt(draft, tls, folder);
    if (files === undefined) continue;
    const result = readClientCertificate(files, (path) => pems.text(path));
    if (result.kind === "ok") {
      found.set(index, result.certificate);
      checkTime(draft, tls, result.certificate);
      continue;
    }
    const path = [...tls, result.at];
    const words = aboutFound(draft, path, result.problem);
    const fix = ENDPOINT_FIXES[result.fix.key] ?? result.fix;
    draft.problems.add("OG165", draft.places.valueAt(path), words, { fix });
  }
  return found;
}

/**
 * A warning: the endpoint alone refuses what has expired, and the others must be served all the same.
 */
function checkTime(draft: Draft, tls: Path, { notBeforeMs, notAfterMs }: KeyedCertificate): void {
  const wallMs = systemClock.wallMs();
  const path = [...tls, "cert_file"];
  let problem: Message;
  if (wallMs > notAfterMs) problem = message("tls.expired", { date: dayOf(notAfterMs) });
  else if (wallMs < notBeforeMs) problem = message("tls.notYet", { date: dayOf(notBeforeMs) });
  else if (notAfterMs - wallMs < EXPIRY_WARNING_MS)
    problem = message("tls.soon", { date: dayOf(notAfterMs) });
  else return;
  draft.problems.add("OG166", draft.places.valueAt(path), aboutFound(draft, path, problem), {
    fix: message("clientCertificate.fixRenew"),
  });
}

/** Nobody asks for a certificate where no TLS is spoken. */
function checkIsShown(draft: Draft, index: number): void {
  const address = textAt(draft, ["endpoints", index, "base_url"]);
  if (address === undefined || !/^http:/i.test(address.trim())) return;
  const tls = ["endpoints", index, "tls"];
  draft.problems.add("OG167", draft.places.keyAt(tls), message("clientCertificate.plain"), {
    fix: message("clientCertificate.fixPlain"),
  });
}
