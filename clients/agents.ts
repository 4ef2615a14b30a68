// The agents: how each is pointed at the gateway, and how a conversation of two turns is held with it.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PRINTED, TURN_ONE, TURN_TWO } from "../test/support/models/scripted-model.ts";
import type { ModelApi } from "../test/support/models/serve-model.ts";
import type { Client, Outcome, Outcomes, Place, Way } from "./client.ts";
import { commonEnvironment } from "./environment.ts";
import { type Ended, runToEnd } from "./start.ts";
import type { SetName } from "./versions.ts";

/** What it is pointed at. */
export type Pointed = Pick<Place, "url" | "model">;

/** What is particular to an agent. */
export type Agent = {
  readonly key: string;
  readonly name: string;
  readonly speaks: string;
  readonly set: SetName;
  readonly own: readonly ModelApi[];
  readonly models: Readonly<Record<Way, string>>;
  readonly needsSocket?: boolean;
  /** Its program below `node_modules/.bin`. */
  readonly program: string;
  /** Files below its home folder. */
  readonly files?: (pointed: Pointed) => Readonly<Record<string, string>>;
  /** What of them points it at the gateway; all of it, where this is left out. */
  readonly shown?: (pointed: Pointed) => Readonly<Record<string, string>>;
  /** Variables that point it at the gateway. */
  readonly env?: (pointed: Pointed) => Readonly<Record<string, string>>;
  /** Variables that keep it from calling home, from updates and the like. */
  readonly quiet?: Readonly<Record<string, string>>;
  /** Arguments of the first turn. */
  readonly first: (prompt: string, place: Place) => readonly string[];
  /** Arguments of the second one, in the session of the first. */
  readonly second: (prompt: string, place: Place) => readonly string[];
};

const ASKS = `Use your shell tool once, then say what it printed. ${TURN_ONE}`;
const LEAVES = `Say goodbye, and what the tool had printed. ${TURN_TWO}`;
/** Of one turn: the slowest agent takes twenty seconds for its start. */
const TURN_MS = 100_000;

/** The agent as a row of the table. */
export function agentClient(agent: Agent): Client {
  const { key, name, speaks, set, own, models, needsSocket = false } = agent;
  return {
    key,
    name,
    kind: "agent",
    speaks,
    set,
    own,
    models,
    notes: {},
    needsSocket,
    run: (place) => converse(agent, place),
  };
}

/** The two turns. */
async function converse(agent: Agent, place: Place): Promise<Outcomes> {
  const work = join(place.home, "work");
  await mkdir(work, { recursive: true });
  for (const [path, text] of Object.entries(agent.files?.(place) ?? {})) {
    await mkdir(dirname(join(place.home, path)), { recursive: true });
    await writeFile(join(place.home, path), text);
  }
  const turn = (args: readonly string[]): Promise<Ended> =>
    runToEnd({
      program: join(place.folder, "node_modules/.bin", agent.program),
      args,
      folder: work,
      env: { ...commonEnvironment(place.home), ...agent.env?.(place), ...agent.quiet },
      timeoutMs: TURN_MS,
    });
  let tool = said(await turn(agent.first(ASKS, place)), "The tool said:");
  // An agent that is short of time may miss what its shell has printed: that is its own affair, and happens once.
  if (tool.kind === "fails" && tool.reason.includes("The tool said:"))
    tool = said(await turn(agent.first(ASKS, place)), "The tool said:");
  if (tool.kind !== "works") return { tool, again: { kind: "fails", reason: "there was no first turn" } };
  const second = await turn(agent.second(LEAVES, place));
  return { tool, again: said(second, "The tool had said:") };
}

/** Whether it ended well and said this of what was printed; lines may be wrapped, and words may be coloured. */
function said(ended: Ended, expected: string): Outcome {
  const words = (text: string): string => text.replaceAll(/\u001b\[[0-9;]*m/g, "").replaceAll(/\s+/g, " ");
  const [, after = ""] = words(ended.out).split(expected);
  if (ended.code === 0 && after.includes(PRINTED)) return { kind: "works" };
  const end = ended.code === undefined ? "did not end" : `ended with ${ended.code}`;
  return {
    kind: "fails",
    reason: `${end}: ${words(ended.out).slice(-1500)} | ${words(ended.err).slice(-1500)}`,
  };
}
