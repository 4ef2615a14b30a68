// `demo`: the gateway in front of three built-in mock endpoints, with a little traffic; needs no key, no network and
// keeps nothing.

import { systemClock } from "../../core/clock.ts";
import { type DemoEndpoints, startDemoEndpoints, startDemoTraffic } from "../../demo/demo.ts";
import { message } from "../../language/messages.ts";
import { openStore } from "../../store/threads/open-store.ts";
import { withFlags } from "../../supervise/source.ts";
import { findExposure } from "../shared/exposure.ts";
import { type ListenFlags, readListenFlags } from "../shared/variables.ts";
import { type CommandContext, type ExitCode, printFailure } from "../terminal/command.ts";
import { readTraffic } from "../terminal/flags.ts";
import { DemoSink } from "./demo-sink.ts";
import { demoConfig } from "./demo-world.ts";
import { LifeLines } from "./life-lines.ts";
import { openAdmin, partsOf } from "./open-admin.ts";
import { openMonitor } from "./open-monitor.ts";
import { PinnedLines } from "./pinned-lines.ts";
import { openGateway } from "./serve.ts";
import { type ListenOptions, logFormat, openLog, openWriter } from "./serve-settings.ts";
import { Session } from "./session.ts";

/** Options of `demo`. */
export type DemoCommandOptions = ListenOptions & { readonly traffic: string };

/** Runs the demo until a signal or a key ends it. */
export async function runDemo(context: CommandContext, options: DemoCommandOptions): Promise<ExitCode> {
  const listening = readListenFlags(context, options);
  const traffic = readTraffic(options.traffic);
  for (const flag of [listening, traffic]) if (flag.kind === "wrong") printFailure(context, flag.failure);
  if (listening.kind === "wrong" || traffic.kind === "wrong") return 2;
  const { value: listen } = listening;
  const demo = await startDemoEndpoints({ clock: systemClock, seed: 1 });
  try {
    return await serveDemo(context, demo, { options, listen, perSecond: traffic.value });
  } finally {
    await demo.close();
  }
}

type DemoSettings = {
  readonly options: ListenOptions;
  readonly listen: ListenFlags;
  readonly perSecond: number;
};

async function serveDemo(
  outer: CommandContext,
  demo: DemoEndpoints,
  settings: DemoSettings,
): Promise<ExitCode> {
  const { options, listen, perSecond } = settings;
  const flags = { host: listen.host, port: listen.port, allowAnonymous: false };
  const config = withFlags(demoConfig(demo.endpoints), flags);
  const exposure = findExposure(config, { listen, shown: undefined });
  if (exposure !== undefined) {
    printFailure(outer, { ...exposure, fix: message("variable.openDemo") });
    return 1;
  }
  const isPretty = logFormat(outer, options, config) === "pretty";
  const pinned = isPretty && perSecond > 0 ? pinnedOn(outer) : undefined;
  const context = pinned === undefined ? outer : printingAbove(outer, pinned);
  const writer = pinned?.writer ?? openWriter(context);
  const monitor = openMonitor(config, writer);
  const { noteEvent: onEvent } = monitor.metrics;
  const log = await openLog(context, { ...options, logLevel: listen.logLevel }, config, { writer, onEvent });
  const sink = new DemoSink({ context, log, pinned });
  const store = openStore({ ...config.store, place: "memory" }, undefined, log);
  const kept = { config, log, dataDir: undefined, store };
  const admin = openAdmin(context, { ...kept, overlay: undefined, hasLoginLink: true });
  const sinks = [sink, monitor.metrics.sink];
  const parts = { ...kept, listen, sinks, parts: [...partsOf(admin), monitor.part] };
  const gateway = await openGateway(context, parts, "oai-gateway demo");
  if (gateway === undefined) return 1;
  admin.serve(gateway);
  monitor.serve(gateway, { log, configHash: () => undefined });
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
      await admin.greet();
      sink.begin();
      sending = startDemoTraffic(gateway.url, perSecond);
    },
    reload: (running) => running.showTable(undefined),
    startDemo: undefined,
    onStopping: () => {
      sending?.stop();
      pinned?.end();
    },
    cleanUp: () => Promise.resolve(),
  });
  await session.run();
  return 0;
}

/** Lines can be pinned where both streams are the terminal and its cursor moves. */
function pinnedOn({ terminal, env }: CommandContext): PinnedLines | undefined {
  if (!terminal.isOutTty || !terminal.isErrTty || env["TERM"] === "dumb") return undefined;
  return new PinnedLines({
    write: (text) => void process.stderr.write(text),
    columns: () => process.stderr.columns ?? 80,
    isAscii: terminal.isAscii,
  });
}

function printingAbove(context: CommandContext, pinned: PinnedLines): CommandContext {
  return { ...context, terminal: { ...context.terminal, err: (text) => pinned.above(text) } };
}
