// Small configuration files for tests, and what is found in them. Not part of the gateway.

import { configFromText } from "../../../src/config/file/load.ts";
import type { Diagnostic } from "../../../src/config/report/diagnostics.ts";
import type { Environment } from "../../../src/core/env.ts";

const ENV: Environment = {
  KEY: "sk-from-env",
  EMPTY: "",
  LINES: "sk-a\nb",
  QUOTED: '"sk-quoted"',
  PORT: "9000",
  OPENAI_API_KEY: "sk-1",
};

/** Everything found in a text, with a small environment (KEY, EMPTY, LINES, QUOTED, PORT, OPENAI_API_KEY). */
export function problemsOf(text: string): readonly Diagnostic[] {
  const result = configFromText(text, { file: "config.yaml", env: ENV });
  return result.kind === "ok" ? result.warnings : result.problems;
}

/** Problems as `CODE line:col`. */
export function placesOf(text: string): readonly string[] {
  return problemsOf(text).map((problem) => `${problem.code} ${problem.line}:${problem.col}`);
}

/** A file with one endpoint `a`, and more lines for it. */
export function endpoint(...lines: readonly string[]): string {
  return [
    "endpoints:",
    "  - name: a",
    "    base_url: http://h:1/v1",
    ...lines.map((line) => `    ${line}`),
    "",
  ].join("\n");
}

export function server(...lines: readonly string[]): string {
  return `${endpoint()}server:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** With endpoints `a` and (disabled) `off`, and overrides from line 9 on. */
export function overrides(...lines: readonly string[]): string {
  const head = [
    "endpoints:",
    '  - {name: a, base_url: "http://h:1/v1"}',
    "  - name: off",
    "    base_url: http://h:2",
    "    enabled: false",
    "routing:",
    "  mode: merge",
    "  model_overrides:",
  ];
  return [...head, ...lines.map((line) => `    ${line}`), ""].join("\n");
}
