// Results as cells: what stands in one, and which notes a table needs.

import { CAPABILITIES, type Capability, type Outcome, WAYS } from "./client.ts";
import type { NoteName } from "./notes.ts";
import type { ClientResult } from "./results.ts";

/** A table of one kind of clients, without words of a language. */
export type Table = {
  readonly columns: readonly Capability[];
  /** A row for each client: a cell for each column, with a mark for each way. */
  readonly rows: readonly { readonly client: ClientResult; readonly cells: readonly string[] }[];
  /** Numbered from 1 in the order in which they are met. */
  readonly notes: readonly NoteName[];
  readonly failures: readonly string[];
};

/** The table of some clients. */
export function tableOf(clients: readonly ClientResult[]): Table {
  const columns = CAPABILITIES.filter((capability) =>
    clients.some(({ outcomes }) => WAYS.some((way) => isTried(outcomes[way][capability]))),
  );
  const notes: NoteName[] = [];
  const failures: string[] = [];
  const mark = (client: ClientResult, capability: Capability, outcome: Outcome | undefined): string => {
    if (outcome?.kind === "works") return "✓";
    if (outcome?.kind === "fails") {
      failures.push(`${client.key}, ${capability}: ${outcome.reason}`);
      return "✗";
    }
    const note = outcome?.note ?? "absent";
    if (!notes.includes(note)) notes.push(note);
    return String(notes.indexOf(note) + 1);
  };
  const rows = clients.map((client) => ({
    client,
    cells: columns.map((capability) => {
      const marks = WAYS.map((way) => mark(client, capability, client.outcomes[way][capability]));
      return marks[0] === marks[1] && marks[0] !== "✓" && marks[0] !== "✗" ? `${marks[0]}` : marks.join(" ");
    }),
  }));
  return { columns, rows, notes, failures };
}

function isTried(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && !(outcome.kind === "noted" && outcome.note === "absent");
}
