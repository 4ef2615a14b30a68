// Reads the certificates of PEM files.

import { X509Certificate } from "node:crypto";
import { smallFileBytes } from "./small-file.ts";

const LARGEST_BYTES = 1_024 * 1_024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** The text of a PEM file; undefined where it cannot be read, whatever the reason. Never throws. */
export function pemText(path: string): string | undefined {
  const bytes = smallFileBytes(path, LARGEST_BYTES);
  return Buffer.isBuffer(bytes) ? bytes.toString("latin1") : undefined;
}

/** The certificates in a text, in their order; a private key among them is left out. */
export function certificatesIn(text: string): readonly string[] {
  return text.match(CERTIFICATE) ?? [];
}

/** What a certificate says; undefined where it is broken. */
export function parsedCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
