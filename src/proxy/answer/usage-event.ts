// Takes the event out of a chat's stream that tells what it used, where the gateway has asked for it and the client has
// not: clients read the first choice of each event, and this one has none. All other bytes pass as they are, and up to the
// end of the first choice nobody looks at them.

import type { StreamEnd } from "../../wires/stream/stream-end.ts";
import { type EventTransform, EventTransforms } from "./event-transforms.ts";
import type { AnswerTransform } from "./stages.ts";

const USAGE = Buffer.from('"usage"');
const HAS_CHOICE = /"finish_reason"|"choices"\s*:\s*\[\s*[^\]\s]/;
/** How one begins that may be taken out, as far as it is there. */
const BEGINNING = /^(?:da?t?$|data:? ?$|data: ?\{)/;
/** The one `data` line of an event. */
const DATA = /^data: ?(\{.*\})\r?$/m;

/** For one stream. */
export class UsageEventRemover implements AnswerTransform, EventTransform {
  readonly #streamEnd: StreamEnd;
  /** Undefined while the end is far. */
  #events: EventTransforms | undefined;

  /** `streamEnd` has seen each chunk before it comes here. */
  constructor(streamEnd: StreamEnd) {
    this.#streamEnd = streamEnd;
  }

  push(chunk: Buffer): Buffer {
    if (this.#events === undefined) {
      if (!this.#streamEnd.isNearEnd) return chunk;
      this.#events = new EventTransforms([this]);
    }
    return this.#events.push(chunk);
  }

  finish(): Buffer {
    return this.#events?.finish() ?? NOTHING;
  }

  onEvent(event: Buffer): readonly Buffer[] | undefined {
    return event.includes(USAGE) && isUsageAlone(event.toString()) ? NONE : undefined;
  }

  /** One with a choice is none that is taken out, nor one that has more than an object as its data. */
  passes(part: Buffer, isFirst: boolean): boolean {
    const text = part.toString("latin1");
    return HAS_CHOICE.test(text) || (isFirst && !BEGINNING.test(text));
  }

  onEnd(): readonly Buffer[] {
    return NONE;
  }
}

const NOTHING: Buffer = Buffer.alloc(0);
const NONE: readonly Buffer[] = [];

/** An event without a choice that has counts: nothing else in a stream looks like it. */
function isUsageAlone(event: string): boolean {
  const data = DATA.exec(event)?.[1];
  if (data === undefined) return false;
  try {
    const { choices, usage } = JSON.parse(data) as { readonly choices?: unknown; readonly usage?: unknown };
    return Array.isArray(choices) && choices.length === 0 && typeof usage === "object" && usage !== null;
  } catch {
    return false;
  }
}
