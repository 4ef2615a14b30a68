// What the service manager is told, in which order, and when the watchdog is.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createSilentLog } from "../../observe/silent-log.ts";
import { ServiceManager, serviceManager } from "./service-manager.ts";

type Told = {
  readonly lines: string[][];
  readonly warnings: string[];
  readonly service: ServiceManager;
};

function serviceFor(
  env: Readonly<Record<string, string>>,
  answer: (lines: readonly string[]) => Promise<string | undefined> = async () => undefined,
): Told {
  const [lines, warnings]: [string[][], string[]] = [[], []];
  const service = new ServiceManager({
    env: { NOTIFY_SOCKET: "/run/notify", ...env },
    pid: 4321,
    log: { ...createSilentLog(), warn: (_, message) => void warnings.push(message) },
    send: (sent) => {
      lines.push([...sent]);
      return answer(sent);
    },
    status: () => "two\nlines",
  });
  return { lines, warnings, service };
}

function pings({ lines }: Told): number {
  return lines.filter(([first]) => first === "WATCHDOG=1").length;
}

function hold(t: TestContext): void {
  t.mock.timers.enable({ apis: ["setInterval"] });
}

test("ready, a reload, the stop: in their order, each with what belongs to it", async () => {
  const told = serviceFor({});
  const { service, lines } = told;
  const beforeUsec = process.hrtime.bigint() / 1_000n;
  service.ready();
  service.reloading();
  service.ready();
  service.stopping();
  service.stopping();
  service.ready();
  service.changed();
  await service.close();
  const usec = lines[1]?.[1] ?? "";
  assert.match(usec, /^MONOTONIC_USEC=\d+$/);
  assert.ok(BigInt(usec.slice("MONOTONIC_USEC=".length)) >= beforeUsec);
  assert.deepEqual(lines, [
    ["READY=1", "STATUS=two lines"],
    ["RELOADING=1", usec],
    ["READY=1", "STATUS=two lines"],
    ["STOPPING=1"],
  ]);
});

test("the watchdog hears of this process at half of its patience, once it is ready", async (t) => {
  hold(t);
  for (const env of [
    { WATCHDOG_USEC: "30000000", WATCHDOG_PID: "4321" },
    { WATCHDOG_USEC: "30000000" },
  ] as const) {
    const told = serviceFor(env);
    t.mock.timers.tick(60_000);
    assert.equal(pings(told), 0);
    told.service.ready();
    for (let step = 0; step < 4; step++) {
      t.mock.timers.tick(15_000);
      await new Promise(setImmediate);
    }
    await told.service.close();
    assert.equal(pings(told), 4);
    t.mock.timers.tick(60_000);
    assert.equal(pings(told), 4);
  }
});

test("a watchdog of another process, or without a time, hears nothing", async (t) => {
  hold(t);
  for (const env of [
    { WATCHDOG_USEC: "30000000", WATCHDOG_PID: "1" },
    { WATCHDOG_USEC: "0" },
    { WATCHDOG_USEC: "soon" },
    {},
  ]) {
    const told = serviceFor(env as Readonly<Record<string, string>>);
    told.service.ready();
    t.mock.timers.tick(3_600_000);
    await told.service.close();
    assert.equal(pings(told), 0);
  }
});

test("a manager that does not listen is warned about once, and what waits for it is bounded", async () => {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const { service, lines, warnings } = serviceFor({}, () => promise);
  for (let count = 0; count < 100; count++) service.changed();
  service.stopping();
  resolve("systemd-notify: ENOENT");
  await service.close();
  assert.ok(lines.length < 12, String(lines.length));
  assert.deepEqual(lines.at(-1), ["STOPPING=1"]);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /ENOENT.*Type=exec/);
});

test("without a socket there is no manager", () => {
  const parts = { log: createSilentLog(), status: () => "" };
  assert.equal(serviceManager({ ...parts, env: {} }), undefined);
  assert.equal(serviceManager({ ...parts, env: { NOTIFY_SOCKET: "" } }), undefined);
});
