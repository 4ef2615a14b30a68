// Offers to leave HTTP: what a listener engine promises of them.

import assert from "node:assert/strict";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import type { HttpServer, Listen } from "../../../src/http/listener.ts";
import type { InboundRequest, UpgradeReply } from "../../../src/http/message.ts";
import { Condition } from "../condition.ts";
import { requestBytes, type Wire, type WireRequest, wireFor } from "../wire.ts";
import { HELLO, serverFor } from "./listener-server.ts";

const OFFER = { connection: "keep-alive, Upgrade", upgrade: "Echo" };
const PLAIN = requestBytes({ path: "/plain" });

type OnUpgrade = (request: InboundRequest, reply: UpgradeReply) => void;

/** A server that says hello, and takes offers of `echo` at `/echo`. */
function upgradingFor(t: TestContext, listen: Listen, onUpgrade: OnUpgrade): Promise<HttpServer> {
  return serverFor(t, { listen }, undefined, {
    mayTake: (protocol, method, target) =>
      protocol === "echo" && method === "GET" && target.startsWith("/echo"),
    onUpgrade,
  });
}

/** Switches, and sends back what comes, to the end. */
const echo: OnUpgrade = (_request, reply) => {
  const connection = reply.switchProtocols(["x-said", "yes"]);
  connection.pipe(connection);
};

function offer(more: Partial<WireRequest> = {}): Buffer {
  return requestBytes({ path: "/echo", headers: OFFER, ...more });
}

/** A connection that has switched. */
async function switched(t: TestContext, server: HttpServer, behind = ""): Promise<Wire> {
  const wire = await wireFor(t, server.port);
  await wire.send(Buffer.concat([offer(), Buffer.from(behind)]));
  const head = await wire.head();
  assert.equal(head.status, 101);
  assert.deepEqual(
    [head.header("connection"), head.header("upgrade"), head.header("x-said")],
    ["Upgrade", "echo", "yes"],
  );
  assert.deepEqual([head.header("content-length"), head.header("transfer-encoding")], [undefined, undefined]);
  return wire;
}

/** The cases. */
export function testUpgrades(listen: Listen): void {
  testSwitch(listen);
  testIgnored(listen);
  testRefusals(listen);
  testFaults(listen);
}

function testSwitch(listen: Listen): void {
  test("an offer that is taken gives the connection away, both ways, with what came behind its head", async (t) => {
    const server = await upgradingFor(t, listen, echo);
    const wire = await switched(t, server, "early");
    assert.equal((await wire.bytes(5)).toString(), "early");
    const large = Buffer.alloc(3_000_000, "x");
    await wire.send(large);
    assert.deepEqual(await wire.bytes(large.length), large);
    wire.halfClose();
    await wire.closed();
    assert.equal(wire.error, undefined);
  });

  test("an offer behind other requests is taken in its turn, and kept-alive connections may make one", async (t) => {
    const server = await upgradingFor(t, listen, echo);
    const wire = await wireFor(t, server.port);
    await wire.send(Buffer.concat([PLAIN, PLAIN, offer(), Buffer.from("early")]));
    for (let time = 0; time < 2; time += 1) assert.equal((await wire.answer()).text, "hello");
    assert.equal((await wire.head()).status, 101);
    assert.equal((await wire.bytes(5)).toString(), "early");
  });

  test("a stop waits for what has left HTTP, and a cut ends it", async (t) => {
    const server = await upgradingFor(t, listen, echo);
    const wire = await switched(t, server);
    const drained = server.drain();
    await wire.send("on");
    assert.equal((await wire.bytes(2)).toString(), "on");
    assert.equal(server.openConnections, 1);
    server.cut();
    await drained;
    await wire.closed();
  });
}

function testIgnored(listen: Listen): void {
  const ignored: Readonly<Record<string, Partial<WireRequest>>> = {
    "to something else": { headers: { ...OFFER, upgrade: "other" } },
    "at another path": { path: "/plain" },
    "of several things": { headers: { ...OFFER, upgrade: "echo, other" } },
    "without its mention in Connection": { headers: { upgrade: "echo" } },
  };
  for (const [which, more] of Object.entries(ignored)) {
    test(`an offer ${which} is ignored, and the connection is kept`, async (t) => {
      const server = await upgradingFor(t, listen, () => assert.fail("it was taken"));
      const wire = await wireFor(t, server.port);
      for (let time = 0; time < 2; time += 1) {
        await wire.send(offer(more));
        assert.equal((await wire.answer()).text, "hello");
      }
    });
  }

  test("an offer with a body, or in HTTP/1.0, is ignored", async (t) => {
    const server = await upgradingFor(t, listen, () => assert.fail("it was taken"));
    const withBody = await wireFor(t, server.port);
    await withBody.send(offer({ method: "GET", body: "body" }));
    assert.equal((await withBody.answer()).text, "hello");
    const old = await wireFor(t, server.port);
    await old.send("GET /echo HTTP/1.0\r\nhost: a\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
    assert.equal((await old.answer()).text, "hello");
  });
}

function testFaults(listen: Listen): void {
  test("offers behind the last answer of a connection, and a client that breaks it off, harm nobody", async (t) => {
    const server = await upgradingFor(t, listen, (_request, reply) => {
      reply.head(403, []);
      reply.end(HELLO);
    });
    for (let time = 0; time < 20; time += 1) {
      const wire = await wireFor(t, server.port);
      const ambiguous = "GET /echo HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n";
      await wire.send(Buffer.concat([Buffer.from(time % 2 === 0 ? ambiguous : ""), offer(), offer()]));
      assert.ok((await wire.answer()).status >= 400);
      await wire.send(offer());
      wire.reset();
    }
    const other = await wireFor(t, server.port);
    await other.send(PLAIN);
    assert.equal((await other.answer()).status, 200);
  });

  test("a listener that fails to say what it takes has the request as one like others", async (t) => {
    const server = await serverFor(t, { listen }, undefined, {
      mayTake: () => {
        throw new Error("canary");
      },
      onUpgrade: () => assert.fail("it was taken"),
    });
    const wire = await wireFor(t, server.port);
    await wire.send(offer());
    assert.equal((await wire.answer()).text, "hello");
  });
}

function testRefusals(listen: Listen): void {
  test("a refusal is an answer like any other, and the last of its connection", async (t) => {
    const server = await upgradingFor(t, listen, (_request, reply) => {
      reply.head(403, ["content-type", "text/plain"]);
      reply.write(HELLO);
      reply.end(HELLO);
    });
    const wire = await wireFor(t, server.port);
    await wire.send(offer());
    const answer = await wire.answer();
    assert.deepEqual([answer.status, answer.text, answer.header("connection")], [403, "hellohello", "close"]);
    await wire.closed();
    assert.equal(wire.error, undefined);
  });

  test("an offer whose head is ambiguous is refused", async (t) => {
    const server = await upgradingFor(t, listen, () => assert.fail("it was taken"));
    const wire = await wireFor(t, server.port);
    await wire.send(
      "GET /echo HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n",
    );
    assert.equal((await wire.answer()).status, 400);
    await wire.closed();
  });

  test("a client that leaves before the switch is seen, by its end as by a reset", async (t) => {
    const changed = new Condition();
    let begun = 0;
    let aborted = 0;
    const server = await upgradingFor(t, listen, (_request, reply) => {
      begun += 1;
      reply.onAbort(() => {
        aborted += 1;
        changed.notify();
      });
      changed.notify();
    });
    for (const leave of ["end", "reset"] as const) {
      const before = begun;
      const wire = await wireFor(t, server.port);
      await wire.send(offer());
      await changed.until(() => begun > before);
      if (leave === "end") wire.halfClose();
      else wire.reset();
      await changed.until(() => aborted === begun);
    }
  });

  test("a handler that throws costs its connection and nobody else's", async (t) => {
    const server = await upgradingFor(t, listen, () => {
      throw new Error("canary");
    });
    const wire = await wireFor(t, server.port);
    await wire.send(offer());
    await wire.closed();
    const other = await wireFor(t, server.port);
    await other.send(PLAIN);
    assert.equal((await other.answer()).status, 200);
  });

  test("a client that reads nothing is no burden: what is not taken is said", async (t) => {
    const seen: { connection?: Duplex } = {};
    const changed = new Condition();
    const server = await upgradingFor(t, listen, (_request, reply) => {
      seen.connection = reply.switchProtocols([]);
      changed.notify();
    });
    const wire = await wireFor(t, server.port);
    wire.pause();
    await wire.send(offer());
    await changed.until(() => seen.connection !== undefined);
    assert.equal(seen.connection?.write(Buffer.alloc(16 * 1024 * 1024)), false);
    seen.connection?.destroy();
  });
}
