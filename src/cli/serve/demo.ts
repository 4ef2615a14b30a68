// `demo`: the gateway in front of three built-in mock endpoints, with a little traffic; needs no key, no network and
// keeps nothing.

import { systemClock } from "../../core/clock.ts";
import { startDemoEndpoints, startDemoTraffic } from "../../demo/demo.ts";
import { withFlags } from "../../supervise/source.ts";
import { type CommandContext, type ExitCode, printFailure } from "../terminal/command.ts";
import { readPort, readTraffic } from "../terminal/flags.ts";
import { demoConfig } from "./demo-world.ts";
import { LifeLines } from "./life-lines.ts";
import { openGateway } from "./serve.ts";
import { findExposure, type ListenOptions, openLog } from "./serve-settings.ts";
import { Session } from "./session.ts";

/** Options of `demo`. */
export type DemoCommandOptions = ListenOptions & { readonly traffic: string };

/** Runs the demo until a signal or a key ends it. */
export async function runDemo(context: CommandContext, options: DemoCommandOptions): Promise<ExitCode> {
  const port = readPort(context, options.port);
  const traffic = readTraffic(context, options.traffic);
  for (const flag of [port, traffic]) if (flag.kind === "wrong") printFailure(context, flag.failure);
  if (port.kind === "wrong" || traffic.kind === "wrong") return 2;
  const demo = await startDemoEndpoints({ clock: systemClock, seed: 1 });
  try {
    const flags = { host: options.host, port: port.value, allowAnonymous: false };
    const config = withFlags(demoConfig(demo.endpoints), flags);
    const exposure = findExposure(context, config);
    if (exposure !== undefined) {
      printFailure(context, exposure);
      return 1;
    }
    const log = await openLog(context, options, config);
    const gateway = await openGateway(context, { config, log, dataDir: undefined }, "oai-gateway demo");
    if (gateway === undefined) return 1;
    const life = new LifeLines({ gateway, log, terminal: context.terminal, file: undefined, isDemo: true });
    let sending: { stop(): void } | undefined;
    const session = new Session({
      context,
      gateway,
      log,
      life,
      opened: Promise.resolve(),
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
