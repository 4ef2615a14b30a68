// JSON bodies that come in pieces, in chunks or by length, and some whose client leaves before the end: what becomes of
// them follows from the bytes alone, and nothing of one that was left is forwarded or goes on counting. The input is the
// manner, the size of a piece, and the body.

import { setImmediate } from "node:timers/promises";
import { type Area, type Finding, finding, type OpenArea } from "../area.ts";
import type { Random } from "../random.ts";
import { DEADLINE_MS, good, Rig } from "../rig.ts";
import { bodyOf, judged } from "./bodies.ts";

const HEAD =
  "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nauthorization: Bearer CANARY-client-key\r\n";
/** Bits of the manner. */
const CHUNKED = 1;
const LEFT = 2;
/** A body in more pieces takes too long for a fuzzer. */
const MAX_PIECES = 64;

/** Bodies of `POST /v1/chat/completions` that are slow to come. */
export const TRICKLES: Area = { name: "trickles", make, open: openTrickles };

function make(random: Random): Buffer {
  return Buffer.concat([Buffer.from([random.below(4), random.between(1, 40)]), bodyOf(random)]);
}

async function openTrickles(): Promise<OpenArea> {
  const rig = await Rig.start(good({ id: "x" }));
  return { check: (input) => check(rig, input), close: () => rig.close() };
}

async function check(rig: Rig, input: Buffer): Promise<Finding | undefined> {
  const [manner = 0, wanted = 1] = input;
  const body = input.subarray(2);
  const size = Math.max(wanted, Math.ceil(body.length / MAX_PIECES), 1);
  const isChunked = (manner & CHUNKED) !== 0;
  const pieces = [headOf(body, isChunked), ...piecesOf(body, size, isChunked)];
  if ((manner & LEFT) === 0) {
    const found = await judged(rig, body, await rig.askInPieces(pieces));
    return found ?? roomFault(rig);
  }
  // By length, a body without a byte is whole with its head.
  if (body.length === 0) return undefined;
  await rig.leave(pieces.slice(0, -1));
  const fault = await roomFault(rig);
  if (rig.log.fault !== undefined) return finding("internal", rig.log.fault);
  return rig.forwarded.length > 0 ? finding("forwarded-in-part", body) : fault;
}

function headOf(body: Buffer, isChunked: boolean): Buffer {
  return Buffer.from(
    `${HEAD}${isChunked ? "transfer-encoding: chunked" : `content-length: ${body.length}`}\r\n\r\n`,
  );
}

function piecesOf(body: Buffer, size: number, isChunked: boolean): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    const frame = [Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")];
    pieces.push(isChunked ? Buffer.concat(frame) : piece);
  }
  return isChunked ? [...pieces, Buffer.from("0\r\n\r\n")] : pieces;
}

/** Whatever became of a body, nothing of it counts in the end, and no place is taken. */
async function roomFault(rig: Rig): Promise<Finding | undefined> {
  const { bodies, gate } = rig.gateway.overload;
  const endMs = performance.now() + DEADLINE_MS;
  while (bodies.bytes > 0 || bodies.coming > 0 || gate.inFlight > 0) {
    if (performance.now() > endMs)
      return finding("room-not-given-back", `${bodies.bytes} bytes, ${bodies.coming} coming`);
    await setImmediate();
  }
  return undefined;
}
