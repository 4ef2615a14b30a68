// Rules about `server.tls`: a certificate and a key that fit, and have time left.

import { resolve } from "node:path";
import { systemClock } from "../../core/clock.ts";
import { message } from "../../language/messages.ts";
import { aboutFound, aboutValue, type Draft, textAt } from "../yaml/draft.ts";
import { dayOf, type ListenerCertificate, readCertificate } from "./certificate.ts";

/** A certificate with less time left than this is warned of: 14 days. */
export const EXPIRY_WARNING_MS = 14 * 86_400_000;

/** Checks `server.tls` and gives the certificate; undefined where there is none, or none that can be used. */
export function checkTls(draft: Draft, folder: string): ListenerCertificate | undefined {
  const tls = ["server", "tls"];
  const [cert, key] = [textAt(draft, [...tls, "cert_file"]), textAt(draft, [...tls, "key_file"])];
  if (cert === undefined || key === undefined) return undefined;
  const passphrase = textAt(draft, [...tls, "key_passphrase"]);
  const files = {
    certFile: resolve(folder, cert),
    keyFile: resolve(folder, key),
    passphrase: passphrase === "" ? undefined : passphrase,
  };
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
