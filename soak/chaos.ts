// `npm run chaos [-- --engine NAME]`: kills one, two and all of three endpoints under 500 requests a second, one after the other and in the
// same millisecond; lets one hang while clients give up early; and stops the gateway under load. Holds it to its
// promises: nothing fails while one endpoint is left, streams that had begun say that they broke off, few calls are
// wasted when nothing is left, all is well again afterwards. It ends with a table of numbers; exit code 1 when a promise
// is broken.

import { parseArgs } from "node:util";
import { drainUnderLoad } from "./chaos-drain.ts";
import { ChaosEndpoint } from "./chaos-endpoints.ts";
import { impatientClients } from "./chaos-impatient.ts";
import { allGone, killUnderLoad, quiet, singly } from "./chaos-kills.ts";
import { Chaos, configOf, type Phase } from "./chaos-run.ts";
import { killTogether } from "./chaos-together.ts";
import { Client } from "./client.ts";
import { ENGINE_OPTION, engineNamed } from "./engine-option.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { markdownTable } from "./statistics.ts";

/** In this order; a new phase is a file of its own and a line here. */
const PHASES: readonly Phase[] = [
  quiet,
  singly,
  impatientClients,
  (chaos) => killUnderLoad(chaos, false),
  (chaos) => killUnderLoad(chaos, true),
  killTogether,
  drainUnderLoad,
  (chaos) => allGone(chaos, "killed"),
  (chaos) => allGone(chaos, "busy"),
];

async function main(): Promise<number> {
  const { values } = parseArgs({ options: ENGINE_OPTION });
  const engine = engineNamed(values.engine);
  const endpoints = await Promise.all(["a", "b", "c"].map((name) => ChaosEndpoint.start(name)));
  const gateway = await GatewayProcess.start(configOf(endpoints), { engine });
  const client = new Client(gateway.port);
  const chaos = new Chaos(endpoints, client, engine);
  for (const phase of PHASES) await phase(chaos);
  client.close();
  await gateway.stop();
  await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
  const head = ["phase", "requests", "failed", "calls a request", "p50 ms", "p95 ms", "p99 ms", "max ms"];
  process.stdout.write(`\n${markdownTable(head, chaos.rows)}\n\n`);
  const broken = [...chaos.broken, ...gateway.complaints.slice(0, 5)];
  for (const line of broken) process.stderr.write(`BROKEN ${line}\n`);
  process.stdout.write(
    broken.length === 0 ? "every promise is kept\n" : `${broken.length} promises are broken\n`,
  );
  return broken.length === 0 ? 0 : 1;
}

process.exit(await main());
