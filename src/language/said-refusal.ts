// A refusal of a request whose words are for this very request, and are said in the language of whoever sent it.

import { GatewayError } from "../core/errors.ts";
import { english, type Message } from "./messages.ts";

type RefusalCode = ConstructorParameters<typeof GatewayError>[0];
type RefusalDetail = Omit<NonNullable<ConstructorParameters<typeof GatewayError>[1]>, "message">;

/** The refusal. As an error its words are English. */
export class SaidRefusal extends GatewayError {
  /** What is wrong with this request. */
  readonly words: Message;

  constructor(code: RefusalCode, words: Message, detail: RefusalDetail = {}) {
    super(code, { ...detail, message: english(words) });
    this.words = words;
  }
}
