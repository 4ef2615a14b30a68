// One endpoint's part of a merged list: its pages one after the other, and how far they were used up.

import { type AttemptSummary, plainChoice, wholeMicros } from "../../core/summary.ts";
import type { ListPlace } from "../../objects/list-places.ts";
import { classifyAnswer } from "../../routing/health/failure-class.ts";
import type { Call } from "../exchange/call.ts";
import { currentTable } from "../request/resolve.ts";
import { ask, type ObjectAnswer, type ObjectQuestion } from "./ask.ts";
import { type ListPage, type ObjectEntry, readListPage } from "./list-page.ts";
import { type ListQuery, queryAt } from "./list-query.ts";
import { keyNumber, type Source } from "./sources.ts";

/** A longer page is taken for a failure. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;
/** Pages of one endpoint that one request may cost. */
const MOST_PAGES = 20;
/** Entries of one page of which other processes are asked what they know. */
const MOST_UNKNOWN = 1_000;

/** An endpoint's list, read as it is needed. */
export class ListSource {
  readonly source: Source;
  /** It has failed, or what came is no list: the others go on without it. */
  hasFailed = false;
  /** It does not know such lists, or has said why the request is wrong. */
  hasRefused = false;
  readonly #call: Call;
  readonly #query: ListQuery;
  #entries: readonly ObjectEntry[] = [];
  #next = 0;
  #after: string | undefined;
  #isAtEnd = false;
  #pages = 0;
  #startedMs = 0;
  #endedMs = 0;
  /** How the last of its questions ended. */
  #ended: Pick<AttemptSummary, "outcome" | "status" | "reason"> | undefined;

  constructor(call: Call, query: ListQuery, source: Source) {
    this.#call = call;
    this.#query = query;
    this.source = source;
  }

  /** Goes on where another page has ended. */
  goTo({ after, isAtEnd }: ListPlace): void {
    this.#after = after;
    this.#isAtEnd = isAtEnd;
  }

  /** The next entry; undefined where there is none, or none that was read so far. */
  get head(): ObjectEntry | undefined {
    return this.#entries[this.#next];
  }

  /** The head was used. */
  take(): void {
    this.#after = this.head?.id ?? this.#after;
    this.#next += 1;
  }

  get hasMore(): boolean {
    return this.head !== undefined || !this.#isAtEnd;
  }

  /** Whether a page has to be read before its next entry is known. */
  get isDry(): boolean {
    return this.head === undefined && !this.#isAtEnd && !this.hasFailed;
  }

  get mayReadMore(): boolean {
    return this.#pages < MOST_PAGES;
  }

  get hasRead(): boolean {
    return this.#pages > 0;
  }

  get place(): ListPlace {
    return { after: this.#after, isAtEnd: !this.hasMore };
  }

  /** What the log tells of it: one attempt, however many pages were read; undefined where it was not asked. */
  get attempt(): AttemptSummary | undefined {
    if (this.#ended === undefined) return undefined;
    const { endpoint, credential } = this.source;
    return {
      endpoint: endpoint.name,
      credential: endpoint.credentials.length > 1 ? credential.id : undefined,
      upstreamModel: "",
      ...this.#ended,
      startedAfterMs: wholeMicros(this.#startedMs - this.#call.exchange.startedMs),
      durationMs: wholeMicros(this.#endedMs - this.#startedMs),
      choice: plainChoice("part"),
      isPart: true,
    };
  }

  /** Reads the next page. Never rejects. */
  async read(): Promise<void> {
    this.#pages += 1;
    const page = await this.#page();
    if (page === undefined) {
      this.#isAtEnd = this.hasRefused;
      return;
    }
    this.#entries = page.entries;
    this.#next = 0;
    // A list that says it goes on and gives nothing, no id to go on from, or the same once more, would be read for ever.
    const lastId = page.entries.at(-1)?.id;
    this.#isAtEnd = !page.hasMore || lastId === undefined || lastId === this.#after;
    const { endpoint, credential } = this.source;
    const at = { endpoint: endpoint.name, credential: keyNumber(endpoint, credential) };
    const { table } = this.#call.services.objects;
    await this.#askOthers(page);
    const isPassing = this.#call.operation.object?.isPassing === true;
    for (const { id } of page.entries) if (id !== undefined) table.noteSeen(id, at, isPassing);
  }

  /** Whose an object is that was just made may be known to another process of the gateway alone. */
  async #askOthers({ entries }: ListPage): Promise<void> {
    const { table, askOthers } = this.#call.services.objects;
    if (askOthers === undefined || this.#call.exchange.caller === undefined) return;
    const unknown = entries.flatMap(({ id }) =>
      id === undefined || table.homeOf(id) !== undefined ? [] : [id],
    );
    if (unknown.length > 0) await askOthers(unknown.slice(0, MOST_UNKNOWN));
  }

  async #page(): Promise<ListPage | undefined> {
    const { endpoint } = this.source;
    const model = this.#modelHere();
    if (model === null) return { entries: [], hasMore: false };
    const passesApiVersion = endpoint.passesApiVersion ?? false;
    const query = queryAt(this.#call.request.target, this.#query, {
      after: this.#after,
      model,
      passesApiVersion,
    });
    const path = endpoint.wire.pathOf(endpoint, this.#call.operation) + query;
    const limitBytes = MAX_PAGE_BYTES;
    const answer = await this.#ask({ source: this.source, path, limitBytes });
    this.hasFailed = true;
    if (answer.kind === "failed") {
      this.#ended = { outcome: answer.code, status: undefined, reason: answer.reason };
      return undefined;
    }
    const { status, contentType, body } = answer;
    this.#ended = { outcome: "upstream_bad_response", status };
    if (answer.isCut) return undefined;
    const page = status >= 200 && status < 300 ? await this.#read(body) : undefined;
    this.hasFailed = page === undefined;
    if (page !== undefined) {
      this.#ended = { outcome: "ok", status };
      return page;
    }
    const { class: kind, code } = classifyAnswer(status, contentType, body, "");
    this.hasRefused = kind === "unsupported" || kind === "caller_error" || kind === "model_missing";
    this.#ended = { outcome: this.hasRefused ? "refused" : (code ?? "upstream_bad_response"), status };
    return undefined;
  }

  async #ask(question: ObjectQuestion): Promise<ObjectAnswer> {
    const { exchange, services } = this.#call;
    if (this.#ended === undefined) this.#startedMs = services.clock.nowMs();
    const answer = await ask(exchange, question);
    this.#endedMs = services.clock.nowMs();
    return answer;
  }

  /** Undefined for what is no list, and no JSON. */
  async #read(body: Buffer): Promise<ListPage | undefined> {
    try {
      return await this.#call.services.overload.slices.run(readListPage(body));
    } catch {
      return undefined;
    }
  }

  /** The endpoint's name for the model that the query names; undefined for none, null where it does not serve it. */
  #modelHere(): string | undefined | null {
    const { queryModel } = this.#call.peek;
    if (queryModel === undefined) return undefined;
    const model = currentTable(this.#call.services).resolve(queryModel);
    if (model === undefined) return queryModel;
    const target = model.targets.find(({ endpoint }) => endpoint.name === this.source.endpoint.name);
    return target?.upstreamModel ?? null;
  }
}
