// Looks at the events of one response as they pass: what it made, under which id, and whether it is over. What it made is
// kept as it was written, so that it can be sent back.

import { EventTypes, valuesOf } from "./event-types.ts";

/** What an event is to whoever passes it on; `last` comes at the end of a response. */
type EventKind = "usual" | "last" | "error";

const DELTA = ".delta";
const ITEM_DONE = "response.output_item.done";
const LAST: ReadonlySet<string> = new Set(["response.completed", "response.incomplete", "response.failed"]);

/** Whether an event of this type is the last of its response. */
export function isLastEvent(type: string): boolean {
  return type === "error" || LAST.has(type);
}

/** One response. */
export class AnswerWatch {
  /** What it made, one item each. */
  readonly items: Buffer[] = [];
  /** Undefined until it is over, and where it failed. */
  id: string | undefined = undefined;
  readonly #types = new EventTypes();

  note(event: Buffer): EventKind {
    const type = this.#types.of(event);
    // Nearly all are, and mean nothing here.
    if (type.endsWith(DELTA)) return "usual";
    if (type === "error") return "error";
    if (type === ITEM_DONE) {
      const [item] = valuesOf(event, ["item"]);
      // A copy: the piece of the stream that it came in may be a hundred times as long.
      if (item !== undefined && isOfUse(item)) this.items.push(Buffer.from(item));
      return "usual";
    }
    if (!LAST.has(type)) return "usual";
    if (type !== "response.failed") this.#noteEnd(event);
    return "last";
  }

  #noteEnd(event: Buffer): void {
    const [response] = valuesOf(event, ["response"]);
    if (response === undefined) return;
    const [id, output] = valuesOf(response, ["id", "output"]);
    const text: unknown = id === undefined ? undefined : JSON.parse(id.toString());
    if (typeof text !== "string") return;
    this.id = text;
    if (this.items.length > 0 || output === undefined) return;
    // Servers exist that tell of items at the end only.
    const items: unknown = JSON.parse(output.toString());
    if (!Array.isArray(items)) return;
    for (const item of items) {
      const bytes = Buffer.from(JSON.stringify(item));
      if (isOfUse(bytes)) this.items.push(bytes);
    }
  }
}

/**
 * Whether an item can be sent back: reasoning without its content, packed or plain, means something only to the endpoint
 * that has kept it, and others refuse the whole request for it.
 */
function isOfUse(item: Buffer): boolean {
  const [type, packed, content] = valuesOf(item, ["type", "encrypted_content", "content"]);
  if (type === undefined) return false;
  if (type.toString() !== '"reasoning"') return true;
  return hasValue(packed) || (hasValue(content) && content?.toString() !== "[]");
}

function hasValue(value: Buffer | undefined): boolean {
  return value !== undefined && value.toString("latin1", 0, 4) !== "null";
}
