// Sends the bytes of a request to an engine, and tells what became of them.

import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { systemClock } from "../../src/core/clock.ts";
import { GatewayError } from "../../src/core/errors.ts";
import type { Listen, ServerLimits } from "../../src/http/listener.ts";
import type { BodyMeter, InboundRequest, RequestListener } from "../../src/http/message.ts";
import { Condition } from "../support/condition.ts";
import { serverFor } from "../support/engines/listener-server.ts";
import { EndedEarly, headerOf, SocketReader } from "../support/socket-reader.ts";
import { head } from "./request-row.ts";

/** Long enough for a busy machine, and yet an end for what hangs. */
const PATIENT_MS = 3_000;
const HASTY_MS = 40;
const MAX_BODY_BYTES = 1_000;
/** Longer ones are told by their length. */
const MAX_TOLD = 120;
const PROBE = "/probe";
const noMeter: BodyMeter = { take: () => true, finish() {}, release() {}, onShed: undefined };

/** A listening engine. */
export type Rig = {
  readonly port: number;
  readonly seen: string[];
  /** Told when the last of what was seen has come to its end. */
  readonly settled: Condition;
};

/** What is sent to it, as a row has it; `turns`: a turn of the loop between two writes, so that each is a read. */
export type Sending = {
  readonly sent: readonly string[];
  readonly next: "probe" | "fin" | "wait" | { readonly drip: string };
  /** Answers to be waited for, before it is asked whether the connection was kept. */
  readonly answers: number;
};

/** An engine that notes what its listener sees. `isHasty`: with short limits. */
export async function rigFor(t: TestContext, listen: Listen, isHasty: boolean): Promise<Rig> {
  const seen: string[] = [];
  const settled = new Condition();
  const ms = isHasty ? HASTY_MS : PATIENT_MS;
  const given: Partial<ServerLimits> = { headMs: ms };
  const server = await serverFor(t, { listen, given }, noting({ seen, settled }, ms));
  return { port: server.port, seen, settled };
}

function noting({ seen, settled }: Pick<Rig, "seen" | "settled">, idleMs: number): RequestListener {
  const limits = {
    maxBytes: MAX_BODY_BYTES,
    idleMs,
    totalMs: 60_000,
    minBytesPerSecond: 0,
    clock: systemClock,
  };
  return async (request, reply) => {
    let status = 200;
    const at = seen.push("") - 1;
    const line = lineOf(request);
    try {
      const bytes = await request.readBody(limits, noMeter);
      assert.ok(Buffer.isBuffer(bytes));
      seen[at] = bytes.length === 0 ? line : `${line} =${shown(bytes.toString("latin1"))}`;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      status = error.status;
      seen[at] = `${line} !${error.code}`;
    }
    settled.notify();
    reply.head(status, ["content-length", "0"]);
    reply.end();
  };
}

function lineOf(request: InboundRequest): string {
  const field = request.header("x");
  const line = `${request.method} ${shown(request.target)}`;
  return field === undefined ? line : `${line} x=${shown(field)}`;
}

/** The text, or how long it is. */
function shown(text: string): string {
  if (text.length <= MAX_TOLD) return text;
  return `${text.startsWith("/") ? "/" : ""}#${text.length}`;
}

/** Sends, and tells what became of it, as a row does. */
export async function outcomeOf(
  { port, seen, settled }: Rig,
  { sent, next, answers }: Sending,
): Promise<string> {
  seen.length = 0;
  const socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
  const reader = new SocketReader(socket);
  for (const piece of sent) await write(socket, piece);
  if (next === "fin") socket.end();
  const statuses = typeof next === "object" ? [...(await drip(socket, reader, next.drip))] : [];
  await readAnswers(reader, statuses, next === "probe" ? answers : Number.POSITIVE_INFINITY);
  if (next === "probe" && !reader.isEnded) {
    await write(socket, head(`GET ${PROBE} HTTP/1.1`, "Host: h", "Connection: close"));
    await readAnswers(reader, statuses, Number.POSITIVE_INFINITY);
  }
  socket.destroy();
  await settled.until(() => !seen.includes(""));
  const isKept = seen.at(-1) === `GET ${PROBE}` && statuses.at(-1) === "200";
  const told = isKept ? seen.slice(0, -1) : seen;
  const said = isKept ? statuses.slice(0, -1) : statuses;
  return [told.join("; "), ">", ...said, isKept ? "kept" : "closed"].join(" ").trimStart();
}

/** Writes, and gives the engine a turn to read it. */
async function write(socket: Socket, piece: string): Promise<void> {
  if (piece !== "") await new Promise<void>((resolve) => socket.write(piece, "latin1", () => resolve()));
  for (let turn = 0; turn < 2; turn += 1) await new Promise(setImmediate);
}

/** Sends it again and again, until the connection has ended, and notes the statuses of all answers. */
async function drip(socket: Socket, reader: SocketReader, drop: string): Promise<readonly string[]> {
  const statuses: string[] = [];
  let isOver = false;
  const reading = readAnswers(reader, statuses, Number.POSITIVE_INFINITY).finally(() => {
    isOver = true;
  });
  while (!isOver) await write(socket, drop);
  await reading;
  return statuses;
}

/** Notes the statuses of so many answers, or of all until the end. */
async function readAnswers(reader: SocketReader, statuses: string[], count: number): Promise<void> {
  try {
    for (let at = 0; at < count; at += 1) {
      const { startLine, headers } = await reader.head();
      statuses.push(startLine.split(" ")[1] ?? "");
      await reader.exactly(Number(headerOf(headers, "content-length") ?? 0));
    }
  } catch (error) {
    if (!(error instanceof EndedEarly)) throw error;
  }
}
