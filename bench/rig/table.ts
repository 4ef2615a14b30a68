// Keeps samples of figures and shows their medians as a Markdown table, with the gateway as a multiple of nginx.

/** What a row is about. */
export type Row = { readonly label: string; readonly goal: string };

type Kept = { readonly goal: string; readonly byPeer: Map<string, number[]> };

/** Samples by figure and by what was measured. */
export class Samples {
  readonly #peers: readonly string[];
  /** Whose figures are set against nginx's. */
  readonly #ours: string;
  readonly #rows = new Map<string, Kept>();

  constructor(peers: readonly string[], ours: string) {
    this.#peers = peers;
    this.#ours = ours;
  }

  add(peer: string, row: Row, value: number): void {
    const kept = this.#rows.get(row.label) ?? { goal: row.goal, byPeer: new Map<string, number[]>() };
    this.#rows.set(row.label, kept);
    kept.byPeer.set(peer, [...(kept.byPeer.get(peer) ?? []), value]);
  }

  /** A row a figure. A peer has an empty cell where it was not measured, or not in a round without failures. */
  table(): string {
    const head = ["", ...this.#peers, `${this.#ours}, times nginx`, "goal"];
    const rows = [...this.#rows].map(([label, { goal, byPeer }]) => {
      const medians = this.#peers.map((peer) => median(byPeer.get(peer) ?? []));
      const times = median(byPeer.get(this.#ours) ?? []) / median(byPeer.get("nginx") ?? []);
      const isRatio = goal.includes("×") || label.includes("CPU");
      return [label, ...medians.map(shown), isRatio && Number.isFinite(times) ? times.toFixed(2) : "", goal];
    });
    const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
    return [
      line(head),
      line(head.map((_cell, index) => (index === 0 ? "---" : "--:"))),
      ...rows.map(line),
    ].join("\n");
  }
}

function median(values: readonly number[]): number {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function shown(value: number): string {
  if (Number.isNaN(value)) return "";
  if (value === 0) return "0";
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}
