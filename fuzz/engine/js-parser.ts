// What http-parser-js sees: a second parser of wide use, and a lenient one.

import { HTTPParser } from "http-parser-js";
import { fieldLines, type Reading, type SeenMessage } from "./reading.ts";

/** Reads requests, piece by piece. */
export function jsRequests(pieces: readonly Buffer[]): Reading {
  return read(HTTPParser.REQUEST, pieces, undefined);
}

/** Reads answers to a request of this method, and behind the last piece the end of the connection. */
export function jsAnswers(pieces: readonly Buffer[], method: string): Reading {
  return read(HTTPParser.RESPONSE, pieces, method);
}

function read(type: "REQUEST" | "RESPONSE", pieces: readonly Buffer[], method: string | undefined): Reading {
  HTTPParser.encoding = "latin1";
  const parser = new HTTPParser(type);
  const whole: SeenMessage[] = [];
  let open: { start: string; fields: string } | undefined;
  let body = "";
  parser[HTTPParser.kOnHeadersComplete] = (info) => {
    const asked = `${HTTPParser.methods[info.method]} ${info.url}`;
    open = { start: type === "REQUEST" ? asked : String(info.statusCode), fields: fieldLines(info.headers) };
    body = "";
    return method !== undefined && hasNoBody(info.statusCode, method) ? 1 : 0;
  };
  parser[HTTPParser.kOnBody] = (chunk, offset, length) => {
    // A size below zero has it read the same bytes for ever.
    if (!(length >= 0)) throw new RangeError("a size below zero");
    body += chunk.toString("latin1", offset, offset + length);
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    if (open !== undefined) whole.push({ ...open, body, isLast: undefined });
    open = undefined;
  };
  let end: "refused" | "waiting" = "waiting";
  for (const piece of pieces) {
    if (isTaken(parser, piece)) continue;
    end = "refused";
    break;
  }
  if (end === "waiting" && method !== undefined) parser.finish();
  return { whole, begun: open === undefined ? undefined : { ...open, body, isLast: undefined }, end };
}

function isTaken(parser: InstanceType<typeof HTTPParser>, piece: Buffer): boolean {
  try {
    return typeof parser.execute(piece) === "number";
  } catch {
    return false;
  }
}

/** It leaves that to whoever has asked (RFC 9112 §6.3). */
function hasNoBody(status: number, method: string): boolean {
  return method === "HEAD" || status < 200 || status === 204 || status === 304;
}
