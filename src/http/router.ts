// Matches method and path to what shall be done: an operation, a page of our own, or an error. A fixed table and
// string look-ups, no patterns: nothing that a client sends becomes part of an endpoint's path unchecked.
// Called by `proxy/handle.ts`.

import { OPERATIONS, type Operation, passthroughOperation, RERANK_V2 } from "../core/operation.ts";

/** What a request's method and path ask for. */
export type Match =
  | { readonly kind: "operation"; readonly operation: Operation; readonly pathModel: string | undefined }
  | { readonly kind: "model_list" }
  | { readonly kind: "live" }
  | { readonly kind: "ready" }
  | { readonly kind: "method_not_allowed"; readonly allow: readonly string[] }
  | { readonly kind: "unknown"; readonly didYouMean: string | undefined };

const MODELS_PREFIX = "/models/";
/** Segments of an unknown path that is passed through: unreserved characters and `:` (RFC 3986 §2.3). */
const SAFE_PATH = /^(?:\/[A-Za-z0-9_~:-][A-Za-z0-9._~:-]*)+$/;
const MAX_PASSTHROUGH_PATH = 256;

/** The path of a request target without its query: of `/v1/x?y` as of `http://host/v1/x?y` (RFC 9112 §3.2). */
export function pathOf(target: string): string {
  const query = target.indexOf("?");
  const path = query === -1 ? target : target.slice(0, query);
  if (path.startsWith("/")) return path;
  const absolute = /^https?:\/\/[^/]*(\/.*)?$/i.exec(path);
  return absolute === null ? path : (absolute[1] ?? "/");
}

/** The query of a request target with its `?`, or an empty string. */
export function queryOf(target: string): string {
  const query = target.indexOf("?");
  return query === -1 ? "" : target.slice(query);
}

/** The fixed table. Built once; `match` is one map look-up for the known paths. */
export class Router {
  readonly #operations = new Map<string, Operation>();
  readonly #model: Operation | undefined;

  constructor() {
    for (const operation of OPERATIONS) {
      if (operation.model === "path") continue;
      this.#operations.set(operation.path, operation);
      this.#operations.set(`/v1${operation.path}`, operation);
    }
    this.#operations.set(RERANK_V2.path, RERANK_V2);
    this.#model = OPERATIONS.find((operation) => operation.model === "path");
  }

  match(method: string, path: string): Match {
    const operation = this.#operations.get(path);
    if (operation !== undefined) return allowing(method, operation);
    // One slash at the end is forgiven; a path of nothing else must not recurse.
    if (path.length > 1 && path.endsWith("/") && !path.endsWith("//"))
      return this.match(method, path.slice(0, -1));
    const bare = path.startsWith("/v1/") ? path.slice(3) : path;
    if (bare === "/models") return allowingGet(method, { kind: "model_list" });
    if (bare.startsWith(MODELS_PREFIX)) return this.#matchModel(method, bare.slice(MODELS_PREFIX.length));
    if (path === "/livez" || path === "/health") return allowingGet(method, { kind: "live" });
    if (path === "/readyz") return allowingGet(method, { kind: "ready" });
    if (method === "POST" && path.length <= MAX_PASSTHROUGH_PATH && SAFE_PATH.test(path)) {
      const isVersioned = path.startsWith("/v1/");
      const operation = passthroughOperation(bare, isVersioned ? "base" : "root");
      return { kind: "operation", operation, pathModel: undefined };
    }
    return { kind: "unknown", didYouMean: this.#suggest(path) };
  }

  /** Ids hold slashes, raw or encoded (both SDKs send %2F). */
  #matchModel(method: string, encoded: string): Match {
    const id = decode(encoded);
    if (this.#model === undefined || id === undefined || id === "")
      return { kind: "unknown", didYouMean: "/v1/models" };
    if (method !== "HEAD" && !this.#model.methods.includes(method)) {
      return { kind: "method_not_allowed", allow: this.#model.methods };
    }
    return { kind: "operation", operation: this.#model, pathModel: id };
  }

  /** Users paste base URLs with too much or too little: the longest known path that the given one ends with. */
  #suggest(path: string): string | undefined {
    let best: string | undefined;
    for (const { path: known } of OPERATIONS) {
      if (path.endsWith(known) && (best === undefined || known.length > best.length)) best = known;
    }
    if (best === undefined && path.endsWith("/models")) best = "/models";
    return best === undefined ? undefined : `/v1${best}`;
  }
}

function allowing(method: string, operation: Operation): Match {
  if (operation.methods.includes(method)) return { kind: "operation", operation, pathModel: undefined };
  return { kind: "method_not_allowed", allow: operation.methods };
}

function allowingGet(method: string, match: Match): Match {
  return method === "GET" || method === "HEAD"
    ? match
    : { kind: "method_not_allowed", allow: ["GET", "HEAD"] };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
