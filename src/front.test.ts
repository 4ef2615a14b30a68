import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptReply } from "../test/support/fakes/kept-reply.ts";
import { Front, type Part } from "./front.ts";
import type { InboundRequest } from "./http/message.ts";

const NOTHING = (): void => undefined;

type TestFront = { readonly front: Front; readonly answered: string[]; readonly faults: unknown[] };

/** A front whose parts only say that they were asked. */
function frontOf(parts: Readonly<Record<string, (path: string) => boolean>>): TestFront {
  const answered: string[] = [];
  const faults: unknown[] = [];
  const says = (name: string) => (request: InboundRequest) => {
    answered.push(`${name} ${request.target}`);
    return Promise.resolve();
  };
  const table: Part[] = Object.entries(parts).map(([name, takes]) => ({ takes, handle: says(name) }));
  return { front: new Front(table, says("rest"), logInto(faults)), answered, faults };
}

function logInto(faults: unknown[]): ConstructorParameters<typeof Front>[2] {
  return {
    info: NOTHING,
    warn: NOTHING,
    error: (event, _message, _fields, cause) => faults.push([event, cause]),
    flush: () => Promise.resolve(),
  };
}

function requestFor(target: string): InboundRequest {
  return {
    method: "GET",
    target,
    headers: [],
    remoteAddress: "127.0.0.1",
    header: (name) => assert.fail(`the header ${name} was asked for`),
    readBody: () => assert.fail("the body was asked for"),
  };
}

test("the first part that takes the path answers, and the rest where none does", () => {
  const { front, answered } = frontOf({
    admin: (path) => path.startsWith("/admin/"),
    page: (path) => path === "/admin/ui" || path === "/ui",
  });
  for (const target of ["/admin/ui", "/ui?x=/admin/", "/v1/models", "http://host/admin/x", "//admin/x"])
    front.answer(requestFor(target), new KeptReply());
  assert.deepEqual(answered, [
    "admin /admin/ui",
    "page /ui?x=/admin/",
    "rest /v1/models",
    "admin http://host/admin/x",
    "rest //admin/x",
  ]);
});

test("a front of one part looks at no path", () => {
  const { front, answered } = frontOf({});
  front.answer(requestFor("/any"), new KeptReply());
  assert.deepEqual(answered, ["rest /any"]);
});

test("a part that rejects or throws cuts its own client off, and tells the log", async () => {
  const faults: unknown[] = [];
  const failures: Part[] = [
    { takes: (path) => path === "/rejects", handle: () => Promise.reject(new Error("rejected")) },
    {
      takes: (path) => path === "/throws",
      handle: () => {
        throw new Error("thrown");
      },
    },
  ];
  const front = new Front(failures, () => Promise.resolve(), logInto(faults));
  const [rejected, thrown, well] = [new KeptReply(), new KeptReply(), new KeptReply()];
  front.answer(requestFor("/rejects"), rejected);
  front.answer(requestFor("/throws"), thrown);
  front.answer(requestFor("/well"), well);
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual([rejected.isClosed, thrown.isClosed, well.isClosed], [true, true, false]);
  assert.deepEqual(faults, [
    ["internal", new Error("thrown")],
    ["internal", new Error("rejected")],
  ]);
});
