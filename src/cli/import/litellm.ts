// LiteLLM's `config.yaml`.

import { asList, asNumber, asRecord, asText, type ForeignFields } from "./fields.ts";
import {
  type Imported,
  type ImportedEndpoint,
  type ImportedStrategy,
  type ImportedTarget,
  ImportNames,
  type LeftOut,
  type LeftOutReason,
} from "./imported.ts";
import { addressFor, type KnownApi, LITELLM_PROVIDERS } from "./providers.ts";

const MILLION = 1_000_000;
const MAX_WEIGHT = 1_000;

/** What of `litellm_params` is taken over, or says nothing that has to be. */
const KNOWN_PARAMS: ReadonlySet<string> = new Set([
  "model",
  "api_base",
  "base_url",
  "api_key",
  "api_version",
  "weight",
  "custom_llm_provider",
]);
const KNOWN_SETTINGS: ReadonlySet<string> = new Set([
  "num_retries",
  "fallbacks",
  "context_window_fallbacks",
  "model_group_alias",
  "drop_params",
  "set_verbose",
]);

/** Its strategies by ours; to go by what each deployment may use a minute is none of them. */
const STRATEGIES: ReadonlyMap<string, ImportedStrategy> = new Map([
  ["simple-shuffle", "weighted"],
  ["least-busy", "least_in_flight"],
  ["latency-based-routing", "fastest_first_token"],
  ["cost-based-routing", "cheapest"],
]);

/** Whether a file's value looks like one of these. */
export function isLitellm(value: unknown): boolean {
  return asList(asRecord(value)?.["model_list"]) !== undefined;
}

/** Takes over what can be. */
export function importLitellm(value: unknown): Imported {
  return new LitellmImport(asRecord(value) ?? {}).read();
}

type Deployment = {
  readonly at: string;
  readonly publicName: string;
  readonly upstream: string;
  readonly endpoint: string;
  readonly weight: number | undefined;
};

/** `models`: undefined once a pattern stands for all that the endpoint has. */
type Building = { readonly entry: Omit<ImportedEndpoint, "models">; models: Set<string> | undefined };

class LitellmImport {
  readonly #file: ForeignFields;
  readonly #names = new ImportNames();
  readonly #leftOut: LeftOut[] = [];
  readonly #endpoints = new Map<string, Building>();
  readonly #deployments: Deployment[] = [];
  readonly #prices: Record<string, Record<string, number>> = {};

  constructor(file: ForeignFields) {
    this.#file = file;
  }

  read(): Imported {
    this.#readVariables();
    for (const [at, entry] of (asList(this.#file["model_list"]) ?? []).entries())
      this.#readModel(asRecord(entry) ?? {}, `model_list[${at}]`);
    const settings = {
      ...asRecord(this.#file["litellm_settings"]),
      ...asRecord(this.#file["router_settings"]),
    };
    const strategy = STRATEGIES.get(asText(settings["routing_strategy"]) ?? "");
    const overrides = this.#overrides(asRecord(settings["model_group_alias"]) ?? {});
    const retries = asNumber(settings["num_retries"]);
    this.#leaveRest(strategy !== undefined);
    return {
      strategy: strategy === "weighted" ? undefined : strategy,
      endpoints: [...this.#endpoints.values()].map(({ models, entry }) => ({
        ...entry,
        ...(models === undefined ? {} : { models: [...models] }),
      })),
      overrides,
      fallbacks: this.#fallbacks(settings),
      prices: this.#prices,
      clientKeys: this.#clientKeys(),
      attempts: retries === undefined ? undefined : Math.min(10, Math.max(1, Math.round(retries) + 1)),
      secrets: this.#names.secrets,
      leftOut: this.#leftOut,
    };
  }

  #leave(at: string, reason: LeftOutReason): void {
    this.#leftOut.push({ at, reason });
  }

  #readVariables(): void {
    for (const [name, value] of Object.entries(asRecord(this.#file["environment_variables"]) ?? {})) {
      const text = asText(value);
      // `os.environ/…` says that it is in the environment already.
      if (text !== undefined && !text.startsWith("os.environ/") && /^[A-Za-z_]\w*$/.test(name))
        this.#names.secrets.set(name, text);
    }
  }

  #readModel(entry: ForeignFields, at: string): void {
    const params = asRecord(entry["litellm_params"]) ?? {};
    const publicName = asText(entry["model_name"]);
    const written = asText(params["model"]);
    if (publicName === undefined || written === undefined) {
      this.#leave(at, "unknown");
      return;
    }
    const { provider, model } = splitModel(written, asText(params["custom_llm_provider"]));
    const api = LITELLM_PROVIDERS[provider];
    if (api === undefined) {
      this.#leave(`${at} (${written})`, "provider");
      return;
    }
    const base = this.#reference(
      asText(params["api_base"]) ?? asText(params["base_url"]),
      `${provider}_api_base`,
    );
    const baseUrl = addressFor(api, base);
    if (baseUrl === undefined) {
      this.#leave(`${at} (${written})`, "address");
      return;
    }
    const key = this.#secret(asText(params["api_key"]), `${provider}_api_key`);
    const endpoint = this.#endpoint(provider, { api, baseUrl, key });
    if (model.includes("*")) endpoint.models = undefined;
    else endpoint.models?.add(model);
    if (!publicName.includes("*")) {
      const weight = asNumber(params["weight"]);
      this.#deployments.push({ at, publicName, upstream: model, endpoint: endpoint.entry.name, weight });
    }
    this.#readInfo(publicName, entry, at);
    for (const name of Object.keys(params))
      if (!KNOWN_PARAMS.has(name)) this.#leave(`${at}.litellm_params.${name}`, "unknown");
  }

  #readInfo(publicName: string, entry: ForeignFields, at: string): void {
    const params = asRecord(entry["litellm_params"]) ?? {};
    const info = asRecord(entry["model_info"]) ?? {};
    const rate = (name: string): number | undefined => asNumber(info[name]) ?? asNumber(params[name]);
    const [input, output] = [rate("input_cost_per_token"), rate("output_cost_per_token")];
    if (input === undefined && output === undefined) return;
    const perMillion = (cost: number): number => Number((cost * MILLION).toPrecision(12));
    this.#prices[publicName] = {
      ...(input === undefined ? {} : { input: perMillion(input) }),
      ...(output === undefined ? {} : { output: perMillion(output) }),
    };
    if (info["mode"] === "image_generation") this.#leave(`${at}.model_info.mode`, "otherwise");
  }

  #endpoint(
    provider: string,
    {
      api,
      baseUrl,
      key,
    }: { readonly api: KnownApi; readonly baseUrl: string; readonly key: string | undefined },
  ): Building {
    const place = `${baseUrl} ${key ?? ""}`;
    const known = this.#endpoints.get(place);
    if (known !== undefined) return known;
    const entry = {
      name: this.#names.endpoint(provider),
      base_url: baseUrl,
      ...(api.api === undefined ? {} : { api: api.api }),
      ...(key === undefined ? {} : { api_key: key }),
    };
    const made: Building = { entry, models: new Set() };
    this.#endpoints.set(place, made);
    return made;
  }

  #overrides(aliases: ForeignFields): Record<string, ImportedTarget[]> {
    const overrides: Record<string, ImportedTarget[]> = {};
    const byName = Map.groupBy(this.#deployments, ({ publicName }) => publicName);
    for (const [name, deployments] of byName) {
      const isPlain = deployments.every(({ upstream, weight }) => upstream === name && weight === undefined);
      if (!isPlain)
        overrides[name] = [...new Map(deployments.map((one) => [targetName(one), targetOf(one)])).values()];
    }
    for (const [alias, value] of Object.entries(aliases)) {
      const wanted = asText(value) ?? asText(asRecord(value)?.["model"]);
      const deployments = wanted === undefined ? undefined : byName.get(wanted);
      if (deployments === undefined) this.#leave(`router_settings.model_group_alias.${alias}`, "unknown");
      else overrides[alias] = deployments.map(targetOf);
    }
    return overrides;
  }

  #fallbacks(settings: ForeignFields): Imported["fallbacks"] {
    const fallbacks: Record<string, (string | { to: string; on: string[] })[]> = {};
    const add = (list: unknown, make: (to: string) => string | { to: string; on: string[] }): void => {
      for (const entry of asList(list) ?? [])
        for (const [name, steps] of Object.entries(asRecord(entry) ?? {}))
          for (const step of asList(steps) ?? []) {
            const to = asText(step);
            if (to === undefined || !this.#isServed(to) || !this.#isServed(name))
              this.#leave(`fallbacks.${name}`, "unknown");
            else fallbacks[name] = [...(fallbacks[name] ?? []), make(to)];
          }
    };
    add(settings["fallbacks"], (to) => to);
    add(settings["context_window_fallbacks"], (to) => ({ to, on: ["context_length"] }));
    return fallbacks;
  }

  #isServed(name: string): boolean {
    return this.#deployments.some(({ publicName }) => publicName === name);
  }

  #clientKeys(): Imported["clientKeys"] {
    const key = this.#secret(
      asText(asRecord(this.#file["general_settings"])?.["master_key"]),
      "gateway_master_key",
    );
    return key === undefined ? [] : [{ name: "master", key }];
  }

  /** A value that is in the environment, or that goes there. */
  #secret(written: string | undefined, wanted: string): string | undefined {
    if (written === undefined || written === "") return undefined;
    if (written.startsWith("os.environ/")) return `\${${written.slice("os.environ/".length)}}`;
    return this.#names.secret(wanted, written);
  }

  /** An address: a variable, or as it stands. */
  #reference(written: string | undefined, wanted: string): string | undefined {
    return written?.startsWith("os.environ/") === true ? this.#secret(written, wanted) : written;
  }

  #leaveRest(hasStrategy: boolean): void {
    for (const section of ["litellm_settings", "router_settings"])
      for (const name of Object.keys(asRecord(this.#file[section]) ?? {}))
        if (!KNOWN_SETTINGS.has(name) && !(hasStrategy && name === "routing_strategy"))
          this.#leave(`${section}.${name}`, "unknown");
    for (const name of Object.keys(asRecord(this.#file["general_settings"]) ?? {}))
      if (name !== "master_key") this.#leave(`general_settings.${name}`, "unknown");
    const sections = new Set(["model_list", "litellm_settings", "router_settings", "general_settings"]);
    for (const name of Object.keys(this.#file))
      if (!sections.has(name) && name !== "environment_variables") this.#leave(name, "unknown");
  }
}

function targetName({ endpoint, upstream }: Deployment): string {
  return `${endpoint}/${upstream}`;
}

function targetOf(deployment: Deployment): ImportedTarget {
  const target = targetName(deployment);
  const { weight } = deployment;
  if (weight === undefined) return target;
  return { target, weight: Math.min(MAX_WEIGHT, Math.max(0, Math.round(weight))) };
}

/** `azure/gpt-4o` is a provider and a model; a name without one is OpenAI's or, by its first letters, Anthropic's. */
function splitModel(
  written: string,
  given: string | undefined,
): { readonly provider: string; readonly model: string } {
  if (given !== undefined && given !== "")
    return { provider: given, model: written.replace(`${given}/`, "") };
  const slash = written.indexOf("/");
  if (slash !== -1) return { provider: written.slice(0, slash), model: written.slice(slash + 1) };
  return { provider: written.startsWith("claude") ? "anthropic" : "openai", model: written };
}
