// Why a change of the configuration in the store was not made.

import type { Diagnostic } from "../config/report/diagnostics.ts";

/** `read_only`: the file has it, or the demo is served. `changed`: somebody was faster. */
export type OverlayRefusalCode = "invalid" | "not_found" | "read_only" | "changed" | "unavailable";

/** The refusal. Nothing in it is secret. */
export class OverlayRefusal extends Error {
  readonly code: OverlayRefusalCode;
  /** What the rules of the file find. */
  readonly problems: readonly Diagnostic[];

  constructor(code: OverlayRefusalCode, words: string, problems: readonly Diagnostic[] = []) {
    super(words);
    this.name = "OverlayRefusal";
    this.code = code;
    this.problems = problems;
  }
}
