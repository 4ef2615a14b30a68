// Tells the service manager how the gateway is, by the protocol of sd_notify(3): ready, reloading, stopping, and that
// its event loop still turns. The manager listens at a datagram socket, which Node cannot open; the manager's own
// program `systemd-notify` does it. Nothing waits for it, and nothing depends on it.

import { spawn } from "node:child_process";
import { atMost } from "../../core/at-most.ts";
import type { Environment } from "../../core/env.ts";
import { errorCode } from "../../core/error-code.ts";
import type { Log } from "../../core/summary.ts";

/**
 * Sends one message of lines such as `READY=1`, until the signal says that nobody waits for it any more; gives why it
 * could not be sent, or undefined. Never rejects.
 */
type SendNotice = (lines: readonly string[], signal: AbortSignal) => Promise<string | undefined>;

/** What the notices are made of. */
export type ServiceManagerParts = {
  readonly env: Environment;
  /** Whose watchdog is meant. */
  readonly pid: number;
  readonly log: Log;
  readonly send: SendNotice;
  /** What `systemctl status` shows, as one line. */
  readonly status: () => string;
};

/** A manager that does not answer holds up the next notice no longer than this. */
const SEND_MS = 5_000;
/** The end of the process is held up no longer than this. */
const CLOSE_MS = 1_000;
/** More than this under way means that the manager does not listen. */
const MOST_WAITING = 8;
/** A watchdog that wants to hear more often would cost more processes than it is worth. */
const SHORTEST_WATCH_MS = 100;
const LONGEST_TIMER_MS = 2_147_483_647;

/** The notices of one run, sent one after the other. */
export class ServiceManager {
  readonly #parts: ServiceManagerParts;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #hasFailed = false;
  #isStopping = false;
  #watch: NodeJS.Timeout | undefined;
  readonly #end = new AbortController();

  constructor(parts: ServiceManagerParts) {
    this.#parts = parts;
  }

  /** It serves: at the start, and again after each reload, however that ended. */
  ready(): void {
    if (this.#isStopping) return;
    this.#send("READY=1", this.#statusLine());
    this.#watch ??= this.#startWatch();
  }

  /** A reload begins. The time is that of CLOCK_MONOTONIC, by which the manager knows the reload it has asked for. */
  reloading(): void {
    if (this.#isStopping) return;
    this.#send("RELOADING=1", `MONOTONIC_USEC=${process.hrtime.bigint() / 1_000n}`);
  }

  /** What is served has changed. */
  changed(): void {
    if (!this.#isStopping) this.#send(this.#statusLine());
  }

  /** A stop was asked for; requests under way may take their time. */
  stopping(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#send("STOPPING=1");
  }

  /** Ends the watchdog's timer; resolves when everything is sent, or given up. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    await atMost(CLOSE_MS, this.#last);
    this.#end.abort();
  }

  #statusLine(): string {
    return `STATUS=${this.#parts.status().replaceAll(/[\u0000-\u001f]+/g, " ")}`;
  }

  /** From the event loop itself: one that is stuck says nothing, and is started again. */
  #startWatch(): NodeJS.Timeout | undefined {
    const everyMs = watchdogMs(this.#parts.env, this.#parts.pid);
    if (everyMs === undefined) return undefined;
    // While it stops the manager's own time limit for that counts, and the watchdog goes on until then.
    return setInterval(() => this.#send("WATCHDOG=1"), everyMs).unref();
  }

  #send(...lines: readonly string[]): void {
    if (this.#waiting >= MOST_WAITING && lines[0] !== "STOPPING=1") return;
    this.#waiting += 1;
    this.#last = this.#last.then(async () => {
      const problem = await this.#parts.send(lines, this.#end.signal);
      this.#waiting -= 1;
      if (problem !== undefined && !this.#end.signal.aborted) this.#warn(problem);
    });
  }

  /** Once: the next ones would fail for the same reason. */
  #warn(problem: string): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#parts.log.warn(
      "notify_failed",
      `The service manager could not be told (${problem}); install systemd-notify, or set Type=exec and no WatchdogSec in the unit.`,
    );
  }
}

/** The notices for the manager that NOTIFY_SOCKET names; undefined where there is none. */
export function serviceManager(
  parts: Pick<ServiceManagerParts, "env" | "log" | "status">,
): ServiceManager | undefined {
  const socket = parts.env["NOTIFY_SOCKET"];
  if (socket === undefined || socket === "") return undefined;
  return new ServiceManager({
    ...parts,
    pid: process.pid,
    send: (lines, signal) => spawnNotify(parts.env, lines, signal),
  });
}

/** How often the watchdog wants to hear of us: half of its patience; undefined where it watches another process or none. */
function watchdogMs(env: Environment, pid: number): number | undefined {
  const patienceMs = Number(env["WATCHDOG_USEC"] ?? "") / 1_000;
  const isOurs = env["WATCHDOG_PID"] === undefined || Number(env["WATCHDOG_PID"]) === pid;
  if (!isOurs || !Number.isFinite(patienceMs) || patienceMs <= 0) return undefined;
  return Math.min(Math.max(patienceMs / 2, SHORTEST_WATCH_MS), LONGEST_TIMER_MS);
}

function spawnNotify(
  env: Environment,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Keys that are in the environment are none of its business.
    const { NOTIFY_SOCKET, PATH } = env;
    const child = spawn("systemd-notify", lines, {
      env: { NOTIFY_SOCKET, PATH },
      stdio: "ignore",
      signal,
      timeout: SEND_MS,
      killSignal: "SIGKILL",
    });
    child.on("error", (error) => resolve(`systemd-notify: ${errorCode(error) ?? "unknown error"}`));
    child.on("close", (code, killedBy) =>
      resolve(code === 0 ? undefined : `systemd-notify ended with ${killedBy ?? code}`),
    );
  });
}
