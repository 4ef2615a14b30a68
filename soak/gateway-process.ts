// The gateway as a process of its own, `serve` with a configuration file as a user runs it, so that its memory and
// sockets are nobody else's.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineName } from "../src/config/schema/engine-name.ts";
import type { Sample } from "./sampler.ts";

const MAIN = fileURLToPath(new URL("../bin/oai-gateway.cjs", import.meta.url));
const SAMPLER = new URL("sampler.ts", import.meta.url).href;

/** Besides the configuration. */
export type ProcessSetting = {
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  /** The HTTP engine; the usual one where none is named. */
  readonly engine?: EngineName | undefined;
};

/** The process and its file. */
export class GatewayProcess {
  readonly port: number;
  /** Lines of the log that tell of failures of the gateway itself. */
  readonly complaints: string[];
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #engine: EngineName | undefined;

  constructor(
    child: ChildProcess,
    { folder, engine }: { readonly folder: string; readonly engine: EngineName | undefined },
    port: number,
    complaints: string[],
  ) {
    this.#child = child;
    this.#folder = folder;
    this.#engine = engine;
    this.port = port;
    this.complaints = complaints;
  }

  /** Starts it with this configuration; port 0 is added. `setting`: what else the process is started with. */
  static async start(
    config: Readonly<Record<string, unknown>>,
    setting: ProcessSetting = {},
  ): Promise<GatewayProcess> {
    const folder = await mkdtemp(join(tmpdir(), "oai-gateway-soak-"));
    const file = join(folder, "config.yaml");
    await writeFile(file, textOf(config, setting.engine));
    const child = fork(MAIN, ["serve", "--config", file], {
      cwd: folder,
      env: {
        PATH: "/usr/bin:/bin",
        HOME: folder,
        XDG_DATA_HOME: join(folder, "data"),
        LC_ALL: "C.UTF-8",
        ...setting.env,
      },
      execArgv: ["--import", SAMPLER, ...(setting.nodeArgs ?? [])],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const complaints: string[] = [];
    const port = await new Promise<number>((resolve, reject) => {
      let said = "";
      const listen = (chunk: string): void => {
        if (said.length < 100_000) said += chunk;
        for (const line of chunk.split("\n"))
          if (/"internal"|uncaught|unhandled/i.test(line)) complaints.push(line);
        const found = / listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(said);
        if (found !== null) resolve(Number(found[1]));
      };
      child.stdout?.setEncoding("utf8").on("data", listen);
      child.stderr?.setEncoding("utf8").on("data", listen);
      child.once("exit", (code) => reject(new Error(`the gateway ended with ${code}:\n${said}`)));
    });
    child.on("exit", (code, signal) => {
      if (code !== 0) complaints.push(`the gateway ended with ${code ?? signal}`);
    });
    return new GatewayProcess(child, { folder, engine: setting.engine }, port, complaints);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Saves a configuration, or any text, as an editor does: a new file in place of the old. */
  async save(config: Readonly<Record<string, unknown>> | string): Promise<void> {
    const next = join(this.#folder, "config.yaml.new");
    await writeFile(next, typeof config === "string" ? config : textOf(config, this.#engine));
    await rename(next, join(this.#folder, "config.yaml"));
  }

  /** What the process holds now, after a full collection. */
  async sample(): Promise<Sample> {
    const answered = once(this.#child, "message");
    this.#child.send("sample");
    // Sent by `sampler.ts` in this form.
    const [sample] = (await answered) as [Sample];
    return sample;
  }

  /** Its resident memory as it is, without a collection. */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  }

  /** Stops it as a service manager does. */
  async stop(): Promise<void> {
    const ended = this.#child.exitCode === null ? once(this.#child, "exit") : Promise.resolve();
    this.#child.kill("SIGTERM");
    const hardly = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(hardly);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function textOf(config: Readonly<Record<string, unknown>>, engine: EngineName | undefined): string {
  return JSON.stringify({ server: { port: 0, engine }, ...config });
}
