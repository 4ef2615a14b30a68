// Tests of `start-block.ts`: golden text of the first minute, in both languages and without UTF-8.

import assert from "node:assert/strict";
import { test } from "node:test";
import { shownContext } from "../../../test/support/cli-context.ts";
import { textWidth } from "../../core/text-width.ts";
import type { Language } from "../../language/language.ts";
import { verbatim } from "../../language/messages.ts";
import type { CommandContext } from "../terminal/command.ts";
import { nothingLines, readyLines, tableLines } from "./start-block.ts";
import { tryCommand } from "./try-command.ts";

function contextOf(language: Language, isInteractive: boolean, locale = "C.UTF-8"): CommandContext {
  return shownContext(language, isInteractive ? 80 : undefined, { LC_ALL: locale }).context;
}

const TABLE = {
  rows: [
    {
      name: "local",
      weight: 2,
      mark: "ok",
      source: undefined,
      modelCount: 4,
      durationMs: 3.2,
      note: undefined,
    },
    {
      name: "openai",
      weight: 1,
      mark: "ok",
      source: undefined,
      modelCount: 62,
      durationMs: 198,
      note: undefined,
    },
    {
      name: "far",
      weight: 1,
      mark: "bad",
      source: undefined,
      modelCount: undefined,
      durationMs: undefined,
      note: verbatim("connection refused\u001b[2J"),
    },
  ],
  isFound: false,
  modelCount: 66,
  sharedCount: 0,
  notes: [verbatim('openai lists "fast" and is not among its targets')],
  isAnyUsable: true,
  tryCommand: tryCommand({ url: "http://127.0.0.1:8080", model: "qwen3:8b", clientKey: undefined }, "posix"),
} as const;

test("the ready lines", () => {
  const lines = readyLines(contextOf("en", true), {
    version: "0.1.0",
    url: "http://127.0.0.1:8080",
    startedMs: 214,
    config: { file: "config.yaml", endpointCount: 3 },
    isDemo: false,
    workers: 1,
  });
  assert.deepEqual(lines, [
    "",
    "  oai-gateway 0.1.0                                         ready in 0.2 s",
    "",
    "  API        http://127.0.0.1:8080/v1",
    "  Config     config.yaml (3 endpoints, watching for changes)",
    "",
  ]);
});

test("the table of endpoints, what is odd, and what to try", () => {
  assert.deepEqual(tableLines(contextOf("en", true), TABLE), [
    "    ✔ local    weight 2    4 models     3 ms",
    "    ✔ openai   weight 1   62 models   198 ms",
    "    ✖ far      weight 1                        connection refused\\u001b[2J",
    "",
    "  66 models.",
    '  ! openai lists "fast" and is not among its targets',
    "  Try:",
    "    curl http://127.0.0.1:8080/v1/chat/completions -H 'content-type: application/json' \\",
    `      -d '{"model":"qwen3:8b","messages":[{"role":"user","content":"hi"}]}'`,
    "",
  ]);
});

test("Chinese columns stay aligned", () => {
  const lines = tableLines(contextOf("zh-TW", true), { ...TABLE, notes: [], tryCommand: undefined });
  assert.deepEqual(lines.slice(0, 2), [
    "    ✔ local    權重 2    4 個模型     3 ms",
    "    ✔ openai   權重 1   62 個模型   198 ms",
  ]);
});

test("a locale without UTF-8 gets ASCII", () => {
  const context = contextOf("en", false, "C");
  const lines = [...tableLines(context, TABLE), ...nothingLines(context, undefined)];
  assert.match(lines.join("\n"), /^[\n\u0020-\u007e]*$/);
});

test("nothing found: what was looked for and four ways on", () => {
  assert.deepEqual(nothingLines(contextOf("en", true), { keyVariables: 14, ports: 9 }), [
    "  ! No endpoints yet. Looked for:",
    "    ./config.yaml, 14 API-key variables (also in ./.env), 9 local ports.",
    "",
    "  Pick one:",
    "    put OPENAI_API_KEY=sk-… into .env   then press r   use your provider",
    "    ollama serve                        then press r   use local models",
    "    oai-gateway init                                   write a config.yaml",
    "    press d                                            try mock models",
    "",
  ]);
  assert.match(nothingLines(contextOf("en", false), undefined).join("\n"), /oai-gateway demo/);
});

test("a file without an endpoint says so, and nobody is said to be asked", () => {
  const facts = { ...TABLE, rows: [], modelCount: 0, notes: [], tryCommand: undefined };
  assert.deepEqual(tableLines(contextOf("en", true), facts), [
    "  ! No endpoints yet: the file names none. Add one and save it.",
    "",
  ]);
});

test("where no endpoint can be used there is nothing to try, but what tells why", () => {
  const down = { ...TABLE, notes: [], rows: TABLE.rows.slice(2), isAnyUsable: false, tryCommand: undefined };
  const said = [
    "  ! No endpoint can be used now; each is asked again in the background.",
    "    What is wrong, and how to mend it:  oai-gateway doctor",
    "",
  ];
  assert.deepEqual(tableLines(contextOf("en", true), down).slice(2), ["  66 models.", ...said]);
  assert.deepEqual(tableLines(contextOf("en", true), { ...down, modelCount: 0 }).slice(2), said);
  assert.match(
    tableLines(contextOf("zh-TW", true), down).join("\n"),
    /目前沒有可用的端點；[^\n]*\n[^\n]*doctor/,
  );
});

test("what is said before there is an endpoint fits into 80 columns, however it was started", () => {
  for (const language of ["en", "zh-TW"] as const) {
    for (const isInteractive of [true, false]) {
      const context = { ...contextOf(language, isInteractive), command: "npm run oai-gateway --" };
      const ready = { version: "0.1.0", url: "http://127.0.0.1:8080", startedMs: 214, config: undefined };
      const lines = [
        ...readyLines(context, { ...ready, isDemo: true, workers: 64 }),
        ...nothingLines(context, { keyVariables: 14, ports: 9 }),
        ...nothingLines(context, undefined),
      ];
      for (const line of lines) assert.ok(textWidth(line) <= 80, line);
    }
  }
});

test("the file in Chinese has full-width brackets about it", () => {
  const facts = { version: "0.1.0", url: "http://x", startedMs: 1, isDemo: false, workers: 1 };
  const config = { file: "config.yaml", endpointCount: 3 };
  assert.ok(
    readyLines(contextOf("zh-TW", true), { ...facts, config }).includes(
      "  設定檔     config.yaml（3 個端點，存檔後立即生效）",
    ),
  );
});

test("the block fits the terminal and breaks no word, in both languages", () => {
  const looked = { keyVariables: 14, ports: 9 };
  const ready = {
    version: "0.1.0",
    url: "http://127.0.0.1:8080",
    startedMs: 214,
    config: { file: "config.yaml", endpointCount: 3 },
    isDemo: true,
    workers: 1,
  };
  for (const language of ["en", "zh-TW"] as const) {
    const linesAt = (columns: number | undefined): string[] => {
      const { context } = shownContext(language, columns);
      const command = tryCommand({ url: ready.url, model: "qwen3:8b", clientKey: "KEY", columns }, "posix");
      const facts = { ...TABLE, isFound: true, tryCommand: command };
      return [
        ...readyLines(context, ready),
        ...tableLines(context, facts),
        ...nothingLines(context, looked),
        ...nothingLines(context, undefined),
      ].flatMap((line) => line.split("\n"));
    };
    const words = new Set(
      linesAt(1_000)
        .join(" ")
        .match(/[\w.:/-]+/g),
    );
    // An address is never broken: with 52 columns it still fits.
    for (const columns of [52, 80])
      for (const line of linesAt(columns)) {
        assert.ok(textWidth(line) <= columns, `${columns}: ${line}`);
        for (const [word] of line.matchAll(/[\w.:/-]+/g)) assert.ok(words.has(word), word);
      }
  }
});
