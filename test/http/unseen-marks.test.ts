// Marks that nobody sees, or that turn the order of a text around, in names that clients and files choose: no error, no
// line of the log and nothing on a terminal has one as it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createTerminal } from "../../src/cli/terminal/terminal.ts";
import { adminFor } from "../support/admin-rig.ts";
import { runCli, startCli } from "../support/cli.ts";
import { json } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { type Answer, ask, type WireRequest } from "../support/wire.ts";
import { worldFor } from "../support/world.ts";

const DIRECTION = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c";
const CONTROLS = "\u0001\u0007\b\u001b[8m\u007f\u0085\u009b31m";
/** Names with a control in them are refused as such; those of the other marks are looked for. */
const NAME = `x${DIRECTION}y`;
const MARKS = `x${DIRECTION}${CONTROLS}y`;
/** Everything but the line ends and tabs of ordinary text. */
const RAW =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** In a path or a query. */
const CODED = encodeURIComponent(MARKS);
/** In a header, where no control may be: the bytes of UTF-8, one character each. */
const IN_HEADER = Buffer.from(`x${DIRECTION}y`).toString("latin1");

const MESSAGES = [{ role: "user", content: "hi" }];
const KEY = "sk-phone-0123456789";

/** Requests of clients that are refused, each with the marks in another place. */
function refused(marks: string): readonly WireRequest[] {
  const body = { model: marks, messages: MESSAGES };
  const coded = encodeURIComponent(marks);
  const paths = [
    ...[
      "/v1/chat/completions",
      "/v1/embeddings",
      "/v1/responses",
      "/v1/messages",
      "/v1/messages/count_tokens",
    ],
    ...["/api/chat", "/api/embed", "/api/show", "/v1/rerank", "/v1/images/generations", "/v1/audio/speech"],
  ];
  const form = `--b\r\nContent-Disposition: form-data; name="model"\r\n\r\n${marks}\r\n--b--\r\n`;
  const ofKey = { authorization: `Bearer ${KEY}` };
  return [
    ...paths.map((path) => ({ path, body })),
    { path: "/v1/chat/completions", body: { ...body, model: `a/${marks}` } },
    { path: "/v1/chat/completions", body: { ...body, model: `${marks}/m` } },
    { path: "/v1/chat/completions", body: { ...body, stream: true } },
    {
      path: "/v1/chat/completions",
      body: { ...body, model: "m" },
      headers: { "content-encoding": IN_HEADER },
    },
    { path: "/v1/responses", body: { model: "m", input: "x", previous_response_id: marks } },
    { path: "/v1/messages", body: { model: "m", max_tokens: 1, messages: MESSAGES, [marks]: 1 } },
    {
      path: "/v1/audio/transcriptions",
      body: form,
      headers: { "content-type": "multipart/form-data; boundary=b" },
    },
    { path: `/v1beta/models/${coded}:generateContent`, body: { contents: [] } },
    { path: `/v1beta/models/m:${coded}`, body: { contents: [] } },
    { path: `/openai/deployments/${coded}/chat/completions?api-version=${coded}`, body },
    ...["models", "files", "batches", "responses", "vector_stores", "threads"].map((what) => ({
      path: `/v1/${what}/${coded}`,
    })),
    { path: "/v1/files", headers: { "x-oai-gateway-endpoint": IN_HEADER } },
    { path: `/v1/files?after=${coded}&limit=${coded}` },
    { path: `/v1/${coded}`, body },
    { path: `/v1/${coded}` },
    { path: `/v1/realtime?model=${coded}` },
    { path: `/v1/chat/completions/${coded}`, method: "DELETE" },
    { path: `/v1/models?${coded}` },
    ...[ofKey, { authorization: `Bearer ${IN_HEADER}` }, { "x-api-key": IN_HEADER }].map((headers) => ({
      ...{ path: "/v1/chat/completions", headers: { ...headers, "x-request-id": IN_HEADER }, body },
    })),
    { path: "/v1/chat/completions", headers: { ...ofKey, "x-oai-gateway-dry-run": "true" }, body },
    { path: "/healthz", headers: { host: IN_HEADER } },
  ];
}

function checked(answer: Pick<Answer, "status" | "text" | "headers">, what: string): void {
  // Lists and echoes of what was asked for are no errors.
  if (answer.status < 400) return;
  assert.doesNotMatch(answer.text, RAW, what);
  assert.doesNotMatch(answer.headers.join(" "), /[^\t\u0020-\u007e]/, what);
}

for (const keys of ["without keys", "with keys"] as const)
  test(`no error that a client is told has one, ${keys}`, async (t) => {
    const key = { name: "phone", key: KEY, models: ["m", "n*"], endpoints: ["a"] };
    const server = keys === "with keys" ? { api_keys: [key] } : {};
    const world = await worldFor(t, { endpoints: { a: {}, b: {} }, server });
    let errors = 0;
    for (const request of [...refused(MARKS), ...refused(NAME)]) {
      const headers =
        keys === "with keys" ? { authorization: `Bearer ${KEY}`, ...request.headers } : request.headers;
      const answer = await world.ask({ ...request, ...(headers === undefined ? {} : { headers }) });
      if (answer.status >= 400) errors += 1;
      checked(answer, `${request.path} ${JSON.stringify(request.body ?? request.headers)}`);
    }
    assert.ok(errors > 60, `${errors} errors`);
  });

test("what endpoints say is quoted in an error without them", async (t) => {
  const world = await worldFor(t, { endpoints: { a: { fake: { models: [`${NAME}1`, "m"] } }, b: {} } });
  const failure = json(500, { error: { message: MARKS, type: MARKS, code: MARKS } });
  for (const fake of Object.values(world.fakes)) fake.always(failure);
  const chats = [`${NAME}2`, "m"].map((model) => ({ model, messages: MESSAGES }));
  for (const body of chats) {
    const answer = await world.ask({ path: "/v1/chat/completions", body });
    assert.match(answer.text, /u202e/);
    checked(answer, answer.text);
  }
});

test("no refusal of the admin API has one", async (t) => {
  const token = "program-token-0123456789";
  const { ask: askAdmin } = await adminFor(t, { token });
  const asked: readonly (readonly [string, string, unknown?])[] = [
    ["GET", `/keys/${CODED}`],
    ["GET", `/requests/${CODED}`],
    ["GET", `/usage?${CODED}=1`],
    ["GET", `/usage?group=${CODED}`],
    ["GET", `/route?model=${CODED}`],
    ["GET", `/${CODED}`],
    ["POST", "/keys", { name: MARKS }],
    ["POST", "/keys", { name: "k", [MARKS]: 1 }],
    ["POST", "/keys", { name: "k", models: [MARKS], limits: { [MARKS]: 1 } }],
    ["PUT", `/endpoints/${CODED}`, { base_url: `http://127.0.0.1:1/${DIRECTION}`, [MARKS]: 1 }],
    ["PUT", "/endpoints/x", { base_url: `http://${DIRECTION}/v1`, headers: { [MARKS]: "1" } }],
    ["PUT", `/aliases/${CODED}`, { targets: [MARKS] }],
    ["PUT", "/aliases/x", { targets: [`n${DIRECTION}/m`] }],
    ["DELETE", `/aliases/${CODED}`],
    ["POST", `/endpoints/${CODED}/drain`, {}],
    ["POST", "/aliases/preview", { name: `n${DIRECTION}`, targets: [`n${DIRECTION}/m`], [MARKS]: 1 }],
  ];
  for (const [method, path, body] of asked) {
    const told = await askAdmin(method, `/admin/v1${path}`, body === undefined ? { token } : { token, body });
    if (told.status >= 400) assert.doesNotMatch(told.text, RAW, `${method} ${path}`);
  }
});

for (const format of ["json", "pretty"] as const)
  test(`no line of the log has one, ${format}`, async (t) => {
    const endpoint = await fakeFor(t);
    const config = {
      server: { port: 0 },
      endpoints: [{ name: "a", base_url: endpoint.url }],
      log: { format },
    };
    const run = await startCli(t, [], { files: { "config.yaml": JSON.stringify(config) } });
    await run.ready();
    const port = await run.port();
    for (const request of refused(NAME)) await ask(port, request);
    run.kill("SIGTERM");
    const { stdout, stderr } = await run.ended;
    assert.match(stdout, /\\u200e/);
    assert.doesNotMatch(stdout + stderr, RAW);
  });

test("no problem of a file, and no misuse of a command, is shown with one", async (t) => {
  const files = { "config.yaml": oddFile() };
  const commands = [
    ["check"],
    ["check", "--format", "github"],
    ["check", "--format", "json"],
    [DIRECTION],
    ["check", `--${DIRECTION}`],
    ["explain", MARKS.replaceAll("\u0000", "")],
    ["check", "--config", `${DIRECTION}.yaml`],
  ];
  for (const args of commands) {
    const { stdout, stderr } = await runCli(t, args, { files });
    assert.notEqual(stdout + stderr, "", args.join(" "));
    assert.doesNotMatch(stdout + stderr, RAW, args.join(" "));
  }
});

function oddFile(): string {
  const name = JSON.stringify(`n${DIRECTION}`);
  return `server: {port: 0}
endpoints:
  - {name: ${name}, base_url: "http://127.0.0.1:9/${DIRECTION}", ${name}: 1, models: [${name}]}
  - {name: ${name}, base_url: "http://127.0.0.1:9/v1", api: ${name}}
routing:
  model_overrides: {${name}: [${name}]}
  models: {${name}: {strategy: ${name}}}
`;
}

test("a terminal is steered by nobody's text, and keeps its own colours", () => {
  for (const isColour of [true, false]) {
    const { shown, terminal } = fakeTerminal(isColour);
    terminal.err(`${terminal.paint.red("red")} ${DIRECTION}\u009b31m\b`);
    terminal.out(`${DIRECTION}\u0007`);
    terminal.status(`${DIRECTION}\u0085`);
    const text = shown.join("").replaceAll("\r\u001b[2K", "");
    assert.doesNotMatch(text.replace(/\u001b\[(?:31|39)m/g, isColour ? "" : "$&"), RAW);
    assert.equal(text.includes("\u001b[31mred"), isColour);
  }
});

function fakeTerminal(isColour: boolean) {
  const shown: string[] = [];
  const stream = { isTTY: true, columns: 80, write: (text: string) => shown.push(text) > 0 };
  const env = isColour ? { TERM: "xterm" } : { TERM: "xterm", NO_COLOR: "1" };
  const streams = { stdin: { isTTY: true }, stdout: stream, stderr: stream };
  return { shown, terminal: createTerminal(streams as Parameters<typeof createTerminal>[0], env) };
}
