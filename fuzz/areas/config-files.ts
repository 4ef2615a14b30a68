// Configuration files: any text gives a configuration or problems with a place and a code each, and no secret of it
// is ever quoted.

import { configFromText, type LoadResult } from "../../src/config/file/load.ts";
import { CONFIG_CODES } from "../../src/config/report/codes.ts";
import type { Diagnostic } from "../../src/config/report/diagnostics.ts";
import { translator } from "../../src/language/messages.ts";
import { type Area, type Finding, finding } from "../area.ts";
import { mutated } from "../mutate.ts";
import type { Random } from "../random.ts";

const SECRET = "sk-fuzz-canary-0123456789abcdef";
const FILE = "fuzz.yaml";

const WORDS = [
  "\n",
  "  ",
  "\t",
  "- ",
  ": ",
  "#",
  "&a ",
  "*a",
  "<<: *a",
  "!!binary ",
  "!!js/function ",
  "? ",
  "|",
  ">",
  "---\n",
  "...",
  "%YAML 1.2\n",
  "{",
  "}",
  "[",
  "]",
  '"',
  "'",
  "${",
  "${HOME}",
  "${X:-}",
  "${X:-${Y}}",
  "}",
  "null",
  "~",
  "true",
  "-1",
  "0x10",
  "1e999",
  ".nan",
  ".inf",
  "1_000",
  "2001-01-01",
  "\ufeff",
  "\0",
  "\u2028",
  "__proto__: 1\n",
  "constructor:\n",
  "endpoints:\n",
  "routing:\n",
  "server:\n",
  "model_overrides:\n",
  "    weight: 0\n",
  "    weight: 1.5\n",
  "base_url: ",
  "file:///etc",
  "http://169.254.169.254/",
  "http://u:p@h/",
  "api_keys: [a, b]\n",
  "priority: 1\n",
  "prefix",
  "*",
  '"*"',
  "64MiB",
  "10s",
  "-5s",
  "a/b",
  "/",
  "loop: [loop]\n",
] as const;

const ENDPOINT_LINES = [
  "    weight: 10",
  "    enabled: false",
  "    models: [a, b/c]",
  "    models: {include: ['gpt-*'], exclude: ['*-x']}",
  "    headers: {x-a: b}",
  "    timeouts: {connect: 5s, idle: 1m}",
  "    organization: org",
  "    wieght: 5",
  "    weight: -3",
  "    api_key: ${FUZZ_KEY}",
  "    priority: 2",
] as const;

const ROUTING_LINES = [
  "  mode: merge",
  "  mode: prefix",
  "  mode: mrege",
  "  hide_merged: true",
  "  model_overrides:\n    nick: [one/m, two/m]",
  "  model_overrides:\n    a: [b]\n    b: [a]",
  '  model_overrides:\n    m: ["*"]',
  "  model_overrides:\n    x: [{target: one/m, weight: 3}]",
  "  fallbacks: {a: [b]}",
] as const;

/** Texts of a configuration file. */
export const CONFIG_FILES: Area = {
  name: "config-files",
  make: (random) => {
    const text = Buffer.from(random.chance(8) ? hostile(random) : configText(random));
    return random.chance(25) ? text : mutated(random, text, WORDS);
  },
  open: async () => ({ check: async (input) => check(input), close: async () => {} }),
};

function check(input: Buffer): Finding | undefined {
  const text = input.toString();
  const env = { FUZZ_KEY: SECRET, HOME: "/home/x" };
  const result = configFromText(text, { file: FILE, env });
  const problems = result.kind === "ok" ? result.warnings : result.problems;
  const lines = text.split("\n").length;
  for (const problem of problems) {
    const fault = problemFault(problem, lines);
    if (fault !== undefined) return finding(fault, `${JSON.stringify(problem)} in ${text}`);
  }
  const told = JSON.stringify(problems);
  if (told.includes(SECRET)) return finding("secret-shown", told);
  return outcomeFault(result);
}

function problemFault(problem: Diagnostic, lines: number): string | undefined {
  if (!Object.hasOwn(CONFIG_CODES, problem.code)) return "no-code";
  if (translator("en")(problem.message).trim() === "") return "no-message";
  if (problem.line < 1 || problem.line > lines || problem.col < 1 || problem.length < 1) return "no-position";
  if (problem.excerpt.some((line) => line.text.includes("\n"))) return "excerpt-of-lines";
  return undefined;
}

function outcomeFault(result: LoadResult): Finding | undefined {
  if (result.kind === "broken") {
    const hasError = result.problems.some((problem) => problem.severity === "error");
    return hasError ? undefined : finding("broken-without-error", JSON.stringify(result.problems));
  }
  if (result.warnings.some((problem) => problem.severity === "error"))
    return finding("error-but-ok", JSON.stringify(result.warnings));
  const names = result.config.plan.endpoints.map((endpoint) => endpoint.name);
  if (new Set(names).size !== names.length) return finding("name-twice", names.join());
  const odd = result.config.plan.endpoints.find((endpoint) => !/^https?:\/\/[^/@]+$/.test(endpoint.origin));
  return odd === undefined ? undefined : finding("odd-origin", odd.origin);
}

function configText(random: Random): string {
  const lines = [
    "server:",
    "  host: 127.0.0.1",
    `  port: ${random.pick(["8080", "0", "70000", "x"])}`,
    "endpoints:",
  ];
  for (const name of ["one", "two", "three"].slice(0, random.between(1, 3))) {
    lines.push(
      `  - name: ${name}`,
      `    base_url: ${random.pick(["http://127.0.0.1:1/v1", "https://api.example/v1/", "https://h/v1/chat/completions"])}`,
    );
    if (random.chance(60)) lines.push(`    api_key: ${SECRET}`);
    for (let count = random.below(3); count > 0; count -= 1) lines.push(random.pick(ENDPOINT_LINES));
  }
  if (random.chance(60)) lines.push("routing:", random.pick(ROUTING_LINES), random.pick(ROUTING_LINES));
  return `${lines.join(random.chance(95) ? "\n" : "\r\n")}\n`;
}

/** What makes readers of YAML slow, deep or large. */
function hostile(random: Random): string {
  const count = random.between(100, 4_000);
  return random.pick([
    () => `a: &a [x]\n${random.times(12, (i) => `b${i}: &b${i} [${"*a,".repeat(9)}*a]`).join("\n")}\n`,
    () =>
      `a: &a0 [x,x]\n${random.times(20, (i) => `c${i}: &a${i + 1} [*a${i},*a${i},*a${i},*a${i}]`).join("\n")}\n`,
    () => `endpoints: ${"[".repeat(count)}`,
    () => `endpoints: ${"{a: ".repeat(count)}`,
    () => `${" - ".repeat(count)}x`,
    () => `endpoints:\n${"  - {name: a, base_url: 'http://h/'}\n".repeat(200)}`,
    () => `endpoints:\n  - name: ${"${".repeat(count)}\n`,
    () => `x: "${"\\".repeat(count)}\n`,
    () => `routing: {model_overrides: {${random.times(200, (i) => `m${i}: [m${i + 1}]`).join()}}}\n`,
  ])();
}
