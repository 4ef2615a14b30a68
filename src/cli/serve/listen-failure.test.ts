// Tests of listen-failure.ts: a port that may not be opened is explained by what forbids it on the system.

import assert from "node:assert/strict";
import { test } from "node:test";
import { explainListenFailure } from "./listen-failure.ts";

const LISTEN = {
  host: undefined,
  port: undefined,
  logLevel: undefined,
  isHostOfVariable: false,
  isPortOfVariable: false,
};
const WANTED = { host: "127.0.0.1", port: 8080, command: "oai-gateway", listen: LISTEN };

test("on Windows a port is reserved in a range, and the one to try lies outside of it", async () => {
  const error = Object.assign(new Error("listen"), { code: "EACCES", syscall: "listen" });
  const failure = await explainListenFailure(WANTED, error, "win32");
  assert.equal(failure?.message.key, "fail.portReserved");
  assert.deepEqual(failure?.fix?.values, { command: "oai-gateway", port: 9080 });
  const elsewhere = await explainListenFailure({ ...WANTED, port: 80 }, error, "linux");
  assert.equal(elsewhere?.message.key, "fail.portForbidden");
  assert.deepEqual(elsewhere?.fix?.values, { command: "oai-gateway", port: 8080 });
});
