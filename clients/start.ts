// Starts one program of a client, keeps what it says, and ends it with all its children when its time is over.

import { spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";

/** What a program is started with. */
export type Start = {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
};

/** What it came to. */
export type Ended = {
  /** `undefined` for one that was ended by us. */
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
};

const MOST_CHARACTERS = 4_000_000;

/** Runs it to its end. Its process group goes with it, so that nothing it has started stays. */
export async function runToEnd({ program, args, folder, env, timeoutMs }: Start): Promise<Ended> {
  const child = spawn(program, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const said = { out: "", err: "" };
  for (const [name, stream] of [["out", child.stdout] as const, ["err", child.stderr] as const]) {
    const decoder = new StringDecoder("utf8");
    stream.on("data", (chunk: Buffer) => {
      if (said[name].length < MOST_CHARACTERS) said[name] += decoder.write(chunk);
    });
  }
  let isLate = false;
  const endGroup = (signal: NodeJS.Signals = "SIGKILL"): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // Nobody of the group is left.
    }
  };
  // Who ends this ends it too; what it has started itself has a group of its own, and is ended by it.
  const stop = (): void => {
    endGroup("SIGTERM");
    setTimeout(() => {
      endGroup();
      process.exit(1);
    }, 500);
  };
  process.once("SIGTERM", stop).once("SIGINT", stop);
  const late = setTimeout(() => {
    isLate = true;
    endGroup();
  }, timeoutMs);
  const code = await new Promise<number | undefined>((resolve) => {
    child.once("error", (error) => {
      said.err += error.message;
      resolve(undefined);
    });
    // Its pipes may be held by a child that it left behind: the exit counts, and then the group is ended.
    child.once("exit", (status) => {
      endGroup();
      const settle = (): void => resolve(isLate ? undefined : (status ?? undefined));
      child.once("close", settle);
      setTimeout(settle, 2000).unref();
    });
  });
  clearTimeout(late);
  process.off("SIGTERM", stop).off("SIGINT", stop);
  return { code, ...said };
}
