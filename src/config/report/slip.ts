// The words of `slips.ts`: what a slip is, and a line as the rules see it.

import type { Message } from "../../language/messages.ts";
import type { ConfigCode } from "./codes.ts";
import type { Span } from "./span.ts";

/** A slip and how it is mended; neither sentence holds anything of a value. */
export type Slip = {
  readonly code: ConfigCode;
  readonly at: Span;
  readonly message: Message;
  readonly fix: Message;
};

/** A line as the rules see it: what stands in quotes and in comments is blanked, every character at its place. */
export type BareLine = {
  /** Where the line begins in the text. */
  readonly start: number;
  /** Blank in comments, `x` within quotes. */
  readonly bare: string;
  /** Blank in comments only. */
  readonly code: string;
  /** Where a quote begins that this line does not close; -1 when there is none. */
  readonly openQuote: number;
};

/** Whether a word is a key of the configuration, at whatever place. */
export type IsKnown = (key: string) => boolean;
