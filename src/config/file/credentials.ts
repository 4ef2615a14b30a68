// The credentials that a service manager hands over: files in the folder CREDENTIALS_DIRECTORY (systemd.exec(5),
// LoadCredential=), each of which may stand for a variable of its name. A folder of secrets of a container is the same.

import { readdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Environment } from "../../core/env.ts";
import { type Message, message } from "../../language/messages.ts";
import { smallFileBytes } from "../rules/small-file.ts";

/** The value of a credential, or why it has none; nothing of its content is in the words. */
type CredentialValue =
  | { readonly kind: "ok"; readonly value: string }
  | { readonly kind: "absent" }
  | { readonly kind: "bad"; readonly problem: Message };

/** A key is a line; what is larger was not meant to be one. */
const LARGEST_BYTES = 64 * 1_024;
/** More files than this are no credentials of ours. */
const MOST_NAMES = 1_000;
/** What `${VAR}` can name: no name leads out of the folder. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;

/** The credentials as they are during one reading of the configuration: each file is read once. */
export class Credentials {
  readonly #folder: string | undefined;
  readonly #known = new Map<string, CredentialValue>();

  /** Of a relative folder nothing is read: service managers give absolute ones. */
  constructor(env: Environment) {
    const folder = env["CREDENTIALS_DIRECTORY"];
    this.#folder = folder !== undefined && isAbsolute(folder) ? folder : undefined;
  }

  /** The value of a variable; undefined where no credential of that name can be used. */
  find(name: string): string | undefined {
    const found = this.#read(name);
    return found.kind === "ok" ? found.value : undefined;
  }

  /** Why a credential that is there cannot be used, and what mends it. */
  problemOf(name: string): { readonly message: Message; readonly fix: Message } | undefined {
    const found = this.#read(name);
    if (found.kind !== "bad") return undefined;
    return { message: found.problem, fix: message("credential.fix", { name }) };
  }

  /** How a missing variable could be handed over; undefined where nothing hands any over. */
  hintFor(name: string): Message | undefined {
    return this.#folder === undefined ? undefined : message("credential.hint", { name });
  }

  /** Names that could stand for variables. */
  names(): readonly string[] {
    if (this.#folder === undefined) return [];
    try {
      return readdirSync(this.#folder)
        .filter((name) => NAME.test(name))
        .slice(0, MOST_NAMES);
    } catch {
      return [];
    }
  }

  /** Every credential that can be used, by its name. */
  all(): Environment {
    return Object.fromEntries(this.names().map((name) => [name, this.find(name)]));
  }

  #read(name: string): CredentialValue {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const found: CredentialValue =
      this.#folder === undefined || !NAME.test(name)
        ? { kind: "absent" }
        : readCredential(this.#folder, name);
    this.#known.set(name, found);
    return found;
  }
}

function readCredential(folder: string, name: string): CredentialValue {
  const bytes = smallFileBytes(join(folder, name), LARGEST_BYTES);
  if (Buffer.isBuffer(bytes)) return valueIn(bytes, name);
  const { why, code } = bytes;
  if (why === "absent") return { kind: "absent" };
  if (why === "large") return bad(message("credential.large", { name }));
  if (why === "folder" || why === "noFile") return bad(message("credential.noFile", { name }));
  return bad(message("credential.unreadable", { name, code }));
}

function valueIn(bytes: Buffer, name: string): CredentialValue {
  let text: string;
  try {
    // Drops a byte order mark.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return bad(message("credential.noText", { name }));
  }
  const value = text.replace(/\r?\n$/, "");
  if (value.trim() === "") return bad(message("credential.empty", { name }));
  if (/[\u0000-\u001f\u007f]/.test(value)) return bad(message("credential.lines", { name }));
  return { kind: "ok", value };
}

function bad(problem: Message): CredentialValue {
  return { kind: "bad", problem };
}
