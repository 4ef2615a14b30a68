// Tests of `line-writer.ts`: batching, partial writes, and a system that refuses (fault catalogue, row 92).

import assert from "node:assert/strict";
import { test } from "node:test";
import { createLineWriter, type PendingLine, type RawWrite } from "./line-writer.ts";

type Step = { readonly error?: string; readonly take?: number };

/** A raw write that follows a script and then takes everything. */
function scripted(steps: readonly Step[]): {
  rawWrite: RawWrite;
  written: () => string;
  calls: () => number;
} {
  const pieces: Buffer[] = [];
  let call = 0;
  return {
    rawWrite: (_fd, bytes, done) => {
      const step = steps[call++] ?? {};
      const taken = step.take ?? bytes.length;
      if (step.error === undefined) pieces.push(bytes.subarray(0, taken));
      const error =
        step.error === undefined ? null : Object.assign(new Error(step.error), { code: step.error });
      setImmediate(() => done(error, error === null ? taken : 0));
    },
    written: () => Buffer.concat(pieces).toString(),
    calls: () => call,
  };
}

test("lines written together leave in one write, in order", async () => {
  const raw = scripted([]);
  const writer = createLineWriter({ fd: 1, rawWrite: raw.rawWrite });
  for (const line of ["a", "b", "c"]) writer.write(line);
  assert.equal(raw.calls(), 0, "nothing is written while a request is being served");
  await writer.flush();
  assert.equal(raw.written(), "a\nb\nc\n");
  assert.equal(raw.calls(), 1);
});

test("a partial write goes on where it stopped", async () => {
  const raw = scripted([{ take: 3 }, { take: 1 }]);
  const writer = createLineWriter({ fd: 1, rawWrite: raw.rawWrite });
  writer.write("hello");
  writer.write("world");
  await writer.flush();
  assert.equal(raw.written(), "hello\nworld\n");
});

test("lines written during a write are not lost", async () => {
  const raw = scripted([]);
  const writer = createLineWriter({ fd: 1, rawWrite: raw.rawWrite });
  writer.write("first");
  const flushed = writer.flush();
  writer.write("second");
  await flushed;
  assert.equal(raw.written(), "first\nsecond\n");
});

test("a busy pipe is tried again", async () => {
  const raw = scripted([{ error: "EAGAIN" }]);
  const writer = createLineWriter({ fd: 1, rawWrite: raw.rawWrite });
  writer.write("kept");
  await writer.flush();
  assert.equal(raw.written(), "kept\n");
  assert.equal(writer.droppedCount, 0);
});

test("a full disk loses a batch, counts it and goes on", async () => {
  const raw = scripted([{ error: "ENOSPC" }]);
  const writer = createLineWriter({ fd: 1, rawWrite: raw.rawWrite });
  writer.write("lost");
  writer.write("lost too");
  await writer.flush();
  writer.write("kept");
  await writer.flush();
  assert.equal(raw.written(), "kept\n");
  assert.equal(writer.droppedCount, 2);
});

test("a closed pipe is given up", async () => {
  const raw = scripted([{ error: "EPIPE" }]);
  const writer = createLineWriter({ fd: 1, rawWrite: raw.rawWrite });
  writer.write("lost");
  await writer.flush();
  writer.write("lost as well");
  await writer.flush();
  assert.equal(raw.calls(), 1);
  assert.equal(writer.droppedCount, 2);
});

test("the end of the process does not wait for a reader that stands still", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const writer = createLineWriter({ fd: 1, rawWrite: () => undefined });
  writer.write("never read");
  const flushed = writer.flush();
  t.mock.timers.tick(1_000);
  await flushed;
});

test("a reader that stands still costs bounded memory", async () => {
  const raw = scripted([]);
  const writer = createLineWriter({ fd: 1, rawWrite: raw.rawWrite, limitBytes: 10 });
  writer.write("12345");
  writer.write("123456");
  assert.equal(writer.droppedCount, 1);
  await writer.flush();
  assert.equal(raw.written(), "12345\n");
});

/** A line whose text counts how often it is asked for. */
class Pending implements PendingLine {
  asked = 0;
  readonly #said: string;

  constructor(said: string) {
    this.#said = said;
  }

  text(): string {
    this.asked += 1;
    if (this.#said === "") throw new Error("no text");
    return this.#said;
  }
}

test("the text of a line is made when it leaves, once, and lines keep their order", async () => {
  const raw = scripted([]);
  const writer = createLineWriter({ fd: 1, rawWrite: raw.rawWrite });
  const lines = [new Pending("b"), new Pending("d")] as const;
  writer.write("a");
  writer.write(lines[0]);
  writer.write("c");
  writer.write(lines[1]);
  assert.deepEqual(
    lines.map(({ asked }) => asked),
    [0, 0],
    "no text is made while a request is being served",
  );
  await writer.flush();
  assert.equal(raw.written(), "a\nb\nc\nd\n");
  assert.deepEqual(
    lines.map(({ asked }) => asked),
    [1, 1],
  );
});

test("a line whose text cannot be made is counted, and costs no other line", async () => {
  const raw = scripted([]);
  const writer = createLineWriter({ fd: 1, rawWrite: raw.rawWrite });
  for (const said of ["a", "", "b"]) writer.write(new Pending(said));
  await writer.flush();
  assert.equal(raw.written(), "a\nb\n");
  assert.equal(writer.droppedCount, 1);
});

test("lines without a text are bounded, and so is what waits for a reader that stands still", async () => {
  const raw = scripted([]);
  const writer = createLineWriter({ fd: 1, rawWrite: raw.rawWrite });
  const lines = Array.from({ length: 20_000 }, (_, index) => new Pending(`${index}`.padEnd(1_000, ".")));
  for (const line of lines) writer.write(line);
  assert.ok(lines.filter(({ asked }) => asked === 0).length - writer.droppedCount < 1_024);
  await writer.flush();
  const written = raw.written().split("\n").length - 1;
  assert.equal(written + writer.droppedCount, lines.length);
  assert.ok(raw.written().length < 5 * 1024 * 1024);
});
