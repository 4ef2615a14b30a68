// Why a change of the configuration in the store was not made.

import type { Diagnostic } from "../config/report/diagnostics.ts";
import { english, type Message } from "../language/messages.ts";

/** `read_only`: the file has it, or the demo is served. `changed`: somebody was faster. */
export type OverlayRefusalCode = "invalid" | "not_found" | "read_only" | "changed" | "unavailable";

/** The refusal. Nothing in it is secret. */
export class OverlayRefusal extends Error {
  readonly code: OverlayRefusalCode;
  /** The sentence, in whatever language it will be said. */
  readonly said: Message;
  /** What the rules of the file find. */
  readonly problems: readonly Diagnostic[];

  constructor(code: OverlayRefusalCode, said: Message, problems: readonly Diagnostic[] = []) {
    super(english(said));
    this.name = "OverlayRefusal";
    this.code = code;
    this.said = said;
    this.problems = problems;
  }
}
