// `demo`: the gateway in front of three built-in mock endpoints, with a little traffic; needs no key, no network and
// keeps nothing.

import { systemClock } from "../../core/clock.ts";
import { startDemoEndpoints, startDemoTraffic } from "../../demo/demo.ts";
import { withFlags } from "../../supervise/source.ts";
import { findExposure } from "../shared/exposure.ts";
import { readListenFlags } from "../shared/variables.ts";
import { type CommandContext, type ExitCode, printFailure } from "../terminal/command.ts";
import { readTraffic } from "../terminal/flags.ts";
import { demoConfig } from "./demo-world.ts";
import { openGateway } from "./serve.ts";
import { type ListenOptions, openLog } from "./serve-settings.ts";
import { Session } from "./session.ts";

/** Options of `demo`. */
export type DemoCommandOptions = ListenOptions & { readonly traffic: string };

/** Runs the demo until a signal or a key ends it. */
export async function runDemo(context: CommandContext, options: DemoCommandOptions): Promise<ExitCode> {
  const listening = readListenFlags(context, options);
  const traffic = readTraffic(context, options.traffic);
  for (const flag of [listening, traffic]) if (flag.kind === "wrong") printFailure(context, flag.failure);
  if (listening.kind === "wrong" || traffic.kind === "wrong") return 2;
  const { value: listen } = listening;
  const demo = await startDemoEndpoints({ clock: systemClock, seed: 1 });
  try {
    const flags = { host: listen.host, port: listen.port, allowAnonymous: false };
    const config = withFlags(demoConfig(demo.endpoints), flags);
    const exposure = findExposure(context, config, { listen, shown: undefined });
    if (exposure !== undefined) {
      printFailure(context, { ...exposure, fix: context.text("variable.openDemo") });
      return 1;
    }
    const log = await openLog(context, { ...options, logLevel: listen.logLevel }, config);
    const gateway = await openGateway(
      context,
      { config, log, dataDir: undefined, listen },
      "oai-gateway demo",
    );
    if (gateway === undefined) return 1;
    let sending: { stop(): void } | undefined;
    const session = new Session({
      context,
      gateway,
      log,
      config: undefined,
      isDemo: true,
      begin: async (running) => {
        await running.showTable(undefined);
        sending = startDemoTraffic(gateway.url, traffic.value);
      },
      reload: (running) => running.showTable(undefined),
      startDemo: undefined,
      onStopping: () => sending?.stop(),
      cleanUp: () => Promise.resolve(),
    });
    await session.run();
    return 0;
  } finally {
    await demo.close();
  }
}
