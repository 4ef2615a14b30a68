// Cool-downs that several processes share: each change made here is kept until it is told, and what others tell is taken
// over.

import { Cooldowns } from "../../routing/health/cooldown.ts";
import type { CooldownClass, CooldownScope } from "../../routing/saved-cooldown.ts";
import { movedRest, type RestNews } from "./health-news.ts";

/** Changes that wait to be told at most; a client that makes up names of models must not fill memory. */
const MAX_WAITING = 2_048;

/** Cool-downs of this process, told to others. */
export class SharedCooldowns extends Cooldowns {
  /** Called when there is something to tell; set by the health that these are part of. */
  onNews: () => void = () => undefined;
  readonly #waiting = new Map<string, RestNews>();

  override set(scope: CooldownScope, cooldownClass: CooldownClass, hintMs?: number): number {
    const leftMs = super.set(scope, cooldownClass, hintMs);
    const state = this.stateOf(scope);
    if (state !== undefined) this.#tell(keyOf(scope), { kind: "set", scope: plain(scope), state });
    return leftMs;
  }

  override recordSuccess(scope: CooldownScope, startedMs: number): void {
    const before = this.size;
    super.recordSuccess(scope, startedMs);
    if (this.size < before) this.#tell(keyOf(scope), { kind: "served", scope: plain(scope), startedMs });
  }

  override forgetMissingModels(endpoint: string, isListed: (model: string) => boolean): void {
    if (this.size === 0) return;
    const before = this.#missingAt(endpoint);
    super.forgetMissingModels(endpoint, isListed);
    if (before.length === 0) return;
    const left = new Set(this.#missingAt(endpoint));
    for (const model of before)
      if (!left.has(model)) this.#tell(`listed ${endpoint}/${model}`, { kind: "listed", endpoint, model });
  }

  /** What has not been told yet, with times moved by so much; it counts as told. */
  takeNews(byMs: number): RestNews[] {
    const news = [...this.#waiting.values()].map((one) => moved(one, byMs));
    this.#waiting.clear();
    return news;
  }

  /** All that there is, for a process that knows nothing. */
  whole(byMs: number): RestNews[] {
    return [...this.scopes()].flatMap((scope) => {
      const state = this.stateOf(scope);
      return state === undefined ? [] : [{ kind: "set" as const, scope, state: movedRest(state, byMs) }];
    });
  }

  /** Takes over what another process tells, with times moved by so much. True where something rests for longer now. */
  takeOver(news: RestNews, byMs: number): boolean {
    if (news.kind === "set") return this.adopt(news.scope, movedRest(news.state, byMs));
    if (news.kind === "served") super.recordSuccess(news.scope, news.startedMs + byMs);
    else super.forgetMissingModels(news.endpoint, (model) => model === news.model);
    return false;
  }

  #missingAt(endpoint: string): string[] {
    return [...this.scopes()].flatMap((scope) => {
      const isMissing = scope.endpoint === endpoint && this.stateOf(scope)?.class === "model_missing";
      return isMissing && scope.model !== undefined ? [scope.model] : [];
    });
  }

  #tell(key: string, news: RestNews): void {
    if (this.#waiting.size >= MAX_WAITING && !this.#waiting.has(key)) return;
    this.#waiting.set(key, news);
    this.onNews();
  }
}

function keyOf({ endpoint, credential, model }: CooldownScope): string {
  return JSON.stringify([endpoint, credential, model]);
}

/** Of a scope that may be part of something larger. */
function plain({ endpoint, credential, model }: CooldownScope): CooldownScope {
  return { endpoint, credential, model };
}

function moved(news: RestNews, byMs: number): RestNews {
  if (news.kind === "set") return { ...news, state: movedRest(news.state, byMs) };
  return news.kind === "served" ? { ...news, startedMs: news.startedMs + byMs } : news;
}
