// The lists of models as bytes: serialized once for each table and shared by all answers, so that a client that asks
// many times, or does not read, costs no more than the list itself.

import { hash } from "node:crypto";
import type { Model } from "../model.ts";
import type { RoutingTable } from "./table.ts";

/** Whose shape an answer has. */
export type ListDialect = "openai" | "anthropic";

/** One answer, ready to be sent. */
export type Page = {
  readonly body: Buffer;
  /** Of these bytes (RFC 9110 §8.8.3). */
  readonly etag: string;
};

/** OpenAI's `created` is required by typed clients; 0 says that nobody knows. */
const UNKNOWN_CREATED = 0;
const LAST_SECOND = 1e11;

/** The pages of one table. Made when they are first asked for. */
export class ModelPages {
  readonly #table: RoutingTable;
  readonly #lists = new Map<ListDialect, Page>();
  readonly #entries: Readonly<Record<ListDialect, WeakMap<Model, Page>>> = {
    openai: new WeakMap(),
    anthropic: new WeakMap(),
  };

  constructor(table: RoutingTable) {
    this.#table = table;
  }

  /** `GET /models`. The same bytes each time. */
  list(dialect: ListDialect): Page {
    const known = this.#lists.get(dialect);
    if (known !== undefined) return known;
    const models = this.#table.publicModels();
    const page = pageOf(dialect === "openai" ? openaiList(models) : anthropicList(models));
    this.#lists.set(dialect, page);
    return page;
  }

  /** `GET /models/{model}`. The same bytes each time for a model of the table. */
  one(model: Model, dialect: ListDialect): Page {
    const known = this.#entries[dialect].get(model);
    if (known !== undefined) return known;
    const page = pageOf(dialect === "openai" ? entryOf(model) : anthropicEntryOf(model));
    this.#entries[dialect].set(model, page);
    return page;
  }
}

function pageOf(value: unknown): Page {
  const body = Buffer.from(JSON.stringify(value));
  return { body, etag: `"${hash("sha256", body, "base64url").slice(0, 22)}"` };
}

function openaiList(models: readonly Model[]): unknown {
  return { object: "list", data: models.map(entryOf) };
}

function anthropicList(models: readonly Model[]): unknown {
  const data = models.map(anthropicEntryOf);
  const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  return { data, has_more: false, ...ends };
}

/** The endpoint's own entry, unknown fields kept, under the public name. */
function entryOf(model: Model): Readonly<Record<string, unknown>> & { readonly id: string } {
  const entry = model.entry ?? {};
  const owner = model.targets[0]?.endpoint.name ?? "oai-gateway";
  return { created: UNKNOWN_CREATED, owned_by: owner, ...entry, id: model.name, object: "model" };
}

function anthropicEntryOf(model: Model): { readonly id: string } & Readonly<Record<string, unknown>> {
  const created = Number(model.entry?.["created"] ?? 0);
  const createdAt = new Date(
    Number.isFinite(created) && Math.abs(created) < LAST_SECOND ? created * 1000 : 0,
  ).toISOString();
  return { created_at: createdAt, display_name: model.name, ...model.entry, type: "model", id: model.name };
}
