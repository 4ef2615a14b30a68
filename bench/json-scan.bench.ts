// What a look into a JSON body costs, against `JSON.parse`. Not a test: nothing here fails.
// Run: node bench/json-scan.bench.ts

import { applyEdits } from "../src/bytes/edits.ts";
import { peekJson } from "../src/wires/peek/json-scan.ts";
import { modelRenameOfJson } from "../src/wires/peek/model-edits.ts";

const PROSE = "The quick brown fox jumps over the lazy dog, and says: hello world. ";

function chatBody(messages: number, content: string): Buffer {
  const list = Array.from({ length: messages }, (_, i) => ({ role: i % 2 ? "assistant" : "user", content }));
  return Buffer.from(JSON.stringify({ model: "gpt-4o", stream: true, messages: list, temperature: 0.5 }));
}

const CODE = 'function f(a) {\n\treturn "x" + a;\n}\n'.repeat(55);
const PROSE_2K = PROSE.repeat(30).slice(0, 2000);
const BODIES: readonly (readonly [string, Buffer])[] = [
  ["1 KB, short messages", chatBody(12, PROSE.slice(0, 40))],
  ["100 KB, 2 KB of prose each", chatBody(50, PROSE_2K)],
  ["100 KB, code with many escapes", chatBody(45, CODE)],
  ["100 KB, Chinese", chatBody(50, "敏捷的棕色狐狸跳過懶狗。".repeat(56))],
  ["100 KB, short messages", chatBody(1200, PROSE.slice(0, 50))],
  [
    "100 KB, pretty printed",
    Buffer.from(JSON.stringify(JSON.parse(chatBody(1000, PROSE.slice(0, 30)).toString()), null, 2)),
  ],
  [
    "100 KB, numbers",
    Buffer.from(JSON.stringify({ input: Array.from({ length: 17000 }, (_, i) => 10000 + i), model: "e" })),
  ],
];

/** Best of seven rounds, in microseconds a call. */
function measure(run: (body: Buffer) => unknown, body: Buffer): number {
  const calls = Math.ceil(20_000_000 / (body.length + 200) / 4);
  for (let i = 0; i < calls; i++) run(body);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 7; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) run(body);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / calls / 1000);
  }
  return best;
}

console.log("| body | bytes | peekJson µs | rename µs | JSON.parse µs |\n|---|--:|--:|--:|--:|");
for (const [name, body] of BODIES) {
  const range = peekJson(body).modelRange ?? { start: 0, end: 0 };
  const peek = measure((bytes) => peekJson(bytes), body);
  const splice = measure((bytes) => applyEdits(bytes, [modelRenameOfJson(range, "llama3.2:3b")]), body);
  const parse = measure((bytes) => JSON.parse(bytes.toString()), body);
  console.log(
    `| ${name} | ${body.length} | ${peek.toFixed(2)} | ${splice.toFixed(2)} | ${parse.toFixed(2)} |`,
  );
}
