// `serve`: the gateway in the foreground, from the configuration file, or from what is found without one, or empty
// with help.

import { resolve } from "node:path";
import type { Admin } from "../../admin/admin.ts";
import type { GatewayConfig } from "../../config/compile.ts";
import { dataFolder, exposedMode } from "../../config/file/data-folder.ts";
import { atMost } from "../../core/at-most.ts";
import type { ExchangeSink, Log } from "../../core/summary.ts";
import type { Part } from "../../front.ts";
import { type Gateway, startGateway } from "../../gateway.ts";
import type { Crew } from "../../gateway-parts.ts";
import type { RequestLog } from "../../observe/log.ts";
import type { RunningStore } from "../../store/store.ts";
import { openStore } from "../../store/threads/open-store.ts";
import { ConfigEditor } from "../../supervise/config-editor.ts";
import { baseOf, Configuration } from "../../supervise/configuration.ts";
import { type ConfigSource, type Flags, withFlags } from "../../supervise/source.ts";
import { type Control, openControl } from "../control/control-server.ts";
import { printDiagnostics, readSource } from "../shared/config-source.ts";
import { findExposure } from "../shared/exposure.ts";
import { type ListenFlags, readListenFlags } from "../shared/variables.ts";
import { packageVersion } from "../shared/version.ts";
import { type CommandContext, type ExitCode, printFailure } from "../terminal/command.ts";
import { CodeKeeper } from "./code-keeper.ts";
import { LifeLines } from "./life-lines.ts";
import { explainListenFailure } from "./listen-failure.ts";
import { openAdmin, partsOf } from "./open-admin.ts";
import { openCrew } from "./open-crew.ts";
import { openMonitor } from "./open-monitor.ts";
import { openOverlay } from "./open-overlay.ts";
import { type ListenOptions, openLog, openWriter } from "./serve-settings.ts";
import { ServeWorld } from "./serve-world.ts";
import { serviceManager } from "./service-manager.ts";
import { Session } from "./session.ts";
import type { StartLog } from "./start-log.ts";

/** A data folder that hangs delays the start and the end no longer than this. */
const OPEN_MS = 500;
const CLOSE_MS = 1_000;

/** Options of `serve`. */
export type ServeOptions = ListenOptions & {
  readonly config?: string;
  readonly detect?: boolean;
  readonly allowAnonymous?: boolean;
  readonly dataDir?: string;
};

/** What is served, with the flags over it. */
type Start = {
  readonly listen: ListenFlags;
  readonly flags: Flags;
  readonly source: Exclude<ConfigSource, { readonly kind: "broken" }>;
  readonly base: GatewayConfig;
  /** The file in words; undefined without one. */
  readonly shown: string | undefined;
};

/** Reads it; what cannot be served is told, and the exit code given. */
async function readStart(context: CommandContext, options: ServeOptions): Promise<Start | ExitCode> {
  const listening = readListenFlags(context, options);
  if (listening.kind === "wrong") {
    printFailure(context, listening.failure);
    return 2;
  }
  const { value: listen } = listening;
  const flags = { host: listen.host, port: listen.port, allowAnonymous: options.allowAnonymous === true };
  const source = await readSource(context, options.config, flags);
  if (source.kind === "broken") {
    printDiagnostics(context, source.problems);
    return 1;
  }
  const base = withFlags(source.config, flags);
  const shown = source.kind === "file" ? source.shown : undefined;
  const exposure = findExposure(base, { listen, shown });
  if (exposure !== undefined) {
    printFailure(context, exposure);
    return 1;
  }
  return { listen, flags, source, base, shown };
}

/** Serves until a signal or a key ends it. */
export async function runServe(context: CommandContext, options: ServeOptions): Promise<ExitCode> {
  const start = await readStart(context, options);
  if (typeof start === "number") return start;
  const { listen, flags, source, base, shown } = start;
  printDiagnostics(context, source.warnings);
  const writer = openWriter(context);
  const logging = { ...options, logLevel: listen.logLevel };
  const monitor = openMonitor(base, writer);
  const log = await openLog(context, logging, base, { writer, onEvent: monitor.metrics.noteEvent });
  const dataDir = dataFolder({ flag: options.dataDir, env: context.env });
  const configFile = source.kind === "file" ? resolve(context.cwd, source.path) : undefined;
  const keeper = context.keepCode === undefined ? undefined : new CodeKeeper(context.keepCode);
  const sinks = [log, monitor.metrics.sink, ...(keeper === undefined ? [] : [keeper])];
  const crewParts = { config: base, dataDir, log, writer, metrics: monitor.metrics };
  const crew = await openCrew(context, logging, crewParts);
  const store = openStore(base.store, dataDir, log);
  const { cwd, env } = context;
  const overlay = await openOverlay({ store, dataDir, env, log });
  const config = overlay === undefined ? base : withFlags(overlay.over(baseOf(source)), flags);
  const admin = openAdmin(context, { config, log, dataDir, store, overlay });
  const parts = {
    config,
    log,
    sinks,
    dataDir,
    configFile,
    listen,
    crew,
    store,
    parts: [...partsOf(admin), monitor.part],
  };
  const gateway = await openGateway(context, parts, "oai-gateway");
  if (gateway === undefined) {
    await store.close();
    return 1;
  }
  admin.serve(gateway);
  const life = new LifeLines({ gateway, log, terminal: context.terminal, file: shown, isDemo: false });
  void warnOfOpenFolder(log, dataDir);
  const control = openControl({ gateway, log, dataDir, configFile, admin });
  const { arrow } = context.terminal.symbols;
  const first = { first: source, overlay, told: reloadTold(gateway, log, listen) };
  const configuration = new Configuration({ served: gateway, log, cwd, env, flags, arrow, ...first });
  monitor.serve(gateway, { log, configHash: () => configuration.file?.contentHash });
  await serveUntilStopped({
    context,
    gateway,
    log,
    life,
    configuration,
    isDetecting: options.detect !== false,
    control,
    keeper,
    admin,
  });
  return 0;
}

/** What follows a reload beside the configuration: alerts, and the level of the log where no flag sets it. */
function reloadTold(gateway: Gateway, log: StartLog, { logLevel }: ListenFlags) {
  return {
    configRejected: (file: string, codes: readonly string[]) => gateway.alerts?.configRejected(file, codes),
    configTaken: () => {
      gateway.alerts?.configTaken();
      if (logLevel === undefined) log.setLevel(gateway.config().log.level);
    },
  };
}

/** Says that others may change what is kept; a folder that does not answer is not waited for. */
async function warnOfOpenFolder(log: Log, dataDir: string): Promise<void> {
  const mode = await exposedMode(dataDir);
  if (mode === undefined) return;
  const message = `Other users of this machine may write to the data folder ${dataDir} (mode ${mode}); make it private: chmod 700.`;
  log.warn("data_folder_open", message, { mode });
}

type GatewayParts = {
  readonly config: GatewayConfig;
  readonly log: RequestLog;
  readonly dataDir: string | undefined;
  readonly configFile?: string | undefined;
  readonly listen: ListenFlags;
  /** Who learns of settled requests. */
  readonly sinks: readonly ExchangeSink[];
  readonly store: RunningStore;
  /** Further processes that serve. */
  readonly crew?: Crew | undefined;
  /** What answers some paths in place of the API. */
  readonly parts?: readonly Part[];
};

/** Starts the gateway, or prints why its address could not be had. */
export async function openGateway(
  context: CommandContext,
  { listen, ...parts }: GatewayParts,
  command: string,
): Promise<Gateway | undefined> {
  try {
    return await startGateway({ ...parts, version: packageVersion() });
  } catch (error) {
    const { host, port } = parts.config.server;
    const failure = await explainListenFailure({ host, port, command, listen }, error);
    if (failure === undefined) throw error;
    printFailure(context, failure);
    return undefined;
  }
}

type Serving = {
  readonly context: CommandContext;
  readonly gateway: Gateway;
  readonly log: StartLog;
  readonly life: LifeLines;
  readonly configuration: Configuration;
  readonly isDetecting: boolean;
  readonly control: Promise<Control | undefined>;
  readonly keeper: CodeKeeper | undefined;
  readonly admin: Admin;
};

async function serveUntilStopped(serving: Serving): Promise<void> {
  const { context, gateway, log, life, configuration, control, keeper, admin } = serving;
  const onFile = (path: string): void => void nameFile(control, resolve(context.cwd, path));
  admin.edit(new ConfigEditor(configuration));
  const world = new ServeWorld({ ...serving, onFile });
  const { file } = configuration;
  const status = () => statusLine(context, gateway);
  const service = serviceManager({ env: context.env, log, status });
  const session = new Session({
    context,
    gateway,
    log,
    service,
    life,
    // So that the commands find it from the first line on; a data folder that hangs does not hold the start up.
    opened: atMost(OPEN_MS, control),
    config:
      file === undefined ? undefined : { file: file.shown, endpointCount: file.config.plan.endpoints.length },
    isDemo: false,
    begin: async (running) => {
      await world.begin(running);
      const { text, terminal } = context;
      const show = (link: string): void =>
        running.print([terminal.wrap(`  ${text("start.setup")}`, 2), `  ${link}`, ""]);
      // A person at a terminal reads it in the language of the lines around it.
      await admin.greet(terminal.isOutTty && terminal.isErrTty && !log.isJson ? show : undefined);
    },
    reload: (running, isAsked) => world.reload(running, isAsked),
    startDemo: file === undefined ? (running) => world.startDemo(running) : undefined,
    onLoaded: (underFirstFlags) => keeper?.started(underFirstFlags),
    cleanUp: async () => {
      await atMost(CLOSE_MS, closeControl(control));
      await service?.close();
      await world.close();
    },
  });
  await session.run();
}

/** What `systemctl status` shows. */
function statusLine({ text }: CommandContext, gateway: Gateway): string {
  const endpoints = gateway.config().plan.endpoints.length;
  return text("service.status", { url: gateway.url, endpoints, models: gateway.table().models.size });
}

async function nameFile(control: Promise<Control | undefined>, path: string): Promise<void> {
  try {
    await (await control)?.name(path);
  } catch {
    // The commands then find it under no file; all else works.
  }
}

async function closeControl(control: Promise<Control | undefined>): Promise<void> {
  await (await control)?.close();
}
