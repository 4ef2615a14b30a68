// Keeps samples of figures and shows their medians as a Markdown table, with the gateway as a multiple of nginx.

/** Samples by figure and by what was measured. */
export class Samples {
  readonly #peers: readonly string[];
  readonly #figures = new Map<string, Map<string, number[]>>();

  constructor(peers: readonly string[]) {
    this.#peers = peers;
  }

  add(peer: string, figure: string, value: number): void {
    const row = this.#figures.get(figure) ?? new Map<string, number[]>();
    this.#figures.set(figure, row);
    row.set(peer, [...(row.get(peer) ?? []), value]);
  }

  /** A row a figure; times nginx only where both were measured and the figure is a cost. */
  table(): string {
    const head = ["", ...this.#peers, "gateway, times nginx"];
    const rows = [...this.#figures].map(([figure, byPeer]) => {
      const medians = this.#peers.map((peer) => median(byPeer.get(peer) ?? []));
      const nginx = median(byPeer.get("nginx") ?? []);
      const gateway = median(byPeer.get("gateway") ?? []);
      const times = figure.includes("CPU") ? gateway / nginx : Number.NaN;
      return [figure, ...medians.map(shown), Number.isNaN(times) ? "" : times.toFixed(1)];
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
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function shown(value: number): string {
  if (Number.isNaN(value)) return "";
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}
