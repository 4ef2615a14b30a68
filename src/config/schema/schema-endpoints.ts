// The form of `endpoints`.

import { WIRE_NAMES } from "../../wires/wire.ts";
import { DEFAULTS } from "./defaults.ts";
import { block, blockOf, choice, duration, either, flag, listOf, looseBlock, text, whole } from "./fields.ts";

const { endpoint: USUAL } = DEFAULTS;

/** The limits of an attempt. Of an endpoint they have defaults; of a model they are those of the endpoint. */
export function timeoutsBlock(description: string, usual: Partial<typeof USUAL>) {
  return looseBlock(
    {
      connect: duration("TCP and TLS handshake together.", usual.connect),
      first_byte: either(
        [
          duration("From the end of the request to the head of the answer."),
          looseBlock({
            stream: duration("The same, for requests with `stream: true`.", usual.firstByteStream),
            plain: duration("The same, for all other requests.", usual.firstBytePlain),
          }),
        ],
        "a duration such as 120s, or {stream: 120s, plain: 600s}",
        "From the end of the request to the head of the answer: one duration for all, or `stream` and `plain` apart. After it the next endpoint is tried.",
      ),
      first_event: duration(
        "From the head of a stream to its first event. After it the next endpoint is tried, if nothing was sent to the client (`streams.hold_first_event`).",
        usual.firstEvent,
      ),
      idle: duration("Silence between two pieces of an answer.", usual.idle),
      total: duration("Whole time of a request that is no stream, over all its attempts.", usual.total),
    },
    description,
  );
}

const names = listOf(
  text("A model's exact name."),
  "A static list: exactly these, and the endpoint is not asked.",
);

const models = either(
  [
    names,
    looseBlock({
      include: listOf(
        text("A pattern."),
        "Patterns (`*` any text, `?` one character): of the models that the endpoint lists, only those that match one.",
      ),
      exclude: listOf(text("A pattern."), "Patterns: not those that match one."),
      list: listOf(
        text("A model's exact name."),
        "A static list, spelled out; cannot be combined with `include` and `exclude`.",
      ),
    }),
  ],
  "a list of model names, or {include: […], exclude: […]}",
  "Which models this endpoint offers: a list of exact names (then it is not asked for its list), or patterns over what it lists. All that it lists when left out.",
);

const limits = {
  max_in_flight: whole(
    "Requests under way at this endpoint at most, open streams among them. While it is full other endpoints are used, and when all are full requests wait in `queue`. 0: no limit.",
    { min: 0, max: 1_000_000, fallback: USUAL.maxInFlight },
  ).optional(),
  queue: looseBlock(
    {
      max: whole("Requests that may wait; 0: none waits.", {
        min: 0,
        max: 100_000,
        fallback: USUAL.queueMax,
      }),
      timeout: duration("How long a request may wait.", USUAL.queueTimeout),
    },
    "Where requests wait while `max_in_flight` of them are under way; those that find no place are answered with 503 and `Retry-After`.",
  ).optional(),
  probe: block(
    {
      model: text("The endpoint's own name of the model to ask; choose a cheap one."),
      interval: duration(
        "How often it is asked while the endpoint is ejected.",
        USUAL.probeInterval,
      ).optional(),
    },
    "A probe that costs money: while the endpoint is ejected, a request for one token, which says more than a list of models. Off unless given.",
    'a block of keys such as "model"',
  ).optional(),
  ca_file: text(
    "PEM file of further certificate authorities to trust for this endpoint, beside the usual ones; relative to this file. Read whenever the configuration is.",
  ).optional(),
};

/** One entry of `endpoints`. */
export const endpoint = block(
  {
    name: text(
      "Unique name; stands before the slash in `endpoint/model`, in logs and headers. No `/`, no `*`.",
    ),
    base_url: text(
      "Address of the API up to and with its version, such as `https://api.example.com/v1`. A trailing slash does not matter.",
    ),
    api: choice(
      WIRE_NAMES,
      "Whose API it has, which says how the key is sent: `openai` as `Authorization: Bearer`, `anthropic` as `x-api-key` (with `anthropic-version`), `azure` as `api-key`. Found by the host when left out; `openai` for hosts that are not known.",
    ).optional(),
    api_key: text(
      "The endpoint's key, sent as its `api` has it. Left out or empty: no key is sent, never the client's.",
    ).optional(),
    api_keys: listOf(
      text("A key."),
      "Several keys in place of `api_key`: they take turns, and each rests on its own when it is refused or over its limit. `name#2` is the second one in logs.",
    ).optional(),
    weight: whole(
      "Share in the rotation: 10 gets twice as many requests as 5. 0 drains: no new requests unless nothing else serves the model.",
      { min: 0, max: 1_000, fallback: USUAL.weight },
    ).optional(),
    priority: whole(
      "Tier, the smallest first: endpoints of a larger one are used only while none of the smaller ones is available for the model.",
      { min: 1, max: 100, fallback: USUAL.priority },
    ).optional(),
    models: models.optional(),
    enabled: flag("`false` takes the endpoint out without deleting it.", USUAL.enabled).optional(),
    headers: blockOf(
      text("A value."),
      "a block of header names with their values",
      "Further headers for every request to this endpoint. They win over the client's. `Authorization` is allowed only where there is no `api_key`.",
    ).optional(),
    pass_api_version: flag(
      "Whether the `api-version` of a client's query goes to this endpoint, as Azure's API wants it. `true` for `api: azure` and hosts of Azure, else `false`.",
    ).optional(),
    timeouts: timeoutsBlock("Limits of one attempt at this endpoint.", USUAL).optional(),
    ...limits,
    organization: text("Value of `OpenAI-Organization`.").optional(),
    project: text("Value of `OpenAI-Project`.").optional(),
  },
  "One OpenAI-compatible API.",
  'a block of keys such as "name" and "base_url"',
);
