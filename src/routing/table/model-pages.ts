// The lists of models as bytes: serialized once for each table and shared by all answers, so that a client that asks
// many times, or does not read, costs no more than the list itself.

import { hash } from "node:crypto";
import type { ClientWire, ListedModel } from "../../wires/wire.ts";
import { makeRoom } from "../make-room.ts";
import type { Model } from "../model.ts";
import type { ModelScope } from "./model-scope.ts";
import type { RoutingTable } from "./table.ts";

/** One answer, ready to be sent. */
export type Page = {
  readonly body: Buffer;
  /** Of these bytes (RFC 9110 §8.8.3). */
  readonly etag: string;
};

/** Lists for so many different scopes are kept of each wire: a list may be as large as all of them together. */
const MAX_SCOPES = 64;

/** The pages of one table. Made when they are first asked for. */
export class ModelPages {
  readonly #table: RoutingTable;
  /** By wire: there are as many as vendors. */
  readonly #lists = new Map<ClientWire, Page>();
  readonly #scoped = new Map<ClientWire, Map<string, Page>>();
  readonly #entries = new Map<ClientWire, WeakMap<Model, Page>>();

  constructor(table: RoutingTable) {
    this.#table = table;
  }

  /** `GET /models`, as the clients of a wire read it. The same bytes each time. */
  list(wire: ClientWire): Page {
    const known = this.#lists.get(wire);
    if (known !== undefined) return known;
    const page = pageOf(wire.listOf(this.#table.publicModels().map(listedOf)));
    this.#lists.set(wire, page);
    return page;
  }

  /** The same of the models that a scope allows. The same bytes each time, for as many scopes as are kept. */
  listFor(wire: ClientWire, scope: ModelScope): Page {
    const pages = this.#scopedOf(wire);
    const known = pages.get(scope.key);
    if (known !== undefined) return known;
    const allowed = this.#table.publicModels().filter((model) => scope.allows(model));
    const page = pageOf(wire.listOf(allowed.map(listedOf)));
    makeRoom(pages, MAX_SCOPES);
    pages.set(scope.key, page);
    return page;
  }

  /** `GET /models/{model}`. The same bytes each time for a model of the table. */
  one(model: Model, wire: ClientWire): Page {
    const pages = this.#entriesOf(wire);
    const known = pages.get(model);
    if (known !== undefined) return known;
    const page = pageOf(wire.entryOf(listedOf(model)));
    pages.set(model, page);
    return page;
  }

  #scopedOf(wire: ClientWire): Map<string, Page> {
    const known = this.#scoped.get(wire);
    if (known !== undefined) return known;
    const pages = new Map<string, Page>();
    this.#scoped.set(wire, pages);
    return pages;
  }

  #entriesOf(wire: ClientWire): WeakMap<Model, Page> {
    const known = this.#entries.get(wire);
    if (known !== undefined) return known;
    const pages = new WeakMap<Model, Page>();
    this.#entries.set(wire, pages);
    return pages;
  }
}

function pageOf(value: unknown): Page {
  const body = Buffer.from(JSON.stringify(value));
  return { body, etag: `"${hash("sha256", body, "base64url").slice(0, 22)}"` };
}

function listedOf(model: Model): ListedModel {
  return { name: model.name, owner: model.targets[0]?.endpoint.name ?? "oai-gateway", entry: model.entry };
}
