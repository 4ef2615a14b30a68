// Takes a vendor's words out of a recorded request, and leaves its shape: every field, every kind of block, every name.

import {
  COMMAND,
  GREETING,
  PRINTED,
  THOUGHT,
  TURN_ONE,
  TURN_TWO,
} from "../test/support/models/scripted-model.ts";

/** Texts stand below these. What is as short as a word is a value, such as `auto`. */
const WORDY =
  /^(?:text|content|description|instructions|definition|title|output|arguments|input|thinking|reasoning_content|summary|pattern|default|examples|system|metadata|client_metadata)$/;
const LONGEST_VALUE = 40;
/** Pieces of the conversation that the tests look for. */
const OURS = [TURN_ONE, TURN_TWO, PRINTED, COMMAND.slice(0, 17), "The tool", THOUGHT, GREETING];
/** The first system block of one agent is no prompt, and translations know it. */
const PSEUDO_HEADER = /^x-anthropic-billing-header:/;

/** The value without them; ids, paths and dates are the same in every recording. */
export function withoutWords<Value>(value: Value): Value {
  const plain = new PlainNames();
  // What was a text is one again, and nothing else is changed.
  return replaced(value, "", plain) as Value;
}

function replaced(value: unknown, key: string, plain: PlainNames): unknown {
  if (typeof value === "string") return plain.text(wordless(value, key));
  if (Array.isArray(value)) return value.map((one) => replaced(one, key, plain));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, replaced(inner, name, plain)]),
  );
}

function wordless(text: string, key: string): string {
  if (PSEUDO_HEADER.test(text)) return "x-anthropic-billing-header: cc_version=0.0.0; cc_entrypoint=cli;";
  const isOurs = OURS.some((piece) => text.includes(piece));
  if (isOurs && text.length < 400) return text;
  // What is ours is said again behind what was the vendor's.
  if (isOurs) return `(${text.length} characters) ${OURS.filter((piece) => text.includes(piece)).join(" ")}`;
  const isWordy = WORDY.test(key) && /\s/.test(text);
  return isWordy || (text.length > LONGEST_VALUE && /\s/.test(text)) ? `(${text.length} characters)` : text;
}

/** Ids, paths and dates, each with a name of its own that does not change. */
class PlainNames {
  readonly #known = new Map<string, string>();

  text(text: string): string {
    return text
      .replaceAll(/\/tmp\/oai-gateway-client-\w+/g, "/home/user")
      .replaceAll(/\/tmp\/[\w./+-]*clients[\w./+-]*/g, "/opt/client")
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => this.#uuid(id))
      .replaceAll(/\b[0-9a-f]{32,64}\b/g, (id) => this.#digits(id))
      .replaceAll(/(?<=\b(?:ses|msg|prt|rs|fc|ctc)_)[0-9A-Za-z]{12,}/g, (id) => this.#digits(id))
      .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:8080")
      .replaceAll(/\b20\d\d-\d\d-\d\dT[\d:.]+(?=Z|\+00:00)/g, "2026-01-01T00:00:00.000")
      .replaceAll(/\b1[78]\d{11}\b/g, "1767225600000");
  }

  #uuid(id: string): string {
    return `00000000-0000-4000-8000-${String(this.#number(id)).padStart(12, "0")}`;
  }

  #digits(id: string): string {
    return String(this.#number(id)).padStart(id.length, "0");
  }

  #number(id: string): string {
    const known = this.#known.get(id) ?? String(this.#known.size + 1);
    this.#known.set(id, known);
    return known;
  }
}
