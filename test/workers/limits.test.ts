// What of several processes shows at their edges: certificates that are renewed, connections over the bound, and what a
// reload cannot change.

import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "node:tls";
import { startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { certificate } from "../support/tls.ts";
import { askOn, configOf, until, workersFor } from "../support/workers.ts";
import { chat } from "../support/world.ts";

/** Connections in a row that must see the same: enough for each of two processes to have served some. */
const IN_ROW = 24;

/** Whose certificate is shown to a new connection. */
async function shownAt(port: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

test("a renewed certificate is shown by every process, also by one that begins later", async (t) => {
  const fake = await fakeFor(t);
  const [first, second] = [certificate("self-signed"), certificate("good")];
  const server = { tls: { cert_file: "cert.pem", key_file: "key.pem" } };
  const files = {
    "config.yaml": configOf({ fake }, { server }),
    "cert.pem": first.cert,
    "key.pem": first.key,
  };
  const run = await startCli(t, [], { files });
  const port = await run.port();
  await run.ready();
  const before = await shownAt(port);
  await writeFile(join(run.folder, "cert.pem"), second.cert);
  await writeFile(join(run.folder, "key.pem"), second.key);
  await run.says("stdout", /"event":"certificate_renewed"/);
  const isNew = async (): Promise<boolean> => {
    for (let count = 0; count < IN_ROW; count++) if ((await shownAt(port)) === before) return false;
    return true;
  };
  await until(isNew, (isSo) => isSo);
  const [, pid] = await run.says("stdout", /"worker_started","worker":1,"pid":(\d+)/);
  process.kill(Number(pid), "SIGKILL");
  await run.says("stdout", /"worker_died"[\s\S]*"worker_started"/);
  assert.equal(await isNew(), true);
});

test("another number of processes takes a restart, which is said; all else of the reload is in force", async (t) => {
  const [first, second] = [await fakeFor(t), await fakeFor(t, { models: ["n"] })];
  const gateway = await workersFor(t, configOf({ first }));
  const file = join(gateway.run.folder, "config.yaml");
  await writeFile(file, configOf({ second }, { server: { workers: 3 } }));
  await gateway.run.says("stdout", /server\.workers takes effect at the next start/);
  const wire = await gateway.openAt(1);
  await until(
    () => askOn(wire, chat("n")),
    ({ status }) => status === 200,
  );
});
