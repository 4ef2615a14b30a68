// Runs one client over both endpoints, where the network is the loopback interface, and writes what came of it to a file:
// `node clients/inside.ts KEY FOLDER FILE [--record]`. Started by `main.ts`.

import { writeFile } from "node:fs/promises";
import { CLIENTS } from "./all.ts";
import { type Capability, type Client, type Outcome, type Outcomes, WAYS, type Way } from "./client.ts";
import { type RunSetting, runWay } from "./world.ts";

/** What is written. */
export type Report = Readonly<Record<Way, Outcomes>> & {
  /** What the client has sent; empty unless it was to be recorded. */
  readonly requests: Readonly<Record<Way, readonly RequestShape[]>>;
  /** Methods and paths that the endpoint was asked for. */
  readonly asked: Readonly<Record<Way, readonly string[]>>;
};

/** A request as its client has sent it. */
export type RequestShape = {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: string;
};

async function reportOf(key: string, setting: RunSetting): Promise<Report> {
  const client = CLIENTS.find((one) => one.key === key);
  if (client === undefined) throw new Error(`no client "${key}"`);
  const outcomes: Record<Way, Outcomes> = { own: {}, chats: {} };
  const requests: Record<Way, readonly RequestShape[]> = { own: [], chats: [] };
  const asked: Record<Way, readonly string[]> = { own: [], chats: [] };
  for (const way of WAYS) {
    const report = await runWay(client, way, setting);
    outcomes[way] = withNotes(report.outcomes, client);
    requests[way] = report.requests;
    asked[way] = report.asked;
    for (const complaint of report.complaints) process.stderr.write(`gateway: ${complaint}\n`);
  }
  return { ...outcomes, requests, asked };
}

/** A failure that is a known limit is one no more; what it said is for whoever runs this. */
function withNotes(outcomes: Outcomes, { notes }: Client): Outcomes {
  const entries = Object.entries(outcomes) as [Capability, Outcome][];
  return Object.fromEntries(
    entries.map(([capability, outcome]) => {
      const note = notes[capability];
      if (outcome.kind !== "fails" || note === undefined) return [capability, outcome];
      process.stderr.write(`noted, ${capability}: ${outcome.reason}\n`);
      return [capability, { kind: "noted", note }];
    }),
  );
}

const [key = "", folder = "", file = "", option] = process.argv.slice(2);
await writeFile(file, JSON.stringify(await reportOf(key, { folder, isRecorded: option === "--record" })));
// What a client has left open, such as a tunnel, must not hold up the others.
process.exit();
