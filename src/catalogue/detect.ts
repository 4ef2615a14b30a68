// Finds endpoints where nothing is configured: providers whose key is in the environment, and servers on this
// machine. Sends `GET /models` and nothing else, which is free everywhere.

import type { Clock } from "../core/clock.ts";
import { maskKey } from "../core/mask.ts";
import { isLoopbackHost } from "../http/hosts.ts";
import { type Message, message, verbatim } from "../language/messages.ts";
import { EndpointSecrets } from "../routing/endpoint-secrets.ts";
import type { ModelEntry } from "../routing/model.ts";
import type { AskingClient } from "../upstream/client.ts";
import type { ForwardProxy } from "../upstream/forward-proxy.ts";
import { LOCAL_SERVERS, type LocalServer, PROVIDERS, type Provider } from "../wires/registry/providers.ts";
import { endpointWire } from "../wires/registry/wires.ts";
import { askModels, type ListAnswer } from "./ask.ts";
import { addressOf } from "./server-address.ts";

/** What detection needs. */
export type DetectInput = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly client: AskingClient;
  readonly clock: Clock;
  /** The gateway's own port: whatever answers there is not taken. */
  readonly ownPort: number;
  /** The forward proxy for an origin; straight to everywhere where it is left out. */
  readonly proxyFor?: (origin: string) => ForwardProxy | undefined;
  /** For providers; servers on this machine get one second. */
  readonly timeoutMs?: number;
};

/** An endpoint to use. */
export type DetectedEndpoint = {
  readonly name: string;
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  /** The variable or address it was found by. */
  readonly definedAt: string;
  readonly isLocal: boolean;
  /** The forward proxy that it was reached by. */
  readonly proxy: ForwardProxy | undefined;
  /** What it listed just now. */
  readonly entries: readonly ModelEntry[];
};

/** One line to print. Nothing in it is secret. */
export type DetectRow = {
  /** `found` and `kept` (no list now, used all the same) are in use; `absent` and `skipped` are not. */
  readonly kind: "found" | "absent" | "kept" | "skipped";
  readonly name: string;
  /** The variable's name, or host and port. */
  readonly source: string;
  readonly maskedKey: string | undefined;
  readonly modelCount: number | undefined;
  readonly durationMs: number | undefined;
  /** Such as `not running` or `401 key rejected; skipped`. */
  readonly note: Message | undefined;
};

/** What was found, and how much was looked for. */
export type Detection = {
  readonly endpoints: readonly DetectedEndpoint[];
  /** Found ones first, then absent ones, then those with a problem. */
  readonly rows: readonly DetectRow[];
  readonly variableCount: number;
  readonly portCount: number;
};

const PROVIDER_TIMEOUT_MS = 5_000;
/** A server on this machine that takes longer is busy or something else; the start must not wait for it. */
const LOCAL_TIMEOUT_MS = 1_000;
/** As `discovery.max_list` has it where nothing is configured. */
const LIMIT_BYTES = 1_048_576;
const ROW_ORDER: readonly DetectRow["kind"][] = ["found", "absent", "kept", "skipped"];

type Finding = { readonly row: DetectRow; readonly endpoint?: DetectedEndpoint };

/** Looks everywhere at once. Never rejects; takes as long as the slowest answer, `timeoutMs` at most. */
export async function detect(input: DetectInput): Promise<Detection> {
  const wanted = PROVIDERS.flatMap((provider) => wantedProvider(provider, input.env) ?? []);
  // A variable that points at a local server wins over the look at its port: one server, one endpoint.
  const taken = new Set(
    wanted.map(({ url }) => (url !== undefined && isLoopbackHost(url.hostname) ? portOf(url) : 0)),
  );
  const servers = LOCAL_SERVERS.map((server) => ({ server, url: addressOf(server, input.env) })).filter(
    ({ url }) => !isLoopbackHost(url.hostname) || (portOf(url) !== input.ownPort && !taken.has(portOf(url))),
  );
  const findings = await Promise.all([
    ...wanted.map((provider) => lookAtProvider(provider, input)),
    ...servers.map(({ server, url }) => lookAtServer(server, url, input)),
  ]);
  const rows = findings.map((finding) => finding.row);
  return {
    endpoints: findings.flatMap((finding) => finding.endpoint ?? []),
    rows: rows.toSorted((left, right) => ROW_ORDER.indexOf(left.kind) - ROW_ORDER.indexOf(right.kind)),
    variableCount: PROVIDERS.length,
    portCount: LOCAL_SERVERS.length,
  };
}

type Wanted = {
  readonly provider: Provider;
  readonly key: string;
  /** Undefined when the variable with the address has no usable one. */
  readonly url: URL | undefined;
};

function wantedProvider(
  provider: Provider,
  env: Readonly<Record<string, string | undefined>>,
): Wanted | undefined {
  const key = env[provider.keyVariable]?.trim() ?? "";
  if (key === "") return undefined;
  const variable = provider.baseUrlVariable;
  const given = variable === undefined ? "" : (env[variable.name]?.trim() ?? "");
  if (variable === undefined || given === "") return { provider, key, url: new URL(provider.baseUrl) };
  const base = given.replace(/\/+$/, "");
  const suffix = base.endsWith(variable.suffix) ? "" : variable.suffix;
  const url = URL.parse(`${base}${suffix}`);
  const isUsable =
    url !== null &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "";
  return { provider, key, url: isUsable ? url : undefined };
}

async function lookAtProvider(wanted: Wanted, input: DetectInput): Promise<Finding> {
  const { provider, key, url } = wanted;
  const base = { name: provider.name, source: provider.keyVariable, maskedKey: maskKey(key) };
  const skipped = (reason: Message, durationMs?: number): Finding => ({
    row: { ...base, ...skippedFor(reason), modelCount: undefined, durationMs },
  });
  const name = provider.baseUrlVariable?.name;
  const variable = name === undefined ? message("found.address") : verbatim(name);
  if (url === undefined) return skipped(message("found.bad_address", { variable }));
  const isLocal = isLoopbackHost(url.hostname);
  if (isLocal && portOf(url) === input.ownPort) return skipped(message("found.self", { variable }));
  if (!/^[\x21-\x7e]+$/.test(key)) return skipped(message("found.bad_key"));
  const answer = await askAt(url, key, input.timeoutMs ?? PROVIDER_TIMEOUT_MS, input);
  const { durationMs } = answer;
  if (answer.kind === "rejected_key") return skipped(answer.reason, durationMs);
  if (answer.kind === "listed" && answer.isGateway && isLocal)
    return skipped(message("found.gateway"), durationMs);
  const endpoint: DetectedEndpoint = {
    name: provider.name,
    baseUrl: baseUrlOf(url),
    apiKey: key,
    definedAt: provider.keyVariable,
    isLocal,
    proxy: input.proxyFor?.(url.origin),
    entries: answer.kind === "listed" ? answer.entries : [],
  };
  if (answer.kind === "listed") {
    const modelCount = answer.entries.length;
    return { endpoint, row: { ...base, kind: "found", modelCount, durationMs, note: undefined } };
  }
  const note =
    answer.kind === "no_list"
      ? message("found.unlisted", { name: provider.name })
      : message("found.later", { reason: answer.reason });
  return { endpoint, row: { ...base, kind: "kept", modelCount: undefined, durationMs, note } };
}

async function lookAtServer(server: LocalServer, url: URL, input: DetectInput): Promise<Finding> {
  const isLocal = isLoopbackHost(url.hostname);
  const timeoutMs = isLocal ? LOCAL_TIMEOUT_MS : (input.timeoutMs ?? PROVIDER_TIMEOUT_MS);
  const answer = await askAt(url, undefined, timeoutMs, input);
  const { durationMs } = answer;
  const base = { name: server.name, source: url.host, maskedKey: undefined, durationMs };
  // Many things listen on these ports: only the usual shape of list is trusted.
  if (answer.kind !== "listed" || answer.isGateway || answer.shape !== "data") {
    return { row: { ...base, ...absence(answer), modelCount: undefined } };
  }
  const { entries } = answer;
  const name = nameOf(server, entries);
  const endpoint: DetectedEndpoint = {
    name,
    baseUrl: baseUrlOf(url),
    apiKey: undefined,
    definedAt: url.host,
    isLocal,
    proxy: input.proxyFor?.(url.origin),
    entries,
  };
  return { endpoint, row: { ...base, kind: "found", name, modelCount: entries.length, note: undefined } };
}

function absence(answer: ListAnswer): Pick<DetectRow, "kind" | "note"> {
  if (answer.kind === "listed" && answer.isGateway) {
    return skippedFor(message("found.gateway"));
  }
  if (answer.kind === "rejected_key" && answer.status === 401) {
    return skippedFor(message("found.wants_key"));
  }
  if (answer.kind !== "failed") return { kind: "absent", note: message("found.otherProgram") };
  const isSilent = answer.cause === "connect_failed" || answer.cause === "connect_timeout";
  if (isSilent) return { kind: "absent", note: message("found.absent") };
  return { kind: "absent", note: answer.cause === "timeout" ? answer.reason : message("found.otherProgram") };
}

function skippedFor(reason: Message): Pick<DetectRow, "kind" | "note"> {
  return { kind: "skipped", note: message("found.skipped", { reason }) };
}

function nameOf(server: LocalServer, entries: readonly ModelEntry[]): string {
  const { otherwise } = server;
  if (otherwise === undefined) return server.name;
  return entries.some((entry) => entry["owned_by"] === otherwise.unlessOwnedBy)
    ? server.name
    : otherwise.name;
}

function askAt(
  url: URL,
  apiKey: string | undefined,
  timeoutMs: number,
  input: DetectInput,
): Promise<ListAnswer> {
  const keys = { credentials: [{ id: 1, apiKey }], fixedHeaders: [] } as const;
  const endpoint = {
    origin: url.origin,
    proxy: input.proxyFor?.(url.origin),
    basePath: basePathOf(url),
    rootPath: "",
    wire: endpointWire(undefined, url.origin),
    ...keys,
    secrets: new EndpointSecrets(keys),
    timeouts: { connectMs: timeoutMs },
  };
  return askModels({
    client: input.client,
    clock: input.clock,
    endpoint,
    timeoutMs,
    limitBytes: LIMIT_BYTES,
  });
}

function basePathOf(url: URL): string {
  return url.pathname.replace(/\/+$/, "");
}

function baseUrlOf(url: URL): string {
  return `${url.origin}${basePathOf(url)}`;
}

function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}
