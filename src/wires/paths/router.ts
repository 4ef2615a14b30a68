// Matches method and path to what shall be done: an operation, a page of our own, or an error. A fixed table and
// string look-ups: nothing that a client sends becomes part of an endpoint's path unchecked.

import { nearPath } from "./near-path.ts";
import { type ClientWireName, type Operation, passthroughOperation } from "./operation.ts";
import { outOfScope, passedOperation } from "./out-of-scope.ts";
import { modelIdIn, type PathForm, type PlainPath, plainForm } from "./path-forms.ts";
import { PathTree } from "./path-tree.ts";

/** What a request's method and path ask for; and whose client it must be, where the path tells that apart from what it is. */
export type Match = MatchKind & { readonly wire?: ClientWireName };

type MatchKind =
  | {
      readonly kind: "operation";
      readonly operation: Operation;
      /** The model that the path names, decoded: of one model's own path, or of a deployment's. */
      readonly pathModel: string | undefined;
      /** The object that the path names. */
      readonly objectId?: string;
    }
  | { readonly kind: "bad_id" }
  | { readonly kind: "home" }
  | { readonly kind: "model_list" }
  /** The same JSON for everybody. */
  | { readonly kind: "page"; readonly json: string }
  | { readonly kind: "live" }
  | { readonly kind: "ready" }
  | { readonly kind: "startup" }
  | { readonly kind: "method_not_allowed"; readonly allow: readonly string[] }
  | { readonly kind: "unknown"; readonly didYouMean: string | undefined; readonly reason?: string };

/** Pages on paths of vendors' own: as they are asked for, without a version. */
export type VendorPages = ReadonlyMap<string, Match>;

/** Segments of an unknown path that is passed through: unreserved characters and `:` (RFC 3986 §2.3). */
const SAFE_PATH = /^(?:\/[A-Za-z0-9_~:-][A-Za-z0-9._~:-]*)+$/;
const MAX_PASSTHROUGH_PATH = 256;
/** Pages of the gateway's own; `/api/hello` is where Claude Code looks whether anybody is there. */
const PAGES: ReadonlyMap<string, Match> = new Map<string, Match>([
  ["/", { kind: "home" }],
  ["/v1", { kind: "home" }],
  ["/models", { kind: "model_list" }],
  ["/v1/models", { kind: "model_list" }],
  ["/livez", { kind: "live" }],
  ["/health", { kind: "live" }],
  ["/api/hello", { kind: "live" }],
  ["/readyz", { kind: "ready" }],
  ["/startupz", { kind: "startup" }],
]);

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
  /** More operations of a path, by other methods than those of the first. */
  readonly #others = new Map<string, Operation[]>();
  readonly #tree = new PathTree();
  /** What leaves HTTP. The same path may be another matter by another method. */
  readonly #upgrades = new Map<string, Operation>();
  readonly #known: readonly string[];
  readonly #forms: readonly PathForm[];
  readonly #pages: VendorPages;
  #model: Operation | undefined;

  /**
   * `operations`: every path that is served; `forms`: other ways in which vendors' clients write them; `pages`: what is
   * answered at once.
   */
  constructor(operations: readonly Operation[], forms: readonly PathForm[], pages: VendorPages = new Map()) {
    this.#forms = forms;
    this.#pages = pages;
    const known = ["/models"];
    for (const operation of operations) {
      if (operation.model === "path") {
        this.#model = operation;
        continue;
      }
      if (operation.model === "resource") {
        // Found by the form of its path alone.
        this.#operations.set(operation.path, operation);
        continue;
      }
      if (operation.upgrade !== undefined && !operation.path.includes("{")) {
        this.#upgrades.set(operation.path, operation).set(`/v1${operation.path}`, operation);
        continue;
      }
      if (operation.path.includes("{")) this.#tree.add(operation);
      else if (this.#add(operation)) known.push(operation.path);
    }
    this.#known = known;
  }

  /** True where the path was not known before and may stand below a version. */
  #add(operation: Operation): boolean {
    const { path, upstream } = operation;
    if (this.#operations.has(path)) {
      const others = [...(this.#others.get(path) ?? []), operation];
      this.#others.set(path, others).set(`/v1${path}`, others);
      return false;
    }
    this.#operations.set(path, operation);
    // A path with a version of its own has no other form, and one that no endpoint has is none of `/v1`.
    if (upstream !== "base") return false;
    this.#operations.set(`/v1${path}`, operation);
    return true;
  }

  match(method: string, path: string): Match {
    const operation = this.#operations.get(path);
    if (operation === undefined) return this.#matchOther(method, path);
    if (operation.methods.includes(method)) return { kind: "operation", operation, pathModel: undefined };
    return this.#matchOther(method, path);
  }

  /** A known path by another method than that of its first row. */
  #byOtherMethod(method: string, path: string, first: Operation, pathModel?: string): Match {
    const upgrade = method === "GET" ? this.#upgrades.get(path) : undefined;
    const others = [...(this.#others.get(path) ?? []), ...(upgrade === undefined ? [] : [upgrade])];
    return allowing(method, [first, ...others], pathModel);
  }

  /** Whether a request that offers to leave HTTP asks for what is spoken over `protocol`. */
  takesUpgrade(protocol: string, method: string, target: string): boolean {
    const match = this.match(method, pathOf(target));
    return match.kind === "operation" && match.operation.upgrade === protocol;
  }

  /** What is no operation as it stands: the path, or the method that it is asked for by. */
  #matchOther(method: string, sent: string): Match {
    const plain = plainForm(sent, (known) => this.#known.includes(known), this.#forms);
    const { wire } = plain;
    return wire === undefined
      ? this.#matchPlain(method, sent, plain)
      : { ...this.#matchPlain(method, plain.path, plain), wire };
  }

  #matchPlain(method: string, sent: string, { path, deployment }: PlainPath): Match {
    const pathModel = deployment === undefined ? undefined : decode(deployment);
    if (deployment !== undefined && pathModel === undefined)
      return { kind: "unknown", didYouMean: undefined };
    const operation = this.#operations.get(path);
    if (operation !== undefined) return this.#byOtherMethod(method, path, operation, pathModel);
    const upgrade = method === "GET" ? this.#upgrades.get(path) : undefined;
    if (upgrade !== undefined) return { kind: "operation", operation: upgrade, pathModel: undefined };
    const page = PAGES.get(path) ?? this.#pages.get(path);
    if (page !== undefined) return allowingGet(method, page);
    const id = modelIdIn(sent);
    if (id !== undefined) return this.#matchModel(method, id);
    const object = this.#matchObject(method, path);
    if (object !== undefined) return object;
    const whole = isPassable(path) ? passedOperation(method, path.slice("/v1".length)) : undefined;
    if (whole !== undefined) return { kind: "operation", operation: whole, pathModel: undefined };
    const reason = outOfScope(path);
    if (reason !== undefined) return { kind: "unknown", didYouMean: undefined, reason };
    const near = nearPath(path, this.#known);
    if (method !== "POST" || near?.isSlip === true || !isPassable(path))
      return { kind: "unknown", didYouMean: near?.path };
    const passed = passthroughOperation(path.slice("/v1".length));
    return { kind: "operation", operation: passed, pathModel };
  }

  /** A path with the id of a kept object in it. */
  #matchObject(method: string, path: string): Match | undefined {
    const found = this.#tree.find(path.startsWith("/v1/") ? path.slice("/v1".length) : path);
    if (found === undefined) return undefined;
    if (found === "bad_id") return { kind: "bad_id" };
    const operation = found.operations.find(
      ({ methods, object }) => methods.includes(method) && found.id.startsWith(object?.idPrefix ?? ""),
    );
    // By another method it may be a path of some other API.
    if (operation === undefined)
      return method === "POST" ? undefined : allowing(method, found.operations, undefined);
    const matched = { ...operation, path: found.path };
    return { kind: "operation", operation: matched, pathModel: undefined, objectId: found.id };
  }

  /** Ids hold slashes, raw or encoded (both SDKs send %2F). */
  #matchModel(method: string, encoded: string): Match {
    const id = decode(encoded);
    if (this.#model === undefined || id === undefined) return { kind: "unknown", didYouMean: "/v1/models" };
    if (method !== "HEAD" && !this.#model.methods.includes(method)) {
      const reason = outOfScope(`/models/${id}`);
      if (reason !== undefined) return { kind: "unknown", didYouMean: undefined, reason };
      return { kind: "method_not_allowed", allow: this.#model.methods };
    }
    return { kind: "operation", operation: this.#model, pathModel: id };
  }
}

/** Whether an unknown path may be passed on: below `/v1`, so that it stays below an endpoint's base URL. */
function isPassable(path: string): boolean {
  return path.startsWith("/v1/") && path.length <= MAX_PASSTHROUGH_PATH && SAFE_PATH.test(path);
}

function allowing(method: string, operations: readonly Operation[], pathModel: string | undefined): Match {
  const operation = operations.find(({ methods }) => methods.includes(method));
  if (operation !== undefined) return { kind: "operation", operation, pathModel };
  const allow = operations.flatMap(({ methods }) => methods);
  const wires = new Set(operations.map(({ wire }) => wire));
  const [wire] = wires;
  // OpenAI's paths are those of many.
  const isOfOne = wires.size === 1 && wire !== undefined && wire !== "openai";
  return { kind: "method_not_allowed", allow, ...(isOfOne ? { wire } : {}) };
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
