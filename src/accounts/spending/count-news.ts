// What was counted in one process and has to be known in the others: sums by place, told in batches.

/** One sum: whose, of what, how much. */
export type CountChange = readonly [id: string, field: string, amount: number];

/** The sums since they were taken last. */
export class CountNews {
  /** Called whenever there is something to tell. */
  onNews: () => void = () => undefined;
  readonly #sums = new Map<string, Map<string, number>>();

  /** Adds to a sum. */
  note(id: string, field: string, amount: number): void {
    let fields = this.#sums.get(id);
    if (fields === undefined) {
      fields = new Map();
      this.#sums.set(id, fields);
    }
    fields.set(field, (fields.get(field) ?? 0) + amount);
    this.onNews();
  }

  /** All of them; they begin anew. */
  take(): readonly CountChange[] {
    const changes: CountChange[] = [];
    for (const [id, fields] of this.#sums)
      for (const [field, amount] of fields) if (amount !== 0) changes.push([id, field, amount]);
    this.#sums.clear();
    return changes;
  }
}
