// Holds what the exporter writes against the official definitions of OTLP: the strict JSON parser of protobuf over PyPI's
// opentelemetry-proto. Not part of `npm test`, which has a schema of its own and no internet: that schema is checked here
// as well, by requests that both must take and changed ones that both must refuse.
// Needs Python 3 with venv. Run: npm run test:otlp

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { samplePayloads } from "../test/support/otlp-samples.ts";
import { otlpRequest } from "../test/support/otlp-schema.ts";

const PACKAGE = "opentelemetry-proto==1.45.2";
const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "oai-gateway-otlp");
const python = join(cache, "bin", "python");
const PARSER = join(import.meta.dirname, "parse-otlp.py");

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args[0] ?? ""} failed:\n${stderr}${stdout}`);
}

function install(): void {
  const mark = join(cache, `${PACKAGE}.installed`);
  if (existsSync(mark)) return;
  mkdirSync(cache, { recursive: true });
  run("python3", ["-m", "venv", cache]);
  run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]);
  writeFileSync(mark, "");
}

/** The answer of the official parser for each text: undefined for one that it takes. */
function parse(texts: readonly string[]): readonly (string | null)[] {
  const folder = mkdtempSync(join(tmpdir(), "otlp-"));
  try {
    const file = join(folder, "requests.json");
    writeFileSync(file, JSON.stringify(texts));
    return JSON.parse(run(python, [PARSER, file]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

install();
const samples = await samplePayloads();
const refusals = parse(samples.map(({ text }) => text));
let failures = 0;
for (const [index, { name, text, isGood }] of samples.entries()) {
  const official = refusals[index] ?? undefined;
  const own = otlpRequest.safeParse(JSON.parse(text)).success;
  const isRight = (official === undefined) === isGood && own === isGood;
  if (!isRight) failures += 1;
  const told = `official ${official === undefined ? "takes it" : `refuses it (${official.split("\n")[0]})`}, own schema ${own ? "takes it" : "refuses it"}`;
  console.log(`${isRight ? "ok    " : "WRONG "}${name}: ${told}`);
}
console.log(`${samples.length} requests, ${failures} wrong`);
process.exitCode = failures === 0 ? 0 : 1;
