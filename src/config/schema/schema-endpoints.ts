// `endpoints`: the keys of an entry, and what they become.

import { message } from "../../language/messages.ts";
import type { ModelSelection } from "../../routing/model.ts";
import { ACCOUNT_HEADERS } from "../../wires/headers/account-headers.ts";
import { CHAT_APIS } from "../../wires/paths/operation.ts";
import { WIRE_NAMES } from "../../wires/wire.ts";
import {
  address,
  block,
  blockOf,
  choice,
  type Decoded,
  duration,
  either,
  flag,
  KEYS,
  later,
  limit,
  listOf,
  name,
  section,
  text,
  type Written,
  whole,
} from "./fields.ts";
import { endpointPrice, modelPrices } from "./schema-price.ts";
import { queueBlock } from "./schema-server.ts";
import { timeouts } from "./schema-timeouts.ts";
import { endpointTls } from "./tls-block.ts";

const models = section("endpoints[].models", () =>
  either(
    [
      listOf(name("A model's exact name."), "A static list: exactly these, and the endpoint is not asked."),
      block({
        include: listOf(
          name("A pattern."),
          "Patterns (`*` any text, `?` one character): of the models that the endpoint lists, only those that match one.",
        ).optional(),
        exclude: listOf(name("A pattern."), "Patterns: not those that match one.").optional(),
        list: listOf(
          name("A model's exact name."),
          "A static list, spelled out; cannot be combined with `include` and `exclude`.",
        ).optional(),
      }),
    ],
    message("kind.models"),
    "Which models this endpoint offers: a list of exact names (then it is not asked for its list), or patterns over what it lists. All that it lists when left out.",
  ).transform((raw): ModelSelection => {
    const names = Array.isArray(raw) ? raw : raw.list;
    if (names !== undefined) return { kind: "static", names: [...new Set(names)] };
    const { include = [], exclude = [] } = Array.isArray(raw) ? {} : raw;
    return { kind: "discovered", include, exclude };
  }),
);

/** `endpoints[].max_in_flight`. */
export const endpointMaxInFlight = limit(
  "Requests under way at this endpoint at most, open streams among them. While it is full other endpoints are used, and when all are full requests wait in `queue`. 0: no limit.",
  0,
);

const limits = {
  max_in_flight: endpointMaxInFlight,
  queue: queueBlock(
    "endpoints[].queue",
    {
      block:
        "Where requests wait while `max_in_flight` of them are under way; those that find no place are answered with 503 and `Retry-After`.",
      max: "Requests that may wait; 0: none waits.",
      timeout: "How long a request may wait.",
    },
    100,
  ),
  probe: later(() =>
    block(
      {
        model: name("The endpoint's own name of the model to ask; choose a cheap one."),
        interval: duration("How often it is asked while the endpoint is ejected.").prefault("60s"),
      },
      "A probe that costs money: while the endpoint is ejected, a request for one token, which says more than a list of models. Off unless given.",
      message("kind.blockSuchAs", { keys: '"model"' }),
    ),
  ).optional(),
  ca_file: name(
    "PEM file of further certificate authorities to trust for this endpoint, beside the usual ones; relative to this file. A changed file is in force at once.",
  ).optional(),
  tls: endpointTls,
};

/** `endpoints[].proxy`; `off` and `false` are the same. */
const proxy = later(() =>
  either(
    [address("Address of a forward proxy."), flag("`false`: no proxy.")],
    message("kind.proxy"),
    "Forward proxy on the way to this endpoint, such as `http://user:${PROXY_PASSWORD}@proxy.example.com:3128`; `https://` where the proxy itself speaks TLS. `off`: none, whatever `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` of the environment say. These count where it is left out, though never for an endpoint on this machine.",
  ).transform((raw) => (raw === "off" ? false : raw)),
).optional();

const written = block(
  {
    name: name(
      "Unique name; stands before the slash in `endpoint/model`, in logs and headers. No `/`, no `*`.",
    ),
    base_url: address(
      "Address of the API up to and with its version, such as `https://api.example.com/v1`. A trailing slash does not matter.",
    ),
    api: choice(
      WIRE_NAMES,
      "Whose API it has, which says how the key is sent: `openai` as `Authorization: Bearer`, `anthropic` as `x-api-key` (with `anthropic-version`), `azure` as `api-key`, `gemini` as `x-goog-api-key` (chats in OpenAI's words go to `/openai` beside it). Found by the host when left out; `openai` for hosts that are not known.",
    ).optional(),
    speaks: later(() =>
      listOf(
        choice(CHAT_APIS, "An API for chats."),
        "Which APIs for chats it has: `chat` (`/chat/completions`), `messages` (Anthropic's `/messages`), `responses` (`/responses`), `gemini` (`/models/…:generateContent`; no other is translated into it). A request in another one is translated into the first of these that can say it. Found out when left out: a path that the endpoint does not know is asked for in other words, which costs one answer of 404 in ten minutes.",
      ),
    ).optional(),
    api_key: text(
      "The endpoint's key, sent as its `api` has it. Left out or empty: no key is sent, never the client's.",
    ).optional(),
    api_key_file: name(
      "A file that holds the key and nothing else, in place of `api_key`: a Docker secret, a credential of systemd (`${CREDENTIALS_DIRECTORY}/openai`). Relative to this file; a byte order mark and line ends behind the key do not count. A changed file is in force at once.",
    ).optional(),
    api_keys: later(() =>
      listOf(
        either(
          [text("A key."), block({ file: name("A file that holds the key, as `api_key_file` does.") })],
          message("kind.keyOrFile"),
        ),
        "Several keys in place of `api_key`: they take turns, and each rests on its own when it is refused or over its limit. `name#2` is the second one in logs. An entry `{file: PATH}` is read from a file.",
      ),
    ).optional(),
    weight: whole(
      "Share in the rotation: 10 gets twice as many requests as 5. 0 drains: no new requests unless nothing else serves the model.",
      { min: 0, max: 1_000 },
    ).prefault(1),
    priority: whole(
      "Tier, the smallest first: endpoints of a larger one are used only while none of the smaller ones is available for the model.",
      { min: 1, max: 100 },
    ).prefault(1),
    models,
    enabled: flag("`false` takes the endpoint out without deleting it.").prefault(true),
    headers: later(() =>
      blockOf(
        KEYS.words,
        text("A value."),
        message("kind.headers"),
        "Further headers for every request to this endpoint. They win over the client's. `Authorization` is allowed only where there is no `api_key`.",
      ),
    ).optional(),
    pass_api_version: flag(
      "Whether the `api-version` of a client's query goes to this endpoint, as paths of Azure's want it that have no version of their own. Left out: it does for `api: azure` and hosts of Azure, but for a date where `base_url` ends with a version, which Azure refuses there.",
    ).optional(),
    timeouts,
    price: endpointPrice,
    prices: modelPrices,
    proxy,
    ...limits,
    organization: text("Value of `OpenAI-Organization`.").optional(),
    project: text("Value of `OpenAI-Project`.").optional(),
  },
  "One OpenAI-compatible API.",
  message("kind.blockSuchAs", { keys: message("list.and", { first: '"name"', last: '"base_url"' }) }),
);

type WrittenKeys = Readonly<Decoded<typeof written>>;

/** A key as it is written, or the file that it is in. */
type WrittenKey = string | { readonly file: string };

/** Numbered as in the file, also where a key is left out because its variable is empty. */
function keysOf(raw: WrittenKeys): readonly { readonly id: number; readonly key: WrittenKey }[] {
  const one = raw.api_key_file === undefined ? (raw.api_key ?? "") : { file: raw.api_key_file };
  const keys: readonly WrittenKey[] = raw.api_keys ?? [one];
  return keys.flatMap((key, index) => (key === "" ? [] : [{ id: index + 1, key }]));
}

/** `headers`, `organization` and `project`: flat, lower-case names. */
function headersOf(raw: WrittenKeys): readonly string[] {
  const headers = Object.entries(raw.headers ?? {}).flatMap(([name, value]) => [name.toLowerCase(), value]);
  if (raw.organization !== undefined && raw.organization !== "")
    headers.push(ACCOUNT_HEADERS.organization, raw.organization);
  if (raw.project !== undefined && raw.project !== "") headers.push(ACCOUNT_HEADERS.project, raw.project);
  return headers;
}

/** One entry of `endpoints`. */
export const endpoint = written.transform((raw) => ({
  name: raw.name,
  /** As written: `readBaseUrl` makes the address. */
  baseUrl: raw.base_url,
  /** Undefined where the host decides. */
  api: raw.api,
  ...(raw.speaks === undefined ? {} : { speaks: new Set(raw.speaks) }),
  weight: raw.weight,
  priority: raw.priority,
  enabled: raw.enabled,
  maxInFlight: raw.max_in_flight,
  queue: raw.queue,
  probe: raw.probe && { model: raw.probe.model, intervalMs: raw.probe.interval },
  /** As written, relative to the file. */
  caFile: raw.ca_file,
  /** Those in files still to be read; none where no key is sent. */
  keys: keysOf(raw),
  /** As written; false for none at all, undefined where the environment decides. */
  proxy: raw.proxy,
  fixedHeaders: headersOf(raw),
  /** Undefined where the host decides. */
  passesApiVersion: raw.pass_api_version,
  timeouts: raw.timeouts,
  ...(raw.price === undefined ? {} : { price: raw.price }),
  ...(raw.prices === undefined ? {} : { prices: raw.prices }),
  models: raw.models,
}));

/** An entry of `endpoints` in the file's own notation. */
export type WrittenEndpoint = Written<typeof endpoint>;

/** An entry of `endpoints`, its address and its certificates still to be read. */
export type DecodedEndpoint = Decoded<typeof endpoint>;
