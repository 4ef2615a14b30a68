// A whole gateway in this process, on a free port, in front of fake endpoints; its log is kept for the test to look at.

import type { TestContext } from "node:test";
import type { GatewayConfig } from "../../src/config/compile.ts";
import { configFromText } from "../../src/config/file/load.ts";
import type { Clock } from "../../src/core/clock.ts";
import { type Gateway, startGateway } from "../../src/gateway.ts";
import type { RunningStore } from "../../src/store/store.ts";
import { KeptLog } from "./kept-log.ts";

/** A configuration as an object: JSON is YAML. The port is 0 unless it says another. */
export type ConfigObject = {
  readonly server?: Readonly<Record<string, unknown>>;
  readonly endpoints?: readonly Readonly<Record<string, unknown>>[];
  readonly routing?: Readonly<Record<string, unknown>>;
  readonly discovery?: Readonly<Record<string, unknown>>;
  readonly store?: Readonly<Record<string, unknown>>;
  readonly retries?: Readonly<Record<string, unknown>>;
  readonly health?: Readonly<Record<string, unknown>>;
  readonly streams?: Readonly<Record<string, unknown>>;
  readonly limits?: Readonly<Record<string, unknown>>;
  readonly budgets?: readonly Readonly<Record<string, unknown>>[];
  readonly alerts?: Readonly<Record<string, unknown>>;
  readonly usage?: Readonly<Record<string, unknown>>;
  readonly cache?: Readonly<Record<string, unknown>>;
  readonly traces?: Readonly<Record<string, unknown>>;
};

/** Options of `gatewayFor` that a configuration file does not have. */
export type GatewayOptions = {
  readonly dataDir?: string;
  /** Whose state is kept in the data folder. */
  readonly configFile?: string;
  readonly clock?: Clock;
  /** What keeps client keys and what was spent. */
  readonly store?: RunningStore;
  /** False leaves out the wait for the endpoints' first lists. */
  readonly waitsForLists?: boolean;
};

/** A running gateway with its log. */
export type TestGateway = {
  /** Such as `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  readonly port: number;
  readonly gateway: Gateway;
  readonly log: KeptLog;
};

/** Starts one, closed when the test is over; a text is taken as the configuration file's. */
export async function gatewayFor(
  t: TestContext,
  config: ConfigObject | string,
  options: GatewayOptions = {},
): Promise<TestGateway> {
  const { clock, dataDir, configFile, store, waitsForLists = true } = options;
  const log = new KeptLog();
  const gateway = await startGateway({
    config: configOf(config),
    log,
    sinks: [log],
    dataDir,
    configFile,
    store,
    ...(clock === undefined ? {} : { clock }),
  });
  // No grace: what a test has left open is of no interest any more.
  t.after(() => gateway.close({ graceMs: 0 }));
  if (waitsForLists) await gateway.catalogue.firstAnswers();
  return { url: gateway.url, port: gateway.port, gateway, log };
}

/** The configuration of a text, or of an object, as `gatewayFor` takes it; for reloads. */
export function configOf(config: ConfigObject | string): GatewayConfig {
  const withPort = typeof config === "string" ? {} : { ...config, server: { port: 0, ...config.server } };
  const text = typeof config === "string" ? config : JSON.stringify(withPort);
  const loaded = configFromText(text, { file: "test.yaml", env: {} });
  if (loaded.kind === "broken") throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}
