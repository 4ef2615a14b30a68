// The dashboard's files over real sockets: what a browser is told of them, in which form they come, and who gets them.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { startCli } from "../../test/support/cli.ts";
import { fakeFor } from "../../test/support/fakes/fake-endpoint.ts";
import { type Answer, ask } from "../../test/support/wire.ts";
import { askOn, configOf, workersFor } from "../../test/support/workers.ts";

type Asks = (path: string, headers?: Readonly<Record<string, string>>, method?: string) => Promise<Answer>;

/** Asks a gateway with this configuration. */
async function gatewayFor(t: TestContext, config: Readonly<Record<string, unknown>> = {}): Promise<Asks> {
  const files = { "config.yaml": JSON.stringify({ endpoints: [], ...config }) };
  const run = await startCli(t, ["serve", "--port", "0", "--no-detect"], { files });
  const port = await run.port();
  return (path, headers = {}, method = "GET") => ask(port, { method, path, headers });
}

function header(answer: Answer, name: string): string | undefined {
  return answer.header(name);
}

/** The first script of the page. */
async function scriptOf(asks: Asks): Promise<string> {
  const page = (await asks("/ui/")).body.toString();
  const [path] = /\/ui\/assets\/[\w.-]+\.js/.exec(page) ?? [];
  assert.ok(path, page);
  return path;
}

test("the page is asked for anew each time, its files never again", async (t) => {
  const asks = await gatewayFor(t);
  const page = await asks("/ui/");
  assert.deepEqual([page.status, header(page, "content-type")], [200, "text/html; charset=utf-8"]);
  assert.equal(header(page, "cache-control"), "no-cache");
  const script = await asks(await scriptOf(asks));
  assert.equal(header(script, "cache-control"), "public, max-age=31536000, immutable");
  assert.equal(header(script, "content-type"), "text/javascript; charset=utf-8");
  for (const path of ["/ui/", await scriptOf(asks)]) {
    const etag = header(await asks(path), "etag") ?? "";
    assert.match(etag, /^"[\w-]{22}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const same = await asks(path, { "if-none-match": known });
      assert.deepEqual([same.status, same.body.length, header(same, "etag")], [304, 0, etag]);
    }
    assert.equal((await asks(path, { "if-none-match": '"other"' })).status, 200);
  }
});

test("a browser that takes brotli gets it, every other one plain bytes; nothing is sent to it", async (t) => {
  const asks = await gatewayFor(t);
  const path = await scriptOf(asks);
  const plain = await asks(path);
  assert.equal(header(plain, "content-encoding"), undefined);
  const packed = await asks(path, { "accept-encoding": "gzip, br" });
  assert.equal(header(packed, "content-encoding"), "br");
  assert.equal(header(packed, "vary"), "accept-encoding");
  assert.ok(brotliDecompressSync(packed.body).equals(plain.body));
  assert.equal(
    header(await asks(path, { "accept-encoding": "br;q=0, gzip" }), "content-encoding"),
    undefined,
  );
  assert.equal((await asks(path, {}, "POST")).status, 405);
});

test("HEAD tells what GET would, and has no body", async (t) => {
  const fake = await fakeFor(t);
  const { run } = await workersFor(t, configOf({ fake }, {}));
  const page = `http://127.0.0.1:${await run.port()}/ui/`;
  const [head, whole] = [await fetch(page, { method: "HEAD" }), await fetch(page)];
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
  for (const name of ["etag", "content-type", "content-length", "content-security-policy"])
    assert.equal(head.headers.get(name), whole.headers.get(name), name);
  assert.ok((await whole.text()).length > 0);
});

test("every answer binds the page to this gateway, and lets nobody frame it", async (t) => {
  const asks = await gatewayFor(t);
  for (const path of ["/ui/", "/ui", await scriptOf(asks), "/ui/assets/none.js"]) {
    const answer = await asks(path);
    const policy = header(answer, "content-security-policy") ?? "";
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
    ])
      assert.ok(policy.split("; ").includes(part), `${path}: ${part}`);
    assert.ok(!policy.includes("unsafe"), policy);
    assert.equal(header(answer, "x-content-type-options"), "nosniff");
  }
  assert.ok(!/<script(?![^>]*\bsrc=)/.test((await asks("/ui/")).body.toString()), "a script in the page");
});

test("paths of the dashboard are the page, files that are gone are not, a browser's first look leads there", async (t) => {
  const asks = await gatewayFor(t);
  const page = (await asks("/ui/")).body;
  for (const path of ["/ui/requests?status=5xx", "/ui/keys", "/ui/no/such/page"])
    assert.ok((await asks(path)).body.equals(page), path);
  const gone = await asks("/ui/assets/index-00000000.js");
  assert.deepEqual([gone.status, header(gone, "cache-control")], [404, "no-store"]);
  for (const path of ["/ui", "/"]) {
    const led = await asks(path, { accept: "text/html,application/xhtml+xml" });
    assert.deepEqual([led.status, header(led, "location")], [302, "/ui/"]);
  }
  assert.equal((await asks("/")).status, 200);
  assert.match((await asks("/ui/build")).body.toString(), /^[\da-f]{16}$/);
});

test("it is off with the admin API, and for this machine alone unless it may be remote", async (t) => {
  const off = await gatewayFor(t, { admin: { enabled: false } });
  assert.equal((await off("/ui/")).status, 404);
  assert.equal((await off("/", { accept: "text/html" })).status, 200);
  const asks = await gatewayFor(t);
  for (const headers of [{ host: "evil.example" }, { "x-forwarded-for": "203.0.113.9" }]) {
    const refused = await asks("/ui/", headers);
    assert.equal(refused.status, 403);
    assert.ok(header(refused, "content-security-policy"));
    const inChinese = await asks("/ui/", { ...headers, "accept-language": "zh-CN" });
    assert.match(inChinese.body.toString(), /^管理 API 只响应本机.+\n$/);
    assert.notEqual((await asks("/", { accept: "text/html", ...headers })).status, 302);
  }
  const remote = await gatewayFor(t, { admin: { remote: true } });
  assert.equal((await remote("/ui/", { "x-forwarded-for": "203.0.113.9" })).status, 200);
});

test("each process of several has it, with the same files", async (t) => {
  const fake = await fakeFor(t);
  const gateway = await workersFor(t, configOf({ fake }, {}));
  const pages = [];
  for (const worker of [1, 2]) {
    const answer = await askOn(await gateway.openAt(worker), { method: "GET", path: "/ui/" });
    assert.equal(answer.status, 200);
    pages.push(header(answer, "etag"));
  }
  assert.equal(pages[0], pages[1]);
});
