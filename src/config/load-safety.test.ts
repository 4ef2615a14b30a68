// What no configuration may do, however broken: throw, or show a secret. And what becomes of unreadable files.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { loadConfig } from "./load.ts";
import { renderGithub, renderJson, renderText } from "./render.ts";
import { endpoint, overrides, placesOf, problemsOf, server } from "./samples.ts";

test("a file that cannot be read is a diagnostic; a .env beside it is read", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "oai-gateway-config-"));
  t.after(() => rm(folder, { recursive: true }));
  const codeOf = async (path: string) => {
    const result = await loadConfig(path, {});
    return result.kind === "broken"
      ? result.problems.map((problem) => problem.code)
      : result.config.plan.endpoints[0]?.credentials[0].apiKey;
  };
  const path = join(folder, "config.yaml");
  assert.deepEqual(await codeOf(path), ["OG100"]);
  assert.deepEqual(await codeOf(folder), ["OG100"]);
  await writeFile(path, Buffer.from([0xff, 0xfe, 0x61, 0x00]));
  assert.deepEqual(await codeOf(path), ["OG100"]);
  await writeFile(path, `\ufeff${endpoint("api_key: ${FILE_KEY}")}`);
  assert.deepEqual(await codeOf(path), ["OG130"]);
  await writeFile(join(folder, ".env"), "FILE_KEY=sk-file\n");
  assert.equal(await codeOf(path), "sk-file");
});

test("no secret is shown, whatever is wrong with the file", () => {
  const secret = "sUpErSeCrEt0123456789";
  const texts = [
    endpoint(`api_key: ${secret}`, "wieght: 1"),
    endpoint(`api_key: "${secret}`),
    endpoint(`api_kye: ${secret}`, "x: 1"),
    endpoint(`api_key: ${secret}`, `api_key: ${secret}`),
    endpoint(`api_key: "${secret} x"`),
    endpoint(`headers: {x-key: "${secret}\\n"}`),
    endpoint(` api_key: ${secret}`),
    endpoint().replace("http://", `http://u:${secret}@`),
    endpoint().replace("/v1", `/v1?key=${secret}`),
    server(`api_keys: [${secret}, ${secret}]`, "prot: 1"),
    server("api_keys:", `  - ${secret}`, '  - ""'),
    endpoint(`api_key: *${secret}`),
  ];
  for (const text of texts) {
    const problems = problemsOf(text);
    assert.ok(problems.length > 0, text);
    const output = renderText(problems, { colour: false }) + renderJson(problems) + renderGithub(problems);
    assert.ok(!output.includes(secret), `${text}\n${output}`);
  }
});

test("random text and mutated files never throw", () => {
  const base =
    overrides("m:", "  - a/x", '  - {target: "*", weight: 2}') +
    server("port: 1", 'api_keys: ["${KEY}"]').replace(/^endpoints[\s\S]*?server/, "server");
  const mutated = fc
    .tuple(
      fc.nat(base.length),
      fc.nat(12),
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          "[",
          "{",
          "- ",
          ": ",
          '"',
          "\t",
          "\n",
          "&a ",
          "*a",
          "<<: ",
          "${",
          "!!",
          "|",
          "\u0000",
          "本",
        ),
      ),
    )
    .map(([at, count, text]) => base.slice(0, at) + text + base.slice(at + count));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), mutated), (text) => {
      const problems = problemsOf(text);
      renderText(problems, { colour: true });
      renderGithub(problems);
    }),
    { numRuns: 500 },
  );
  assert.deepEqual(placesOf("[".repeat(20_000)).length, 1);
  assert.equal(placesOf(`a: ${"{a: ".repeat(2_000)}1${"}".repeat(2_000)}`).length, 1);
});
