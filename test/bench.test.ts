// What the load rig refuses, and how its client reads answers; that it measures is held by bench-rig.long.test.ts.

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { type Answered, Caller } from "../bench/rig/caller.ts";
import { runRig } from "./support/bench-rig.ts";

test("what it does not know is said before anything is measured", () => {
  assert.match(runRig(["--scenarios", "S1,S77"]).stderr, /"S77" is none of S1 cold, S1/);
  assert.match(runRig(["--only", "nginz"]).stderr, /"nginz" is none of nginx, relay, fast, node/);
});

test("its client counts the events of an answer however chunks and reads are cut", async () => {
  const events = 'data: {"a":1}\n\ndata: {"b":2}\n\ndata: [DONE]\n\n';
  for (let size = 1; size <= events.length; size += 1) {
    const chunks = cut(events, size).map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`);
    const answer = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks.join("")}0\r\n\r\n`;
    const expected = { status: 200, events: 2, hasDone: true };
    assert.deepEqual(await answerInPieces(cut(answer, size)), expected, `pieces of ${size}`);
  }
});

function cut(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
}

/** What a caller makes of an answer that comes in these pieces, each a turn of the event loop after the one before. */
async function answerInPieces(pieces: readonly string[]): Promise<Answered> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => {
      const left = [...pieces];
      const next = (): void => {
        const piece = left.shift();
        if (piece !== undefined) socket.write(piece, () => setImmediate(next));
      };
      next();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const answered = await new Promise<Answered>((told) => {
    const caller: Caller = new Caller(port, {
      onAnswer: (answer) => {
        caller.close();
        told(answer);
      },
    });
    caller.send(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
  });
  server.close();
  return answered;
}
