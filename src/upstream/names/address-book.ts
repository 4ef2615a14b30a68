// The addresses of names, kept for as long as their records say, and what was met at them. Connects to none.

import { isIP } from "../../core/net/ip.ts";
import { type NameSource, type ServerAnswer, SystemNames } from "./name-source.ts";

/** Some servers of names in containers say ten minutes of what changes with each restart. */
const MAX_FRESH_MS = 30_000;
/** What no name server knows: names of hosts files and of the local network. */
const UNKNOWN_FRESH_MS = 5_000;
/** A lookup that takes longer is helped: by what was known, or by what name servers say. */
const PATIENCE_MS = 1_000;
/** Addresses serve on for so long while no lookup succeeds. */
const MAX_STALE_MS = 3_600_000;
/** Names with many servers announce a few of them in turn: one that was announced so lately is not gone. */
const UNANNOUNCED_MS = 60_000;
/** An address where another one was faster comes after the others for so long: it may be starting anew. */
const BEHIND_MS = 30_000;
/** The same for all of a family, where one of the other was faster: a network without a way for it stays so for a while. */
const FAMILY_BEHIND_MS = 600_000;
/** More than any configuration names. */
const MAX_NAMES = 1_024;
/** More than any name has. */
const MAX_ADDRESSES = 256;

/** What is known of one name. */
type KnownName = {
  readonly name: string;
  addresses: readonly string[];
  freshUntilMs: number;
  /** When the system last gave addresses. */
  foundMs: number;
  /** When each address was last among them. */
  readonly announcedMs: Map<string, number>;
  /** Addresses that come after the others, and until when. */
  readonly behindUntilMs: Map<string, number>;
  /** Connections that were begun, so that each begins at another of equal addresses. */
  turn: number;
  asking: Promise<readonly string[]> | undefined;
  /** Since when it is asked for. */
  askedMs: number;
  /** What name servers have said since that was asked. */
  told: Promise<ServerAnswer | undefined>;
};

/** The names of one engine's peers. */
export class AddressBook {
  readonly #source: NameSource;
  readonly #nowMs: () => number;
  readonly #entries = new Map<string, KnownName>();

  constructor(source: NameSource = new SystemNames(), nowMs: () => number = () => performance.now()) {
    this.#source = source;
    this.#nowMs = nowMs;
  }

  /**
   * The addresses to be tried, in this order, of a name or of what is an address already: at once where they are known.
   * Rejects with the system's error.
   */
  addressesOf(name: string): readonly string[] | Promise<readonly string[]> {
    if (isIP(name) !== 0) return [name];
    const entry = this.#entryOf(name);
    if (this.#nowMs() < entry.freshUntilMs) return this.#inOrder(entry, entry.addresses);
    return this.#patiently(entry, this.#ask(entry)).then((addresses) => this.#inOrder(entry, addresses));
  }

  /** Asks for a name whose addresses are no longer fresh, for the sake of `isOutdated`. */
  refresh(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined || this.#nowMs() < entry.freshUntilMs) return;
    this.#ask(entry).catch(ignore);
  }

  /** Whether an address was that of a name once, and has not been announced for a minute although the name was. */
  isOutdated(name: string, address: string): boolean {
    const entry = this.#entries.get(name);
    const announcedMs = entry?.announcedMs.get(address);
    return entry !== undefined && announcedMs !== undefined && entry.foundMs - announcedMs > UNANNOUNCED_MS;
  }

  /** A connection was made; `slower`: addresses that had been tried before, and were not connected to by then. */
  onConnected(name: string, address: string, slower: readonly string[]): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    entry.behindUntilMs.delete(address);
    const nowMs = this.#nowMs();
    for (const one of slower) {
      const isFamily = isIP(one) !== isIP(address);
      const untilMs = nowMs + (isFamily ? FAMILY_BEHIND_MS : BEHIND_MS);
      for (const other of entry.addresses)
        if (other === one || (isFamily && isIP(other) === isIP(one))) entry.behindUntilMs.set(other, untilMs);
    }
  }

  /** Asks for nothing more. */
  close(): void {
    this.#source.close();
  }

  #entryOf(name: string): KnownName {
    const known = this.#entries.get(name);
    if (known !== undefined) return known;
    if (this.#entries.size >= MAX_NAMES) this.#entries.clear();
    const made: KnownName = {
      name,
      addresses: [],
      freshUntilMs: Number.NEGATIVE_INFINITY,
      foundMs: Number.NEGATIVE_INFINITY,
      announcedMs: new Map(),
      behindUntilMs: new Map(),
      turn: 0,
      asking: undefined,
      askedMs: 0,
      told: Promise.resolve(undefined),
    };
    this.#entries.set(name, made);
    return made;
  }

  /** One lookup at a time for all who want it. */
  #ask(entry: KnownName): Promise<readonly string[]> {
    if (entry.asking !== undefined) return entry.asking;
    const startedMs = this.#nowMs();
    entry.askedMs = startedMs;
    entry.told = this.#source.ask(entry.name);
    const asking = this.#source.lookUp(entry.name).then(
      (addresses) => {
        entry.asking = undefined;
        this.#note(entry, addresses, startedMs);
        return addresses;
      },
      (error: unknown) => {
        entry.asking = undefined;
        if (this.#isTemporary(entry, error)) {
          entry.freshUntilMs = this.#nowMs() + UNKNOWN_FRESH_MS;
          return entry.addresses;
        }
        entry.addresses = [];
        throw error;
      },
    );
    entry.asking = asking;
    return asking;
  }

  #note(entry: KnownName, addresses: readonly string[], startedMs: number): void {
    const nowMs = this.#nowMs();
    entry.addresses = addresses;
    entry.foundMs = nowMs;
    entry.freshUntilMs = startedMs + UNKNOWN_FRESH_MS;
    if (entry.announcedMs.size > MAX_ADDRESSES) entry.announcedMs.clear();
    if (entry.behindUntilMs.size > MAX_ADDRESSES) entry.behindUntilMs.clear();
    for (const address of addresses) entry.announcedMs.set(address, nowMs);
    void entry.told.then((told) => {
      // Records of a name to which the system gives another meaning say nothing of that.
      if (told === undefined || entry.addresses !== addresses) return;
      if (!told.addresses.some((address) => addresses.includes(address))) return;
      entry.freshUntilMs = startedMs + Math.min(told.ttlMs, MAX_FRESH_MS);
    });
  }

  /** Name servers that do not answer are no reason to forget what they said before (RFC 8767). */
  #isTemporary(entry: KnownName, error: unknown): boolean {
    const isGone =
      error instanceof Error && "code" in error && (error.code === "ENOTFOUND" || error.code === "ENODATA");
    return !isGone && this.#isKnown(entry);
  }

  #isKnown({ addresses, foundMs }: KnownName): boolean {
    return addresses.length > 0 && this.#nowMs() - foundMs < MAX_STALE_MS;
  }

  /**
   * What a lookup gives, or, where it takes too long, what is known without it: few lookups of the system are under way
   * at a time, and a name server that is silent would hold up those of all other names.
   */
  #patiently(entry: KnownName, asking: Promise<readonly string[]>): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const waitedMs = this.#nowMs() - entry.askedMs;
      const timer = setTimeout(() => void this.#help(entry, resolve), Math.max(0, PATIENCE_MS - waitedMs));
      const settle = (): void => clearTimeout(timer);
      asking.finally(settle).then(resolve, reject);
    });
  }

  async #help(entry: KnownName, resolve: (addresses: readonly string[]) => void): Promise<void> {
    if (this.#isKnown(entry)) {
      resolve(entry.addresses);
      return;
    }
    const told = await entry.told;
    if (told !== undefined && !(await this.#source.isOwn(entry.name))) resolve(told.addresses);
  }

  /** Families take turns (RFC 8305 §4), the system's favourite first; within one, each connection begins at the next. */
  #inOrder(entry: KnownName, addresses: readonly string[]): readonly string[] {
    if (addresses.length < 2) return addresses;
    const nowMs = this.#nowMs();
    const isBehind = (address: string): boolean => (entry.behindUntilMs.get(address) ?? 0) > nowMs;
    const { turn } = entry;
    entry.turn += 1;
    const good = addresses.filter((address) => !isBehind(address));
    const rest = addresses.filter(isBehind);
    return [...interleaved(good, turn), ...interleaved(rest, turn)];
  }
}

function interleaved(addresses: readonly string[], turn: number): readonly string[] {
  const family = isIP(addresses[0] ?? "");
  const same = addresses.filter((address) => isIP(address) === family);
  const ones = rotated(same, turn);
  const others = rotated(
    addresses.filter((address) => isIP(address) !== family),
    turn,
  );
  const order: string[] = [];
  for (let at = 0; order.length < addresses.length; at += 1)
    order.push(...ones.slice(at, at + 1), ...others.slice(at, at + 1));
  return order;
}

function rotated(addresses: readonly string[], turn: number): readonly string[] {
  const from = addresses.length === 0 ? 0 : turn % addresses.length;
  return [...addresses.slice(from), ...addresses.slice(0, from)];
}

function ignore(): void {}
