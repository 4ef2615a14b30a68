// Why a change of client keys was not made, for whoever asked for it: by code, by field and in words.

import { english, type Message } from "../language/messages.ts";

/** `read_only`: the configuration file has it. `changed`: somebody was faster. */
export type KeyRefusalCode =
  | "invalid"
  | "name_taken"
  | "key_taken"
  | "not_found"
  | "read_only"
  | "changed"
  | "too_many"
  | "unavailable";

/** The refusal. Nothing in it is secret. */
export class KeyRefusal extends Error {
  readonly code: KeyRefusalCode;
  /** The field at fault; undefined where it is none's. */
  readonly field: string | undefined;
  /** The sentence, in whatever language it will be said. */
  readonly said: Message;

  constructor(code: KeyRefusalCode, said: Message, field?: string) {
    super(english(said));
    this.name = "KeyRefusal";
    this.code = code;
    this.field = field;
    this.said = said;
  }
}
