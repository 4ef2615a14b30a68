// `demo`: the gateway in front of three built-in mock endpoints, with a little traffic; needs no key, no network and
// keeps nothing.

import type { Admin } from "../../admin/admin.ts";
import type { GatewayConfig } from "../../config/compile.ts";
import { systemClock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import { type DemoEndpoints, startDemoEndpoints, startDemoTraffic } from "../../demo/demo.ts";
import { DEMO_ALIAS } from "../../demo/sample-uses.ts";
import type { Gateway } from "../../gateway.ts";
import { message } from "../../language/messages.ts";
import { Overlay } from "../../overlay/overlay.ts";
import type { RunningStore } from "../../store/store.ts";
import { openStore } from "../../store/threads/open-store.ts";
import { Configuration } from "../../supervise/configuration.ts";
import { type Flags, withFlags } from "../../supervise/source.ts";
import { findExposure } from "../shared/exposure.ts";
import { type ListenFlags, readListenFlags } from "../shared/variables.ts";
import { type CommandContext, type ExitCode, printFailure } from "../terminal/command.ts";
import { readTraffic } from "../terminal/flags.ts";
import { fillDemo } from "./demo-clients.ts";
import { DemoSink } from "./demo-sink.ts";
import { demoConfig } from "./demo-world.ts";
import { LifeLines } from "./life-lines.ts";
import { openAdmin, partsOf } from "./open-admin.ts";
import { openMonitor } from "./open-monitor.ts";
import { PinnedLines } from "./pinned-lines.ts";
import { openGateway } from "./serve.ts";
import { type ListenOptions, logFormat, openLog, openWriter } from "./serve-settings.ts";
import { Session } from "./session.ts";
import type { StartLog } from "./start-log.ts";

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
  const base = openConfig(demo);
  const config = withFlags(base, flags);
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
  const overlay = await openOverlay({ context, store, log, base });
  const kept = { config: withFlags(overlay.over({ config: base, file: undefined }), flags), log, store };
  const admin = openAdmin(context, { ...kept, dataDir: undefined, overlay, hasLoginLink: true });
  const sinks = [sink, monitor.metrics.sink];
  const parts = { ...kept, dataDir: undefined, listen, sinks, parts: [...partsOf(admin), monitor.part] };
  const gateway = await openGateway(context, parts, "oai-gateway demo");
  if (gateway === undefined) {
    await store.close();
    return 1;
  }
  admin.serve(gateway);
  monitor.serve(gateway, { log, configHash: () => undefined });
  const configuration = configurationOf({ context, gateway, log, flags, base, overlay });
  await runDemoSession({ context, gateway, log, sink, pinned, admin, configuration, perSecond });
  return 0;
}

/** Nobody needs a key, though there are some to look at. */
function openConfig({ endpoints }: DemoEndpoints): GatewayConfig {
  const config = demoConfig(endpoints);
  return { ...config, server: { ...config.server, isOpenBesideKeys: true } };
}

type DemoOverlayParts = {
  readonly context: CommandContext;
  readonly store: RunningStore;
  readonly log: Log;
  readonly base: GatewayConfig;
};

/** What the dashboard changes is kept as long as the demo runs; an alias is there from the start. */
async function openOverlay({ context, store, log, base }: DemoOverlayParts): Promise<Overlay> {
  const overlay = new Overlay({ store, folder: undefined, env: context.env, log });
  overlay.over({ config: base, file: undefined });
  try {
    await overlay.put("alias", DEMO_ALIAS.name, DEMO_ALIAS.targets);
  } catch (error) {
    log.error("internal", "The alias of the demo could not be made.", {}, error);
  }
  return overlay;
}

type DemoConfigurationParts = Pick<DemoOverlayParts, "context" | "base" | "log"> & {
  readonly gateway: Gateway;
  readonly flags: Flags;
  readonly overlay: Overlay;
};

/** Puts what the overlay has in force whenever it changes. */
function configurationOf({ context, base, gateway, ...rest }: DemoConfigurationParts): Configuration {
  const { cwd, env, terminal } = context;
  const first = { kind: "none" as const, config: base, warnings: [] };
  return new Configuration({ ...rest, served: gateway, cwd, env, arrow: terminal.symbols.arrow, first });
}

type DemoSessionParts = {
  readonly context: CommandContext;
  readonly gateway: Gateway;
  readonly log: StartLog;
  readonly sink: DemoSink;
  readonly pinned: PinnedLines | undefined;
  readonly admin: Admin;
  readonly configuration: Configuration;
  readonly perSecond: number;
};

async function runDemoSession(parts: DemoSessionParts): Promise<void> {
  const { context, gateway, log, sink, pinned, admin, configuration, perSecond } = parts;
  const life = new LifeLines({ gateway, log, terminal: context.terminal, file: undefined, isDemo: true });
  const link = await admin.loginLink();
  let sending: { stop(): void } | undefined;
  let isStopping = false;
  const session = new Session({
    context,
    gateway,
    log,
    life,
    opened: Promise.resolve(),
    config: undefined,
    isDemo: true,
    loginLink: link,
    begin: async (running) => {
      await running.showTable(undefined);
      // A terminal has it in the block, and in the lines that stay.
      if (log.isJson || !context.terminal.isOutTty) await admin.greet();
      sink.begin(link);
      const keys = await fillDemo(gateway, perSecond > 0).catch((error: unknown) => {
        // The store ends with the demo, whatever of it was still to be written.
        if (!isStopping) log.error("internal", "The demo's keys and past could not be made.", {}, error);
        return new Map<string, string>();
      });
      if (!isStopping) sending = startDemoTraffic(gateway.url, { perSecond, keys });
    },
    reload: (running) => running.showTable(undefined),
    startDemo: undefined,
    onStopping: () => {
      isStopping = true;
      sending?.stop();
      pinned?.end();
    },
    cleanUp: () => configuration.close(),
  });
  await session.run();
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
