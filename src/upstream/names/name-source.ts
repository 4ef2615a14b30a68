// What a name means: as the system says, which decides, and as name servers say, who also tell for how long.

/** What name servers say of a name. */
export type ServerAnswer = {
  readonly addresses: readonly string[];
  /** For how long it holds: the shortest of its records. */
  readonly ttlMs: number;
};

/** Where names are looked up. */
export interface NameSource {
  /**
   * The addresses of a name as the system has them, hosts files, search domains and local names among them, in its
   * order of preference. Takes a thread of a small pool meanwhile. Rejects with the system's error.
   */
  lookUp(name: string): Promise<readonly string[]>;
  /** The same by name servers alone, without a thread; undefined where they know none. Never rejects. */
  ask(name: string): Promise<ServerAnswer | undefined>;
  /** Whether this machine has a meaning of its own for a name, which name servers do not know of. Never rejects. */
  isOwn(name: string): Promise<boolean>;
  /** Gives up what name servers were asked for: it would hold the process's end up. */
  close(): void;
}

/** A name server has so long for an answer, twice. */
const SERVER_TIMEOUT_MS = 2_000;
const SERVER_TRIES = 2;

/** The system's names. */
export class SystemNames implements NameSource {
  readonly #asking = new Set<{ cancel(): void }>();

  lookUp(name: string): Promise<readonly string[]> {
    const dns = process.getBuiltinModule("node:dns");
    // Addresses of a family that this machine has not are left out, as `net.connect` does; Windows knows no such wish.
    const hints = process.platform === "win32" ? 0 : dns.ADDRCONFIG;
    return new Promise((resolve, reject) => {
      dns.lookup(name, { all: true, hints, order: "verbatim" }, (error, found) => {
        if (error === null) resolve(found.map(({ address }) => address));
        else reject(error);
      });
    });
  }

  async ask(name: string): Promise<ServerAnswer | undefined> {
    const { Resolver } = process.getBuiltinModule("node:dns");
    // A new one each time, since the servers may be others on the next network.
    const resolver = new Resolver({ timeout: SERVER_TIMEOUT_MS, tries: SERVER_TRIES });
    this.#asking.add(resolver);
    const found = await Promise.all([
      recordsOf((done) => resolver.resolve4(name, { ttl: true }, done)),
      recordsOf((done) => resolver.resolve6(name, { ttl: true }, done)),
    ]);
    this.#asking.delete(resolver);
    const records = found.flat();
    if (records.length === 0) return undefined;
    const ttlMs = Math.min(...records.map(({ ttl }) => ttl)) * 1_000;
    return { addresses: records.map(({ address }) => address), ttlMs };
  }

  async isOwn(name: string): Promise<boolean> {
    const { readFile } = process.getBuiltinModule("node:fs/promises");
    const text = await readFile(HOSTS_FILE, "latin1").catch(() => "");
    const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim().toLowerCase());
    return lines.some((line) => line.split(/\s+/).slice(1).includes(name.toLowerCase()));
  }

  close(): void {
    for (const resolver of this.#asking) resolver.cancel();
  }
}

const HOSTS_FILE = process.platform === "win32" ? "C:\\Windows\\System32\\drivers\\etc\\hosts" : "/etc/hosts";

type Records = readonly { readonly address: string; readonly ttl: number }[];

function recordsOf(ask: (done: (error: Error | null, found?: Records) => void) => void): Promise<Records> {
  return new Promise((resolve) => ask((error, found = []) => resolve(error === null ? found : [])));
}
