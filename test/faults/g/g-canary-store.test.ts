// Fault 308: what is kept, and what is told of it, has no secret of anybody. Every secret that a gateway with keys, budgets,
// alerts, proxies and an admin side can have is a canary here, and all its files and answers are searched byte for byte.

import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type CliRun, runCli, startCli } from "../../support/cli.ts";
import { apiError, json, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { type FakeEndpoint, fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { cutAfter, errorWith200, hangUp } from "../../support/faults.ts";
import { type Answer, ask, type WireRequest } from "../../support/wire.ts";
import { chat } from "../../support/world.ts";

const CLIENT_KEY = "sk-client-CANARY-one-of-the-client";
const FILE_KEY = "sk-client-CANARY-two-of-a-variable";
const ENDPOINT_KEY = "sk-endpoint-CANARY-of-the-endpoint";
const ADMIN_TOKEN = "admin-token-CANARY-of-the-environment";
const PASSWORD = "password CANARY of the admin";
const GIVEN_KEY = "sk-CANARY-made-elsewhere";
const PROXY = "http://somebody:proxy-CANARY-password@127.0.0.1:9";
const USAGE = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
const EVENTS = [
  'data: {"choices":[{"index":0,"delta":{"content":"CANARY answered"}}]}\n\n',
  "data: [DONE]\n\n",
];

/** Endpoints that say in their errors what they were sent. */
const BEHAVIOURS: readonly Behaviour[] = [
  json(200, { choices: [{ message: { content: "CANARY answered" } }], usage: USAGE }),
  stream(EVENTS),
  cutAfter(stream(EVENTS), { of: "pieces", count: 1, how: "reset" }),
  json(401, { error: { message: `Incorrect API key provided: ${ENDPOINT_KEY}.`, type: "x", code: "y" } }),
  json(400, {
    error: { message: `bad: Bearer ${ENDPOINT_KEY}`, type: "x", param: null, code: ENDPOINT_KEY },
  }),
  apiError(429, "insufficient_quota"),
  apiError(503, null),
  errorWith200(),
  hangUp(),
];

const IN_BODY = {
  authorization: "Bearer CANARY-in-the-body",
  api_key: "sk-CANARY-in-the-body",
  extra_headers: { "x-api-key": "CANARY-in-the-body" },
  user: "CANARY-user",
};

function requestsOf(key: string): readonly WireRequest[] {
  const bearer = { authorization: `Bearer ${key}` };
  const said = chat("m", { ...IN_BODY, messages: [{ role: "user", content: "CANARY prompt" }] });
  return [
    { ...said, headers: bearer },
    { ...said, headers: { "x-api-key": key, cookie: "session=CANARY-cookie" } },
    { ...said, headers: { "api-key": key, "x-goog-api-key": "CANARY-other" } },
    { ...chat("m", { ...IN_BODY, stream: true }), headers: bearer },
    { ...said, path: `${said.path}?api_key=CANARY-query&key=CANARY-query`, headers: bearer },
    { path: `/v1beta/models/m:generateContent?key=${key}`, body: { contents: [] } },
    { ...said, headers: { authorization: `Bearer ${key}-CANARY-wrong` } },
    { ...said, path: `${said.path}?key=${key}-CANARY-wrong` },
    { path: `/v1/not-here?key=${key}`, headers: bearer },
  ];
}

/** What may be nowhere: the mark, and what the gateway has made itself. */
class Searched {
  readonly #secrets: string[] = [
    "CANARY",
    Buffer.from(`${new URL(PROXY).username}:${new URL(PROXY).password}`).toString("base64"),
    // A bare digest is as good as the key to whoever guesses.
    ...[CLIENT_KEY, FILE_KEY, PASSWORD, ADMIN_TOKEN, GIVEN_KEY].flatMap(digestsOf),
  ];

  /** A key is known by its beginning, which is no secret. */
  addKey({ key, prefix }: { key: string; prefix: string }): string {
    assert.ok(key.startsWith(prefix) && key.length - prefix.length > 20);
    for (const digest of digestsOf(key)) this.add(digest);
    return this.add(key, key.slice(prefix.length));
  }

  add(secret: string, part = secret): string {
    this.#secrets.push(part);
    return secret;
  }

  none(what: string, bytes: string | Buffer): void {
    const text = typeof bytes === "string" ? bytes : bytes.toString("latin1");
    for (const secret of this.#secrets) {
      const at = text.indexOf(secret);
      assert.equal(at, -1, `${what} has ${secret}: …${text.slice(Math.max(0, at - 200), at + 60)}…`);
    }
  }

  async noneBelow(folder: string): Promise<readonly string[]> {
    const names = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    for (const file of files) this.none(file, await readFile(file));
    return files;
  }
}

function digestsOf(secret: string): readonly string[] {
  const digest = hash("sha256", secret, "buffer");
  return [digest.toString("hex"), digest.toString("base64"), digest.toString("latin1")];
}

type Scene = {
  readonly run: CliRun;
  readonly port: number;
  readonly fakes: readonly FakeEndpoint[];
  readonly hook: FakeEndpoint;
  readonly searched: Searched;
  readonly command: (...args: readonly string[]) => ReturnType<typeof runCli>;
};

async function sceneOf(t: TestContext, format: string): Promise<Scene> {
  const fakes = [await fakeFor(t), await fakeFor(t)];
  const hook = (await fakeFor(t)).always(apiError(500, null));
  const price = { input: 1, output: 1 };
  const plain = fakes.map(({ url }, index) => ({
    name: `e${index}`,
    base_url: url,
    price,
    ...(index === 0 ? { api_key: ENDPOINT_KEY } : { api_key: "${SECOND_KEY}" }),
    headers: { "x-secret": "CANARY-in-a-header" },
  }));
  const config = {
    server: {
      port: 0,
      api_keys: [
        { name: "one", key: CLIENT_KEY, budget: { usd: 0.05, per: "day", warn_at: "1%" } },
        { name: "two", key: "${FILE_KEY}" },
      ],
    },
    log: { level: "debug", format },
    endpoints: [
      ...plain,
      {
        name: "behind",
        base_url: "http://127.0.0.2:9/v1",
        proxy: PROXY,
        api_key: ENDPOINT_KEY,
        models: ["p"],
      },
      { name: "far", base_url: "https://far.invalid/v1", api_key: ENDPOINT_KEY, models: ["far"] },
    ],
    alerts: { webhook: `${hook.url}/CANARY-hook?token=CANARY-hook` },
    health: { consecutive_failures: 1_000, min_requests: 100_000, active_probes: false },
    retries: { max_wait: "off" },
  };
  const env = {
    OAI_GATEWAY_ADMIN_TOKEN: ADMIN_TOKEN,
    FILE_KEY,
    SECOND_KEY: ENDPOINT_KEY,
    HTTPS_PROXY: PROXY,
  };
  const run = await startCli(t, ["serve", "--config", "config.yaml"], {
    files: { "config.yaml": JSON.stringify(config) },
    env,
  });
  const port = await run.port();
  await run.ready();
  const data = join(run.folder, "xdg-data", "oai-gateway");
  const at = ["--config", join(run.folder, "config.yaml"), "--data-dir", data];
  return {
    run,
    port,
    fakes,
    hook,
    searched: new Searched(),
    command: (...args) => runCli(t, [...args, ...at], { env }),
  };
}

/** Makes keys by command and by the API, and a password; gives a key and what the admin is let in by. */
async function planted({ port, searched, command }: Scene) {
  const made = await command("keys", "create", "--name", "anna", "--json");
  assert.equal(made.code, 0, made.stderr);
  searched.addKey(JSON.parse(made.stdout));
  const rotated = await command("keys", "rotate", "anna", "--grace", "1h", "--json");
  assert.equal(rotated.code, 0, rotated.stderr);
  const key = searched.addKey(JSON.parse(rotated.stdout));
  const link = /#([\w-]+)/.exec((await command("admin")).stdout)?.[1];
  assert.ok(link !== undefined);
  const admin = (method: string, path: string, token: string, body?: object): Promise<Answer> =>
    ask(port, {
      method,
      path: `/admin/v1${path}`,
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body }),
    });
  const set = await admin("POST", "/setup", "", { secret: link, password: PASSWORD });
  assert.equal(set.status, 200, set.text);
  const session = searched.add(String(set.json()["token"]));
  const other = await admin("POST", "/keys", session, { name: "ben" });
  assert.equal(other.status, 201, other.text);
  searched.addKey(other.json() as { key: string; prefix: string });
  const given = await admin("POST", "/keys", session, { name: "carl", key: GIVEN_KEY });
  assert.equal(given.status, 201, given.text);
  return { key, session, admin, link };
}

/** Reads whatever the admin side has to tell, and what it says to those who are wrong. */
async function readAdmin(searched: Searched, { session, admin }: Awaited<ReturnType<typeof planted>>) {
  const paths = ["/openapi.json", "/keys", "/budgets", "/status", "/endpoints", "/models", "/route?model=m"];
  const more = [
    "/session",
    "/sessions",
    "/setup",
    "/usage?by=key",
    "/requests?limit=200",
    "/audit",
    "/nothing",
  ];
  for (const path of [...paths, ...more]) {
    for (const token of [session, ADMIN_TOKEN, "CANARY-wrong-token", CLIENT_KEY]) {
      const { text, headers } = await admin("GET", path, token);
      searched.none(`admin ${path}`, text + headers.join("\n"));
    }
  }
  const wrong: readonly (readonly [string, string, object])[] = [
    ["POST", "/session", { password: "CANARY wrong password" }],
    ["POST", "/setup", { secret: "CANARY-wrong-secret", password: PASSWORD }],
    ["POST", "/keys", { name: "dora", key: "sk-CANARY-of-mine", secret: "CANARY" }],
    ["POST", "/password", { password: PASSWORD, old: "CANARY" }],
  ];
  for (const [method, path, body] of wrong) {
    const { status, text } = await admin(method, path, session, body);
    assert.ok(status >= 400, `${path}: ${status}`);
    searched.none(`admin ${path}`, text);
  }
}

const COMMANDS = [
  ...["usage --by key,model", "usage --json", "usage --csv", "logs", "logs --json", "doctor"],
  ...["keys list", "keys list --json", "keys show anna --json", "budget --json"],
  ...["check --json", "models --json", "route m --json", "prices --json"],
];

for (const format of ["json", "pretty"]) {
  test(`fault 308: no secret is in a file that is kept, in what is told of it, or in the ${format} log`, async (t) => {
    const scene = await sceneOf(t, format);
    const { run, port, fakes, hook, searched, command } = scene;
    const live = await planted(scene);
    const statuses = new Set<number>();
    for (const behaviour of BEHAVIOURS) {
      for (const fake of fakes) fake.always(behaviour);
      for (const key of [CLIENT_KEY, live.key])
        for (const status of await askAll(port, requestsOf(key), searched)) statuses.add(status);
    }
    for (const status of [200, 400, 401, 404, 429]) assert.ok(statuses.has(status), `never ${status}`);
    searched.none("an alert", (await hook.waitForRequest()).body);
    const away = [chat("p"), chat("far")].map((one) => ({ ...one, headers: { "x-api-key": FILE_KEY } }));
    await askAll(port, away, searched);
    await readAdmin(searched, live);
    for (const line of COMMANDS) {
      const { stdout, stderr } = await command(...line.split(" "));
      assert.ok((stdout + stderr).length > 0, line);
      searched.none(line, stdout + stderr);
    }
    const data = join(run.folder, "xdg-data", "oai-gateway");
    const bundle = join(run.folder, "bundle.json");
    const told = await command("doctor", "--bundle", bundle);
    searched.none("doctor --bundle", told.stdout + told.stderr);
    searched.none("the bundle", await readFile(bundle));
    const copied = await command("backup", join(data, "copy.db"), "--requests");
    assert.equal(copied.code, 0, copied.stderr);
    const kept = await searched.noneBelow(data);
    for (const name of ["usage.db", "requests.db", "usage.db-wal", "copy.db", "copy.db.requests"])
      assert.ok(kept.includes(join(data, name)), `${name} is not there`);
    run.kill("SIGTERM");
    const { stdout, stderr } = await run.ended;
    assert.match(stdout + stderr, /\bbehind\b/);
    searched.none("the log", stdout + stderr);
    // The log says it once; it is good once, and kept nowhere.
    searched.add(live.link);
    await searched.noneBelow(data);
    // A key of ours goes to no endpoint.
    for (const { rawHead } of fakes.flatMap(({ requests }) => requests))
      for (const key of [CLIENT_KEY, live.key]) assert.ok(!rawHead.includes(key), rawHead.toString());
  });
}

async function askAll(port: number, requests: readonly WireRequest[], searched: Searched): Promise<number[]> {
  const statuses: number[] = [];
  for (const request of requests) {
    const answer = await ask(port, request).catch(() => undefined);
    if (answer === undefined) continue;
    statuses.push(answer.status);
    const said = answer.text.replaceAll("CANARY answered", "");
    searched.none(`${request.path} ${answer.status}`, said + answer.headers.join("\n"));
  }
  return statuses;
}
