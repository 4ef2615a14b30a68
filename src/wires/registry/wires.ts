// All wires there are, and which of them a call means: that of its path, or that of its endpoint.

import { ANTHROPIC } from "../anthropic/anthropic.ts";
import { AZURE, AZURE_BY_HOST } from "../azure/azure.ts";
import { GEMINI, GEMINI_BY_HOST } from "../gemini/gemini.ts";
import { OLLAMA } from "../ollama/ollama.ts";
import { OLLAMA_PAGES } from "../ollama/pages.ts";
import { CODEX_LIST, isCodexList } from "../openai/codex-list.ts";
import { OPENAI } from "../openai/openai.ts";
import type { ClientWireName, Operation } from "../paths/operation.ts";
import type { PathForm } from "../paths/path-forms.ts";
import type { VendorPages } from "../paths/router.ts";
import type { ClientWire, Wire, WireName } from "../wire.ts";
import { vendorOf } from "./hosts.ts";

/** By name. */
export const WIRES: Readonly<Record<WireName, Wire>> = {
  openai: OPENAI,
  anthropic: ANTHROPIC,
  azure: AZURE,
  gemini: GEMINI,
};

/** Those of clients; no endpoint is asked in the words of one that is here alone. */
const CLIENT_WIRES: Readonly<Record<ClientWireName, ClientWire>> = {
  openai: OPENAI,
  anthropic: ANTHROPIC,
  gemini: GEMINI,
  ollama: OLLAMA,
};
const ALL: readonly ClientWire[] = [...Object.values(WIRES), OLLAMA];

/** What is spoken where nothing says anything else. */
export const USUAL_WIRE: Wire = OPENAI;

/** Every path that is served. */
export const OPERATIONS: readonly Operation[] = ALL.flatMap(({ operations }) => operations);

/** Other ways in which clients write these. */
export const PATH_FORMS: readonly PathForm[] = ALL.flatMap(({ pathForm }) => pathForm ?? []);

/** What is answered at once on paths of vendors' own. */
export const VENDOR_PAGES: VendorPages = OLLAMA_PAGES;

const OWNERS = Object.entries(CLIENT_WIRES) as readonly (readonly [ClientWireName, ClientWire])[];
const MARKED: readonly ClientWire[] = ALL.filter(({ clientMark }) => clientMark !== undefined);

/** Whose clients ask for an operation. */
export function wireOf(name: ClientWireName): ClientWire {
  return CLIENT_WIRES[name];
}

/** Whose clients alone ask below a path, whether there is anything there or not; undefined where anybody may. */
export function wireOfPrefix(path: string): ClientWireName | undefined {
  return OWNERS.find(([, { ownPaths }]) => ownPaths.test(path))?.[0];
}

/** Whose client asks for a path that wires share, by what its clients always say. */
export function wireOfCaller(request: {
  readonly target: string;
  header(name: string): string | undefined;
}): ClientWire {
  const marked = MARKED.find(({ clientMark = "" }) => request.header(clientMark) !== undefined);
  return marked ?? (isCodexList(request.target) ? CODEX_LIST : USUAL_WIRE);
}

/** The wire of an endpoint: as configured (`api`), else by its host. `origin`: scheme, host and port. */
export function endpointWire(api: WireName | undefined, origin: string): Wire {
  if (api !== undefined) return WIRES[api];
  const vendor = vendorOf(URL.parse(origin)?.hostname ?? "");
  if (vendor === "gemini") return GEMINI_BY_HOST;
  return vendor === "azure" ? AZURE_BY_HOST : WIRES[vendor ?? USUAL_WIRE.name];
}
