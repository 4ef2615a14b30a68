// Asks an endpoint's list of models for a second opinion: whether a key is really dead, a model really missing, an
// endpoint really gone. A list is free, and no client has a say in it.

import type { Clock } from "../core/clock.ts";
import type { Credential, Endpoint } from "../routing/model.ts";
import type { AskingClient } from "../upstream/client.ts";
import { askModels, isNobodyThere, type ListAnswer } from "./ask.ts";
import type { Catalogue } from "./catalogue.ts";

/** What a check stands on. */
export type ListCheckParts = {
  readonly catalogue: Catalogue;
  readonly client: AskingClient;
  readonly clock: Clock;
  /** How long one question may take. */
  readonly discovery: () => { readonly timeoutMs: number; readonly maxListBytes: number };
  /** The endpoint as it is configured now; undefined when it is gone. */
  readonly endpointNow: (name: string) => Endpoint | undefined;
};

/** Models that rest because they were missing; it is `Cooldowns`. */
type MissingModels = {
  readonly size: number;
  forgetMissingModels(endpoint: string, isListed: (model: string) => boolean): void;
};

/** Who sends refused requests in a loop must not have the list asked for in a loop. */
const PAUSE_MS = 10_000;
/** Second opinions. None of its questions rejects. */
export class ListChecks {
  readonly #parts: ListCheckParts;
  /** When each endpoint was last asked for a model; there are as many as are configured. */
  readonly #askedMs = new Map<string, number>();

  constructor(parts: ListCheckParts) {
    this.#parts = parts;
  }

  /** Asks under one key and no other; `unknown` where the answer says nothing of the key, or a reload replaced it. */
  async askKey(endpoint: Endpoint, credential: Credential): Promise<"accepted" | "rejected" | "unknown"> {
    const { client, clock, discovery, endpointNow } = this.#parts;
    const asked = { ...endpoint, credentials: [credential] as const };
    const { timeoutMs, maxListBytes: limitBytes } = discovery();
    const answer = await askModels({ client, clock, endpoint: asked, timeoutMs, limitBytes });
    const now = endpointNow(endpoint.name);
    const key = now?.credentials.find(({ id }) => id === credential.id);
    if (now?.baseUrl !== endpoint.baseUrl || key?.apiKey !== credential.apiKey) return "unknown";
    if (answer.kind === "rejected_key") return "rejected";
    return isSuccess(answer) ? "accepted" : "unknown";
  }

  /**
   * Whether the endpoint's list, asked for now, has the model; undefined where there is no list to go by. Within ten
   * seconds of the last question its answer counts.
   */
  async askModel(name: string, model: string): Promise<boolean | undefined> {
    const { catalogue, clock } = this.#parts;
    const nowMs = clock.nowMs();
    if (nowMs - (this.#askedMs.get(name) ?? Number.NEGATIVE_INFINITY) >= PAUSE_MS) {
      this.#askedMs.set(name, nowMs);
      await catalogue.askAgain(name);
    }
    return catalogue.knownOf(name)?.isListed(model);
  }

  /** Asks now: true when the list came, undefined when the endpoint is never asked (a static list, disabled). */
  async askList(name: string): Promise<boolean | undefined> {
    const { catalogue } = this.#parts;
    await catalogue.askAgain(name);
    const state = catalogue.knownOf(name)?.status().state;
    if (state === "listed") return true;
    return state === "failed" ? false : undefined;
  }

  /** Ends the rests of models that the lists have. */
  forgetListed(rests: MissingModels, names: Iterable<string>): void {
    if (rests.size === 0) return;
    for (const name of names) {
      const known = this.#parts.catalogue.knownOf(name);
      rests.forgetMissingModels(name, (model) => known?.isListed(model) === true);
    }
  }

  /** Whether the endpoint answers at all; undefined where its list never came, and so says nothing by staying away. */
  async askAlive(name: string): Promise<boolean | undefined> {
    const { catalogue } = this.#parts;
    const hadList = catalogue.knownOf(name)?.status().lastGoodWallMs !== undefined;
    if (!hadList) return undefined;
    await catalogue.askAgain(name);
    const answer = catalogue.knownOf(name)?.answer;
    if (answer === undefined) return undefined;
    return answer.kind !== "failed" || !isNobodyThere(answer.cause);
  }
}

function isSuccess(answer: ListAnswer): boolean {
  if (answer.kind === "listed") return true;
  return answer.kind === "failed" && answer.status !== undefined && answer.status < 300;
}
