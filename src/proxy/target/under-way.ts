// How many attempts are under way at each endpoint, whether it has a limit or not. Outlives reloads.

/** The number of one endpoint: whoever holds it adds its attempt, and takes it away once that is over. */
export type EndpointCount = { attempts: number };

/** The numbers of all endpoints. An attempt is under way from its lease until its end, a stream until its last byte. */
export class UnderWay {
  readonly #counts = new Map<string, EndpointCount>();

  /** That of an endpoint; made where there is none yet. */
  of(endpoint: string): EndpointCount {
    let count = this.#counts.get(endpoint);
    if (count === undefined) {
      count = { attempts: 0 };
      this.#counts.set(endpoint, count);
    }
    return count;
  }

  /** The endpoints at which something is under way now. */
  snapshot(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const [endpoint, { attempts }] of this.#counts) if (attempts > 0) counts.set(endpoint, attempts);
    return counts;
  }

  /** Forgets endpoints that are not kept and have nothing under way. */
  retain(isKept: (endpoint: string) => boolean): void {
    for (const [endpoint, { attempts }] of this.#counts)
      if (attempts === 0 && !isKept(endpoint)) this.#counts.delete(endpoint);
  }
}
