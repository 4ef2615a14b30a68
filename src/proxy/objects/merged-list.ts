// A list of objects over all endpoints: their pages are put together by the time at which each object was made, and the
// next page goes on at each endpoint where this one has ended. Ids and entries stay as the endpoints wrote them.

import type { Home } from "../../objects/object-table.ts";
import { post } from "../../wires/paths/operation.ts";
import { isObjectId } from "../../wires/paths/path-tree.ts";
import { answerCall } from "../attempt/answer-call.ts";
import type { Call } from "../exchange/call.ts";
import { ask } from "./ask.ts";
import { askForHome, knownAnywhere, notFound, type WantedObject } from "./find-home.ts";
import type { ObjectEntry } from "./list-page.ts";
import { type ListQuery, listQueryOf } from "./list-query.ts";
import { ListSource } from "./list-source.ts";
import { isListed } from "./owners.ts";
import { keyNumber, sourcesOf } from "./sources.ts";

/** Endpoints and keys whose lists are put together, at most. */
const MOST_SOURCES = 32;
const LOOK_BYTES = 64 * 1024;

/** Whether a call asks for a list that has to be put together, or looked through for what the client may see. */
export function mergesLists({ operation, model, exchange }: Call): boolean {
  if (operation.object?.role !== "list") return false;
  return exchange.caller !== undefined || sourcesOf(model.targets.map(({ endpoint }) => endpoint)).length > 1;
}

/**
 * Answers with a page.
 * @throws GatewayError object_not_found, object_lookups_limited, object_home_unknown, and those of `answerCall`
 */
export async function replyWithMergedList(call: Call): Promise<void> {
  const query = listQueryOf(call.request.target);
  const endpoints = call.model.targets.map(({ endpoint }) => endpoint);
  const sources = sourcesOf(endpoints)
    .slice(0, MOST_SOURCES)
    .map((source) => new ListSource(call, query, source));
  await goToCursor(call, query, sources);
  const page = await new PageMaker(call, query, sources).make();
  // Nobody has such a list: what is wrong is for an endpoint to say in its own words.
  if (!call.departure.isGone && sources.every(({ hasFailed }) => hasFailed)) return answerCall(call);
  for (const { attempt } of sources) if (attempt !== undefined) call.exchange.noteAttempt(attempt);
  call.departure.refuseIfGone();
  reply(call, page, sources);
}

type MergedPage = { readonly entries: readonly ObjectEntry[]; readonly hasMore: boolean };

/** Puts one page together. */
class PageMaker {
  readonly #call: Call;
  readonly #query: ListQuery;
  readonly #sources: readonly ListSource[];
  readonly #entries: ObjectEntry[] = [];
  readonly #seen = new Set<string>();

  constructor(call: Call, query: ListQuery, sources: readonly ListSource[]) {
    this.#call = call;
    this.#query = query;
    this.#sources = sources;
    if (query.cursor !== undefined) this.#seen.add(query.cursor);
  }

  async make(): Promise<MergedPage> {
    while (this.#entries.length < this.#query.limit && !this.#call.departure.isGone) {
      const dry = this.#sources.filter(({ isDry }) => isDry);
      // Without a limit of the client's own a page is as long as the shortest of what the endpoints give.
      if (dry.some((source) => !this.#mayRead(source))) break;
      await Promise.all(dry.map((source) => source.read()));
      if (this.#sources.some(({ isDry }) => isDry)) continue;
      const next = this.#next();
      if (next === undefined) break;
      this.#use(next);
    }
    for (const source of this.#sources) dropSeen(source, this.#seen);
    const isMore = this.#sources.some((source) => source.hasMore && !source.hasFailed);
    const page = { entries: this.#entries, hasMore: isMore };
    this.#remember(page);
    return this.#query.isTurned ? { ...page, entries: page.entries.toReversed() } : page;
  }

  #mayRead(source: ListSource): boolean {
    if (!source.hasRead) return true;
    return source.mayReadMore && (Number.isFinite(this.#query.limit) || this.#entries.length === 0);
  }

  /** The source whose head comes first; of equals, the first in the order of the configuration. */
  #next(): ListSource | undefined {
    let best: ListSource | undefined;
    for (const source of this.#sources) {
      const { head } = source;
      if (head === undefined) continue;
      const isFirst = best?.head === undefined || this.#isBefore(head.madeAt, best.head.madeAt);
      if (isFirst) best = source;
    }
    return best;
  }

  #isBefore(one: number, other: number): boolean {
    return this.#query.isNewestFirst ? one > other : one < other;
  }

  #use(source: ListSource): void {
    const { head } = source;
    source.take();
    if (head === undefined || (head.id !== undefined && this.#seen.has(head.id))) return;
    if (head.id !== undefined) this.#seen.add(head.id);
    const { services, exchange } = this.#call;
    const home = head.id === undefined ? undefined : services.objects.table.homeOf(head.id);
    if (isListed(home, exchange.caller)) this.#entries.push(head);
  }

  #remember({ entries, hasMore }: MergedPage): void {
    const lastId = entries.at(-1)?.id;
    if (lastId === undefined || !hasMore) return;
    const places = new Map(this.#sources.map((one) => [one.source.name, one.place]));
    this.#call.services.objects.places.set(listMark(this.#call, this.#query), lastId, places);
  }
}

/** Two keys of one account have the same objects. */
function dropSeen(source: ListSource, seen: ReadonlySet<string>): void {
  while (source.head?.id !== undefined && seen.has(source.head.id)) source.take();
}

function listMark({ operation, exchange }: Call, { mark }: ListQuery): string {
  return [operation.name, exchange.caller?.name ?? "", mark].join("\n");
}

/** Has each source go on behind the cursor: from memory, or by the time at which the object there was made. */
async function goToCursor(call: Call, query: ListQuery, sources: readonly ListSource[]): Promise<void> {
  const { cursor } = query;
  if (cursor === undefined) return;
  const places = call.services.objects.places.get(listMark(call, query), cursor);
  if (places !== undefined) {
    for (const one of sources) one.goTo(places.get(one.source.name) ?? { after: undefined, isAtEnd: false });
    return;
  }
  const home = await homeOfCursor(call, query, cursor);
  const at = sources.findIndex(
    ({ source }) =>
      source.endpoint.name === home.endpoint &&
      keyNumber(source.endpoint, source.credential) === home.credential,
  );
  const own = sources[at];
  if (own === undefined) throw notFound(wantedOf(call, query, cursor));
  own.goTo({ after: cursor, isAtEnd: false });
  const madeAt = await madeAtOf(call, own, cursor);
  await Promise.all(
    sources.map((source, index) =>
      source === own ? undefined : skip(source, (time) => isPast(query, { time, madeAt, index, at })),
    ),
  );
}

function wantedOf(call: Call, query: ListQuery, id: string): WantedObject {
  const { noun = "object", probe, isPassing = false } = call.operation.object ?? {};
  return { id, noun, probe, isPassing, field: query.isTurned ? "before" : "after" };
}

async function homeOfCursor(call: Call, query: ListQuery, cursor: string): Promise<Home> {
  const wanted = wantedOf(call, query, cursor);
  if (!isObjectId(cursor)) throw notFound(wanted);
  const endpoints = call.model.targets.map(({ endpoint }) => endpoint);
  const known = await knownAnywhere(call.exchange, wanted, endpoints);
  const home = known ?? (await askForHome(call.exchange, wanted, endpoints));
  if (home === undefined) throw notFound(wanted);
  return home;
}

async function madeAtOf(call: Call, { source }: ListSource, id: string): Promise<number> {
  const { endpoint } = source;
  const probe = call.operation.object?.probe ?? "";
  const path = endpoint.wire.pathOf(endpoint, post("object", probe.replace("{id}", id)));
  const answer = await ask(call.exchange, { source, path, limitBytes: LOOK_BYTES });
  const text = answer.kind === "answer" ? answer.body.toString() : "";
  return Number(/"created(?:_at)?"\s*:\s*(\d+(?:\.\d+)?)/.exec(text)?.[1] ?? 0);
}

type Compared = {
  readonly time: number;
  readonly madeAt: number;
  readonly index: number;
  readonly at: number;
};

/** Whether an entry comes before the cursor in the merged list. */
function isPast({ isNewestFirst }: ListQuery, { time, madeAt, index, at }: Compared): boolean {
  if (time === madeAt) return index < at;
  return isNewestFirst ? time > madeAt : time < madeAt;
}

async function skip(source: ListSource, isPast: (time: number) => boolean): Promise<void> {
  for (;;) {
    if (source.isDry && source.mayReadMore) await source.read();
    if (source.head === undefined || !isPast(source.head.madeAt)) {
      if (source.head !== undefined || !source.isDry || !source.mayReadMore) return;
      continue;
    }
    source.take();
  }
}

function reply(call: Call, { entries, hasMore }: MergedPage, sources: readonly ListSource[]): void {
  const { exchange } = call;
  const pieces: Buffer[] = [];
  for (const { raw } of entries) {
    if (pieces.length > 0) pieces.push(Buffer.from(","));
    pieces.push(raw);
  }
  const first = JSON.stringify(entries[0]?.id ?? null);
  const last = JSON.stringify(entries.at(-1)?.id ?? null);
  const end = `],"first_id":${first},"last_id":${last},"has_more":${hasMore}}`;
  const body = Buffer.concat([Buffer.from('{"object":"list","data":['), ...pieces, Buffer.from(end)]);
  const failed = sources.filter(({ hasFailed, hasRefused }) => hasFailed && !hasRefused);
  exchange.noteOwnAnswer(200, body.length);
  exchange.reply.head(200, [
    "content-type",
    "application/json",
    "content-length",
    String(body.length),
    "x-request-id",
    exchange.requestId,
    ...warningOf(failed),
    ...exchange.commonHeaders,
  ]);
  exchange.reply.end(body);
}

/** Whose objects are missing. */
function warningOf(failed: readonly ListSource[]): readonly string[] {
  if (failed.length === 0) return [];
  const names = [...new Set(failed.map(({ source }) => encodeURI(source.endpoint.name)))].join(", ");
  return ["x-oai-gateway-warning", `incomplete list: could not be asked: ${names}`];
}
