// Reads the certificate authorities that endpoints name as `ca_file`. Trusts nothing by itself: the upstream client
// does.

import { resolve } from "node:path";
import { type Message, message } from "../../language/messages.ts";
import type { TextProblem } from "../yaml/text-rules.ts";
import { certificatesIn, type PemFiles, parsedCertificate } from "./pem-file.ts";

/** The certificates of a file, or what is wrong with it. */
export type CaResult =
  | { readonly kind: "ok"; readonly pem: string }
  | ({ readonly kind: "bad" } & TextProblem);

/** The files of one configuration, each read once, so that what was checked is what is used. */
export class CaFiles {
  readonly #folder: string;
  readonly #pems: PemFiles;
  readonly #read = new Map<string, CaResult>();

  /** Paths are relative to the folder. */
  constructor(folder: string, pems: PemFiles) {
    this.#folder = folder;
    this.#pems = pems;
  }

  /** Never throws. */
  read(file: string): CaResult {
    const known = this.#read.get(file);
    if (known !== undefined) return known;
    const result = readCertificates(this.#pems.text(resolve(this.#folder, file)));
    this.#read.set(file, result);
    return result;
  }
}

function readCertificates(text: string | undefined): CaResult {
  if (text === undefined) return bad(message("ca.unreadable"), message("ca.fixUnreadable"));
  // Only the certificates go on: a private key in the same file is none of our business.
  const certificates = certificatesIn(text);
  if (certificates.length === 0) return bad(message("ca.none"), message("ca.fixNone"));
  const broken = certificates.findIndex((certificate) => parsedCertificate(certificate) === undefined);
  if (broken >= 0) return bad(message("ca.broken", { number: broken + 1 }), message("ca.fixBroken"));
  return { kind: "ok", pem: `${certificates.join("\n")}\n` };
}

function bad(words: Message, fix: Message): CaResult {
  return { kind: "bad", message: words, fix };
}
