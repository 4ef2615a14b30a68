// Reads the certificates of PEM files.

import { X509Certificate } from "node:crypto";
import { LARGEST_NAMED_BYTES, smallFileBytes } from "./small-file.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** The PEM files that endpoints name, each read once, so that what was checked is what is used. */
export class PemFiles {
  readonly #read = new Map<string, string | undefined>();

  /** As `pemText`. */
  text(path: string): string | undefined {
    if (!this.#read.has(path)) this.#read.set(path, pemText(path));
    return this.#read.get(path);
  }

  /** The paths of all that were read, in their order. */
  get paths(): readonly string[] {
    return [...this.#read.keys()];
  }

  /** What was in each of them, in the same order; undefined for one that could not be read. */
  get contents(): readonly (string | undefined)[] {
    return [...this.#read.values()];
  }
}

/** The text of a PEM file; undefined where it cannot be read, whatever the reason. Never throws. */
export function pemText(path: string): string | undefined {
  const bytes = smallFileBytes(path, LARGEST_NAMED_BYTES);
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
