// What is known of well-known hosts: whose they are, and where their API lives. By their own documentation.

import type { WireName } from "../wire.ts";

const HOSTS: readonly (readonly [RegExp, WireName])[] = [
  [/^(?:.*\.)?anthropic\.com$/i, "anthropic"],
  // In all of its clouds.
  [/\.azure(?:-api)?\.(?:com|net|us|cn)$/i, "azure"],
  [/^api\.openai\.com$/i, "openai"],
  [/^generativelanguage\.googleapis\.com$/i, "gemini"],
];

/** Where the compatible API of well-known servers lives. */
const USUAL_PATHS: Readonly<Record<string, string>> = {
  "api.openai.com": "/v1",
  "api.anthropic.com": "/v1",
  "api.groq.com": "/openai/v1",
  "openrouter.ai": "/api/v1",
  "api.mistral.ai": "/v1",
  "api.together.xyz": "/v1",
  "api.x.ai": "/v1",
  "api.fireworks.ai": "/inference/v1",
  "api.cerebras.ai": "/v1",
  "api.moonshot.cn": "/v1",
  "generativelanguage.googleapis.com": "/v1beta/openai",
};

/** Whose host it is; undefined for a host that may be anybody's. */
export function vendorOf(hostname: string): WireName | undefined {
  return HOSTS.find(([pattern]) => pattern.test(hostname))?.[1];
}

/**
 * Whose host it is, where `api` cannot be meant: its vendor serves nothing in those words there. Undefined where it may
 * be right.
 */
export function contradicting(api: WireName, hostname: string): WireName | undefined {
  const vendor = vendorOf(hostname);
  // Azure's hosts serve other vendors' models, too, each in its own words; and many vendors serve OpenAI's.
  if (vendor === undefined || vendor === api || vendor === "azure" || api === "openai") return undefined;
  return vendor;
}

/** The path of the API at a well-known host, such as `/v1`; undefined where it is not known. */
export function usualPathAt(hostname: string): string | undefined {
  return Object.hasOwn(USUAL_PATHS, hostname) ? USUAL_PATHS[hostname] : undefined;
}

/** Azure's hosts with OpenAI's API, in all of its clouds. */
const AZURE_OPENAI = /\.(?:openai|cognitiveservices|services\.ai)\.azure\.(?:com|us|cn)$/;

/**
 * The path of the API that is meant by the address of a resource alone, or by a path of the older form, which has the
 * deployment in it and the version in its query; undefined where the path is right, or nothing is known of it.
 */
export function presentPath(hostname: string, path: string): string | undefined {
  if (!AZURE_OPENAI.test(hostname) || /^\/openai\/v1(?:\/|$)/.test(path)) return undefined;
  return path === "" || /^\/openai(?:\/|$)/.test(path) ? "/openai/v1" : undefined;
}

/** Whether an API at this host lives below `/models`, which elsewhere is the path of a request. */
export function livesBelowModels(hostname: string): boolean {
  return hostname.endsWith(".azure.com");
}
