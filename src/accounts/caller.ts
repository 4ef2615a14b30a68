// Who is calling, as far as its key tells: what requests are judged by.

import { EndpointScope } from "../routing/table/endpoint-scope.ts";
import type { ListedScope } from "../routing/table/model-pages.ts";
import { ModelScope } from "../routing/table/model-scope.ts";
import { AddressList } from "./address-list.ts";
import { type ClientKey, configKeyId } from "./client-key.ts";
import type { BudgetSettings, KeyRules, LimitSettings } from "./key-rules.ts";
import type { StoredKey } from "./stored-key.ts";

/** Who has sent a key that is one of ours. */
export type Caller = {
  /** Stable: the store's, or the name in the configuration, marked. */
  readonly id: string;
  readonly name: string;
  /** Of the key; tells callers apart. */
  readonly digest: string;
  /** Whose the objects are that it makes: its name, or `#` for all keys that were given none, whose places change. */
  readonly owner: string;
  readonly tags: readonly string[];
  /** The models that the key may use; undefined: all. */
  readonly models: ModelScope | undefined;
  /** The endpoints that may serve it; undefined: all. */
  readonly endpoints: EndpointScope | undefined;
  /** Which models it is shown; undefined: all. */
  readonly listed: ListedScope | undefined;
  /** Where it may call from; undefined: anywhere. */
  readonly addresses: AddressList | undefined;
  /** Milliseconds since 1970; Infinity where the key does not expire. */
  readonly expiresMs: number;
  readonly isDisabled: boolean;
  /** What it asks and is answered is kept in the log of requests. */
  readonly logsBodies: boolean;
  /** Where its new objects go that name no model; undefined: as for all. */
  readonly defaultEndpoint: string | undefined;
  readonly limits: LimitSettings | undefined;
  readonly budget: BudgetSettings | undefined;
};

/** The caller of a key of the configuration. */
export function callerOfConfig(key: ClientKey): Caller {
  const { name, digest, defaultEndpoint } = key;
  const owner = name.startsWith("#") ? "#" : name;
  return { ...judged(key), id: configKeyId(name), name, digest, owner, defaultEndpoint };
}

/** The caller of a key of the store. Its objects are kept by its id, so that another name changes nothing of them. */
export function callerOfStored(key: StoredKey): Caller {
  const { id, name, digest } = key;
  return { ...judged(key), id, name, digest, owner: id, defaultEndpoint: undefined };
}

function judged(
  rules: Partial<KeyRules>,
): Omit<Caller, "id" | "name" | "digest" | "owner" | "defaultEndpoint"> {
  const { tags = [], models, endpoints, addresses, expiresMs, isDisabled = false, limits, budget } = rules;
  const { logsBodies = false } = rules;
  const modelScope = models === undefined ? undefined : new ModelScope(models);
  const endpointScope = endpoints === undefined ? undefined : new EndpointScope(endpoints);
  return {
    tags,
    models: modelScope,
    endpoints: endpointScope,
    listed: listedOf(modelScope, endpointScope),
    addresses: addresses === undefined ? undefined : new AddressList(addresses),
    expiresMs: expiresMs ?? Number.POSITIVE_INFINITY,
    isDisabled,
    logsBodies,
    limits,
    budget,
  };
}

function listedOf(
  models: ModelScope | undefined,
  endpoints: EndpointScope | undefined,
): ListedScope | undefined {
  if (endpoints === undefined) return models && { key: models.key, allows: (model) => models.allows(model) };
  return {
    key: `${models?.key ?? ""} ${endpoints.key}`,
    allows: (model) => endpoints.allows(model) && models?.allows(model) !== false,
  };
}
