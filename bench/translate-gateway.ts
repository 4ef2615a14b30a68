// The gateway that `translate.bench.ts` measures, as a process of its own: says its port, and its processor time in
// microseconds whenever it is asked.

import { startGateway } from "../src/gateway.ts";
import { KeptLog } from "../test/support/kept-log.ts";
import { configOf } from "../test/support/start-gateway.ts";

const [port, speaks] = process.argv.slice(2);
const log = new KeptLog();
const config = configOf({
  server: { engine: "fast" },
  endpoints: [{ name: "one", base_url: `http://127.0.0.1:${port}/v1`, models: ["m"], speaks: [speaks] }],
});
const gateway = await startGateway({ config, log, sinks: [log], dataDir: undefined, configFile: undefined });
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.on("disconnect", () => process.exit());
process.send?.(gateway.port);
