// Runs the command line as a process of its own, in a home of its own, and waits for what it says.

import { type ChildProcess, spawn } from "node:child_process";
import { chmod, chown, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { Condition } from "./condition.ts";
import { folderFor } from "./folder.ts";

/** The checkout's command, from the sources. */
export const CHECKOUT: string = fileURLToPath(new URL("../../bin/oai-gateway.cjs", import.meta.url));

/** The command line's own file, for tests that start it with other pipes: the checkout's, the bundle's or an installed one. */
export const MAIN = process.env["OAI_GATEWAY_TEST_PROGRAM"] ?? CHECKOUT;

/** What runs it, for tests of another Node than the one that they run on. */
export const NODE = process.env["OAI_GATEWAY_TEST_NODE"] ?? process.execPath;

/**
 * What every process takes over from the tests, whatever else its environment is: where compiled code is kept, so that
 * each need not compile the program anew, and the engine that the tests run on. A bundle has its engine in it.
 */
export const SHARED_ENV: Readonly<Record<string, string>> = {
  XDG_CACHE_HOME: fileURLToPath(new URL("../../node_modules/.cache", import.meta.url)),
  ...(MAIN === CHECKOUT ? engineEnvironment() : {}),
};

function engineEnvironment(): Readonly<Record<string, string>> {
  const [option] = /--import=\S+\/other-engine\.mjs\b/.exec(process.env["NODE_OPTIONS"] ?? "") ?? [];
  return option === undefined ? {} : { NODE_OPTIONS: option };
}

/** How a process ended, and all it said. */
export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** What a run may be given. */
export type CliOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Rights of files or of the folder (`.`), for a run by somebody without rights of root. */
  readonly modes?: Readonly<Record<string, number>>;
  /** The command's file where it is not to be the one that all tests start. */
  readonly program?: string;
};

/** Whom a run with `modes` belongs to where root starts it, whom no mode holds back. */
const NOBODY = 65_534;

/** A command under way. */
export class CliRun {
  readonly folder: string;
  stdout = "";
  stderr = "";
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #changed = new Condition();
  #hasEnded = false;

  constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.folder = folder;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.#changed.notify();
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#changed.notify();
    });
    this.ended = new Promise((resolve) => {
      child.on("close", (code, signal) => {
        this.#hasEnded = true;
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
        this.#changed.notify();
      });
    });
  }

  /** The first match in what was said so far on a stream; rejects when the process ends without it. */
  async says(stream: "stdout" | "stderr", pattern: RegExp): Promise<RegExpExecArray> {
    await this.#changed.until(() => pattern.test(this[stream]) || this.#hasEnded);
    const match = pattern.exec(this[stream]);
    if (match === null) throw new Error(`ended without ${pattern}:\n${this.stdout}\n${this.stderr}`);
    return match;
  }

  /** The port that the log's first line names. */
  async port(): Promise<number> {
    const [, port] = await this.says("stdout", / listens on [^"\n]*https?:\/\/[^\s"]+:(\d+)/);
    return Number(port);
  }

  /** Waits until each endpoint has answered or failed. */
  async ready(): Promise<void> {
    await this.says("stdout", /\bready: \d+ models?/);
  }

  /** Waits until the end is under way. */
  async stopping(): Promise<void> {
    await this.says("stdout", /: stopping; /);
  }

  /** Nobody reads what it says any more. */
  closeStdout(): void {
    this.#child.stdout?.destroy();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** Starts `oai-gateway ARGS` in a fresh folder, with nothing of the outer environment that could matter. */
export async function startCli(
  t: TestContext,
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliRun> {
  const folder = folderFor(t);
  for (const [name, content] of Object.entries(options.files ?? {})) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const { SystemRoot } = process.env;
  const env = {
    PATH: "/usr/bin:/bin",
    // Without it nothing starts on Windows.
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, "xdg-config"),
    XDG_DATA_HOME: join(folder, "xdg-data"),
    LC_ALL: "C.UTF-8",
    ...SHARED_ENV,
    ...(options.program === CHECKOUT ? engineEnvironment() : {}),
    ...options.env,
  };
  const command = options.program ?? MAIN;
  const [program = command, ...before] = /\.c?js$/.test(command) ? [NODE, command] : [command];
  const isRoot = process.getuid?.() === 0 && options.modes !== undefined;
  if (isRoot)
    for (const name of [".", ...Object.keys(options.files ?? {})])
      await chown(join(folder, name), NOBODY, NOBODY);
  for (const [name, mode] of Object.entries(options.modes ?? {})) await chmod(join(folder, name), mode);
  const child = spawn(program, [...before, ...args], {
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const run = new CliRun(child, folder);
  t.after(() => {
    child.kill("SIGKILL");
    return run.ended;
  });
  return run;
}

/** Runs a command to its end. */
export async function runCli(
  t: TestContext,
  args: readonly string[],
  options: CliOptions = {},
): Promise<Ended> {
  const run = await startCli(t, args, options);
  return run.ended;
}
