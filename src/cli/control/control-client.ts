// Finds the running gateways of this user and asks them.

import { lstat, readdir, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { dataFolder } from "../../config/file/data-folder.ts";
import { locateConfig } from "../../config/file/locate.ts";
import { errorCode } from "../../core/error-code.ts";
import type { Language } from "../../language/language.ts";
import type { CommandContext } from "../terminal/command.ts";
import { type Marker, markerFolder, readMarker } from "./control-place.ts";

/** A question; see `control-server.ts`. */
export type Question = {
  readonly ask: "plan" | "reset" | "snapshot" | "admin";
  readonly endpoint?: string | undefined;
  readonly model?: string | undefined;
  /** Which public names a snapshot has. */
  readonly models?: "all" | "none";
  /** Of a request to the admin API; the target is below `/admin/v1`. */
  readonly method?: string;
  readonly target?: string;
  readonly body?: unknown;
  /** In which a refusal is worded; English where it is none. */
  readonly language?: Language;
};

/** What one gateway answered: JSON that came from a process of the same user. */
type ControlAnswer = { readonly pid: number; readonly answer: unknown };

/** Who answered, and which other configurations are served by gateways that were not asked. */
export type Asked = {
  /** Of the gateways that were; null for those without a file. */
  readonly configFile: string | null;
  readonly answers: readonly ControlAnswer[];
  /** Processes that are there, and have not answered in time. */
  readonly silent: readonly number[];
  readonly otherConfigs: readonly (string | null)[];
};

const ANSWER_MS = 3_000;
/** What changes something is waited for: it may well be done although nobody waits any more. */
const ADMIN_ANSWER_MS = 30_000;
const MAX_ANSWER_CHARS = 16 * 1024 * 1024;
const MAX_MARKER_BYTES = 64 * 1024;

/** Which gateways are meant: those of the configuration and the data folder that a command of these options has. */
export type MeantBy = { readonly config?: string; readonly dataDir?: string };

/** Asks every running gateway of the configuration that is meant. Never rejects. */
export async function askRunning(
  { cwd, env }: CommandContext,
  options: MeantBy,
  question: Question,
): Promise<Asked> {
  const dataDir = dataFolder({ flag: options.dataDir, env });
  const found = locateConfig({ flag: options.config, cwd, env });
  const configFile = found === undefined ? null : resolve(cwd, found);
  const markers = await markersIn(markerFolder(dataDir));
  const meant = markers.filter(({ config }) => config === configFile);
  const answers = await Promise.all(meant.map((marker) => askOne(dataDir, marker, question)));
  const others = markers.filter(({ config }) => config !== configFile);
  const alive = await Promise.all(others.map((marker) => isListening(marker)));
  return {
    configFile,
    answers: answers.filter((answer) => typeof answer === "object"),
    silent: meant.flatMap(({ pid }, at) => (answers[at] === "silent" ? [pid] : [])),
    otherConfigs: others.filter((_, at) => alive[at] === true).map(({ config }) => config),
  };
}

async function markersIn(folder: string): Promise<Marker[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.filter((name) => /^\d+\.json$/.test(name)).map((name) => readOne(join(folder, name))),
  );
  return found.filter((marker) => marker !== undefined);
}

async function readOne(path: string): Promise<Marker | undefined> {
  try {
    const { size } = await lstat(path);
    return size > MAX_MARKER_BYTES ? undefined : readMarker(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

async function askOne(
  dataDir: string,
  marker: Marker,
  question: Question,
): Promise<ControlAnswer | "silent" | undefined> {
  try {
    const answerMs = question.ask === "admin" ? ADMIN_ANSWER_MS : ANSWER_MS;
    const text = await exchange(marker.address, `${JSON.stringify(question)}\n`, answerMs);
    const answer: unknown = JSON.parse(text);
    return { pid: marker.pid, answer };
  } catch (error) {
    // Whoever listened there was killed.
    const isGone = ["ECONNREFUSED", "ENOENT"].includes(errorCode(error) ?? "");
    if (!isGone) return "silent";
    await rm(join(markerFolder(dataDir), `${marker.pid}.json`), { force: true }).catch(() => undefined);
    return undefined;
  }
}

async function isListening(marker: Marker): Promise<boolean> {
  try {
    await exchange(marker.address, "{}\n", ANSWER_MS);
    return true;
  } catch {
    return false;
  }
}

function exchange(address: string, line: string, answerMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(address, () => socket.write(line));
    socket.setEncoding("utf8").setTimeout(answerMs, () => socket.destroy(new Error("no answer")));
    socket.on("error", reject);
    socket.on("data", (piece: string) => {
      text += piece;
      if (text.length > MAX_ANSWER_CHARS) socket.destroy(new Error("too long"));
    });
    socket.on("end", () => {
      socket.destroy();
      resolve(text);
    });
  });
}
