// Tells all who listen what goes on: each settled request, the figures of the gateway, and changes of the configuration.
// It hears of nothing, and runs no timer, while nobody listens.

import type { FlatHeaders, Reply } from "../../http/message.ts";
import { message, saidInEnglish } from "../../language/messages.ts";
import { SaidRefusal } from "../../language/said-refusal.ts";
import type { LedgerEntry } from "../../store/store.ts";
import type { Actor } from "../login/actor.ts";
import type { LiveDesk, LiveState } from "../operation/live-desk.ts";
import { requestOf } from "../operation/request-shape.ts";
import { LiveListener } from "./live-listener.ts";
import { LiveRates } from "./live-rates.ts";
import { type FeedParts, stateOf } from "./live-state.ts";

const MAX_LISTENERS = 20;
/** Events wait so long for company: each write to each listener costs a system call. */
const BATCH_MS = 200;
/** More requests in one batch are counted and not told: nobody could read them. */
const MAX_BATCH = 400;
const STATE_MS = 2_000;

/** What an open stream needs to stay open. */
export type FeedGuard = {
  /** Whether a session goes on. */
  readonly isOpen: (session: string) => boolean;
  /** The token of the configuration now; a stream that came by another one ends. */
  readonly token: () => string | undefined;
  readonly isEnabled: () => boolean;
};

type OpenedStream = {
  readonly listener: LiveListener;
  readonly actor: Actor;
  readonly token: string | undefined;
};

/** The feed of one gateway. */
export class LiveFeed implements LiveDesk {
  readonly #parts: FeedParts;
  readonly #guard: FeedGuard;
  readonly #rates: LiveRates;
  readonly #opened = new Set<OpenedStream>();
  #batch: string[] = [];
  /** Requests of the batch, and of these such as it does not have. */
  #count = 0;
  #left = 0;
  #lastId = 0;
  #flushing: NodeJS.Timeout | undefined;
  #states: NodeJS.Timeout | undefined;
  #lastState = "";

  constructor(parts: FeedParts, guard: FeedGuard) {
    this.#parts = parts;
    this.#guard = guard;
    this.#rates = new LiveRates(parts.clock);
  }

  /** @throws GatewayError admin_not_found, overloaded */
  listen(reply: Reply, headers: FlatHeaders, actor: Actor): void {
    const serving = this.#parts.serving();
    if (serving === undefined) throw new SaidRefusal("admin_not_found", message("refused.noGateway"));
    if (this.#opened.size >= MAX_LISTENERS)
      throw new SaidRefusal("overloaded", message("refused.tooManyPages", { max: MAX_LISTENERS }));
    const opened: OpenedStream = {
      listener: new LiveListener(reply, headers),
      actor,
      token: this.#guard.token(),
    };
    this.#opened.add(opened);
    reply.onAbort(() => this.#drop(opened));
    if (this.#opened.size === 1) this.#begin();
    opened.listener.send(this.#event("state", this.state()), 0);
  }

  /** @throws GatewayError admin_not_found */
  state(): LiveState {
    return stateOf(this.#parts, this.#states === undefined ? undefined : this.#rates.read());
  }

  /** Ends the streams of those who may not listen any more. */
  dropEnded(): void {
    for (const opened of [...this.#opened]) if (!this.#mayStay(opened)) this.#end(opened);
  }

  #mayStay({ actor, token }: OpenedStream): boolean {
    const { isEnabled, isOpen, token: tokenNow } = this.#guard;
    if (!isEnabled()) return false;
    return actor.session === undefined ? token === tokenNow() : isOpen(actor.session);
  }

  #begin(): void {
    this.#rates.begin();
    this.#lastState = "";
    this.#states = setInterval(() => this.#onBeat(), STATE_MS);
    this.#states.unref();
    this.#parts.serving()?.watch({
      onEntry: (entry) => this.#onEntry(entry),
      onConfig: (kind, change) => this.#onConfig(kind, change),
      onClosing: () => {
        this.#flush();
        for (const opened of [...this.#opened]) this.#end(opened);
      },
    });
  }

  #stop(): void {
    clearInterval(this.#states);
    this.#states = undefined;
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    this.#batch = [];
    this.#count = 0;
    this.#left = 0;
    this.#parts.serving()?.watch(undefined);
  }

  #drop(opened: OpenedStream): void {
    if (this.#opened.delete(opened) && this.#opened.size === 0) this.#stop();
  }

  #end(opened: OpenedStream): void {
    opened.listener.end();
    this.#drop(opened);
  }

  #onEntry(entry: LedgerEntry): void {
    this.#rates.add(entry.status >= 400 || entry.error !== "");
    this.#count += 1;
    if (this.#batch.length >= MAX_BATCH) this.#left += 1;
    else this.#batch.push(this.#event("request", requestOf(entry)));
    this.#flushSoon();
  }

  #onConfig(kind: string, change: string): void {
    this.dropEnded();
    this.#batch.push(this.#event("config", { at: this.#now(), kind, change }));
    this.#flushSoon();
  }

  #onBeat(): void {
    this.dropEnded();
    for (const opened of [...this.#opened])
      if (opened.listener.isStuck) {
        opened.listener.cut();
        this.#drop(opened);
      }
    if (this.#opened.size === 0) return;
    const state = this.state();
    const { at: _at, uptime_ms: _uptime, config_age_ms: _age, lag_ms: _lag, ...told } = state;
    const text = JSON.stringify(told, saidInEnglish);
    if (text === this.#lastState) {
      for (const { listener } of this.#opened) listener.beat();
      return;
    }
    this.#lastState = text;
    this.#batch.push(this.#event("state", state));
    this.#flushSoon();
  }

  #flushSoon(): void {
    this.#flushing ??= setTimeout(() => this.#flush(), BATCH_MS);
  }

  #flush(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    if (this.#batch.length === 0) return;
    if (this.#left > 0) this.#batch.push(this.#event("missed", { count: this.#left }));
    const text = this.#batch.join("");
    const count = this.#count;
    this.#batch = [];
    this.#count = 0;
    this.#left = 0;
    for (const { listener } of this.#opened) listener.send(text, count);
  }

  #event(name: string, data: unknown): string {
    this.#lastId += 1;
    return `id: ${this.#lastId}\nevent: ${name}\ndata: ${JSON.stringify(data, saidInEnglish)}\n\n`;
  }

  #now(): string {
    return new Date(this.#parts.clock.wallMs()).toISOString();
  }
}
