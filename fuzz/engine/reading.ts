// What a parser has seen in the bytes of a connection, in a form in which two parsers can be compared.

/** One message. */
export type SeenMessage = {
  /** Method and target, or the status. */
  readonly start: string;
  /** A line for each field: its name in lower case, a colon and a space, its value. */
  readonly fields: string;
  /** In latin1; of a message that is not whole what has come of it. Undefined where nobody has looked at it. */
  readonly body: string | undefined;
  /** No other message follows on the connection; undefined where the parser does not say. */
  readonly isLast: boolean | undefined;
};

/** What a parser has seen. */
export type Reading = {
  readonly whole: readonly SeenMessage[];
  /** A message whose head was taken, and whose body has not come whole. */
  readonly begun: SeenMessage | undefined;
  /** Why nothing more is seen: it is refused, more is waited for, or it is left to somebody else. */
  readonly end: "refused" | "waiting" | "left";
  /** In latin1, what is behind the last message, where the parser tells that from it. */
  readonly rest?: string;
};

/** How one parser's reading of the same bytes differs from that of the engine. */
export type Difference = {
  /**
   * `other`: it reads another message. `refused`: it refuses what the engine takes. `taken`: it takes what the engine
   * refuses or waits for.
   */
  readonly kind: "other" | "refused" | "taken";
  readonly detail: string;
};

/** Compares what the engine has seen with what another parser has, which may go on where the engine has stopped. */
export function differenceOf(engine: Reading, other: Reading): Difference | undefined {
  for (const [index, message] of engine.whole.entries()) {
    const same = other.whole[index];
    const which = `message ${index}`;
    if (same === undefined) {
      // It may have stopped in its body.
      const detail = `${which} is ${other.end}: ${show(message)}, seen ${show(other.begun)}`;
      return { kind: "refused", detail };
    }
    const what = partOf(message, same) ?? (hasOther(message.body, same.body) ? "body" : undefined);
    if (what !== undefined)
      return { kind: "other", detail: `${what} of ${which}: ${show(message)}, seen ${show(same)}` };
  }
  if (engine.begun !== undefined) return differenceAtEnd(engine, engine.begun, other);
  const next = other.whole[engine.whole.length];
  if (engine.end !== "left" && next !== undefined)
    return { kind: "taken", detail: `${engine.end} where ${show(next)} is seen` };
  if (engine.rest !== undefined && other.rest !== undefined && engine.rest !== other.rest)
    return { kind: "other", detail: `rest: ${JSON.stringify([engine.rest, other.rest])}` };
  return undefined;
}

function differenceAtEnd(engine: Reading, begun: SeenMessage, other: Reading): Difference | undefined {
  const index = engine.whole.length;
  const seen = other.whole[index] ?? (other.whole.length === index ? other.begun : undefined);
  if (seen === undefined) return { kind: "refused", detail: `head ${index} is refused: ${show(begun)}` };
  const { body: got = "" } = begun;
  const { body: wanted = "" } = seen;
  const isPart = wanted.startsWith(got) || got.startsWith(wanted);
  const what = partOf(begun, seen) ?? (isPart ? undefined : "body");
  if (what !== undefined) return { kind: "other", detail: `${what}: ${show(begun)}, seen ${show(seen)}` };
  if (seen === other.whole[index] && engine.end !== "left")
    return { kind: "taken", detail: `${engine.end} ${show(begun)}, seen whole ${show(seen)}` };
  if (engine.end === "waiting" && other.end === "refused")
    return { kind: "refused", detail: `the rest of ${show(begun)} is refused` };
  return undefined;
}

function partOf(one: SeenMessage, other: SeenMessage): string | undefined {
  if (one.start !== other.start) return "start";
  if (one.fields !== other.fields) return "fields";
  if (one.isLast !== undefined && other.isLast !== undefined && one.isLast !== other.isLast)
    return "persistence";
  return undefined;
}

function hasOther(body: string | undefined, other: string | undefined): boolean {
  return body !== undefined && other !== undefined && body !== other;
}

function show(message: SeenMessage | undefined): string {
  if (message === undefined) return "nothing";
  const { start, fields, body = "(unread)", isLast } = message;
  return JSON.stringify([start, fields.slice(0, 200), body.length, body.slice(0, 60), isLast]);
}

/** The lines of `SeenMessage.fields`, of names and values in turn. */
export function fieldLines(flat: readonly string[]): string {
  let lines = "";
  for (let at = 0; at + 1 < flat.length; at += 2) lines += `${flat[at]?.toLowerCase()}: ${flat[at + 1]}\n`;
  return lines;
}
