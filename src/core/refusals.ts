// Rows of `ERRORS` for what is refused to this one request, and not for anybody's fault: by an endpoint, by the
// gateway for what the client's key may not, and by the admin API.

/** Of an answer that says nothing of the endpoint's health: another one may serve the request. */
const REFUSAL = { fault: "upstream", retry: "another_target", strike: false } as const;

/** The rows, by code. */
export const REFUSALS = {
  upstream_request_too_large: {
    status: 413,
    type: "invalid_request_error",
    ...REFUSAL,
    meaning:
      "The request is larger than the endpoint takes at any time: its body, its tokens for a limit per minute, or max_tokens for what the account can pay. Make it smaller, or add an endpoint with a larger limit.",
  },
  upstream_not_permitted: {
    status: 403,
    type: "invalid_request_error",
    ...REFUSAL,
    meaning:
      "The endpoint's key is good, but not for this operation or this object; its own answer is relayed when nothing else could serve the request.",
  },
  upstream_unsupported: {
    status: 502,
    type: "upstream_error",
    ...REFUSAL,
    meaning:
      "The endpoint does not know the path or the method; its own answer is relayed when nothing else could serve the request.",
  },
  untranslatable: {
    status: 400,
    type: "invalid_request_error",
    fault: "client",
    retry: "another_target",
    strike: false,
    meaning:
      "The endpoint speaks another API than the client, and a part of the request cannot be said in that one without becoming another request; the message names it. Leave it out, or ask for a model of an endpoint that has the client's API.",
  },
} as const;

const OURS = { fault: "client", retry: "never", strike: false, type: "invalid_request_error" } as const;

/** The rows about client keys that are known, by code. */
export const KEY_REFUSALS = {
  client_key_expired: {
    status: 401,
    ...OURS,
    meaning:
      "The client key was good until the day or moment that is set as its `expires`; the message names it. The gateway's operator moves that, or hands out another key.",
  },
  client_key_disabled: {
    status: 401,
    ...OURS,
    meaning:
      "The client key, which the message names, lets nobody in for now. The gateway's operator enables it again (`disabled`), or hands out another key.",
  },
  address_not_allowed: {
    status: 403,
    ...OURS,
    meaning:
      "The client key, which the message names, may be used from the addresses of its `addresses` only. The address of the connection counts; behind a proxy that is the proxy's.",
  },
  keys_unavailable: {
    status: 503,
    fault: "gateway",
    retry: "never",
    strike: false,
    type: "server_error",
    meaning:
      "The gateway has client keys in its store and cannot read them, so that nobody knows whether this one is good. It tries again every two seconds; the log says what is wrong. Keys of server.api_keys work all the same.",
  },
  model_not_allowed: {
    status: 403,
    ...OURS,
    meaning:
      "The client key, which the message names, may use only the models of its `models`, at the endpoints of its `endpoints`. GET /v1/models lists them.",
  },
} as const;

/** The rows about what a client may use and spend, by code. */
export const LIMIT_REFUSALS = {
  rate_limit_exceeded: {
    status: 429,
    ...OURS,
    type: "rate_limit_error",
    meaning:
      "More is asked for than a limit of the gateway allows: of the key, of one of its tags, of the model, or of all clients; the message names it. Try again after `retry-after`. See `limits`.",
  },
  insufficient_quota: {
    status: 429,
    ...OURS,
    type: "insufficient_quota",
    meaning:
      "A budget of the key, of one of its tags, or of all clients is spent, or the request could cost more than is left of it; the message says when it begins anew. The gateway's operator raises it. See `budgets`.",
  },
  unpriced_model: {
    status: 429,
    ...OURS,
    type: "insufficient_quota",
    meaning:
      "Nobody knows what the model costs, and the budget of the key, of one of its tags, or of all clients refuses such requests (`unpriced: refuse`). Give the model a price, or ask for another one.",
  },
} as const;

/** The rows about objects that endpoints keep, by code. */
export const OBJECT_REFUSALS = {
  invalid_object_id: {
    status: 400,
    ...OURS,
    meaning:
      "The id in the path is none that an endpoint can have made: ids are 1 to 1024 letters, digits and signs without slashes or spaces.",
  },
  object_not_found: {
    status: 404,
    ...OURS,
    meaning:
      "No endpoint has an object of this id: every one of them was asked, and this is remembered for a minute. Or it was made with another client key.",
  },
  previous_response_not_found: {
    status: 400,
    ...OURS,
    meaning:
      "A socket of Responses goes on only from its own latest responses while `store` is false, and no longer has this one. Send all of the input again, without previous_response_id.",
  },
  object_elsewhere: {
    status: 400,
    ...OURS,
    meaning:
      "The object that the request goes on from is kept by an endpoint that does not serve the model it names. Name a model of that endpoint, or begin anew.",
  },
  objects_apart: {
    status: 400,
    ...OURS,
    meaning:
      "The request names objects of different endpoints, of which none has both. Put the file into the endpoint where the rest is: name that by the header x-oai-gateway-endpoint when it is made.",
  },
  unknown_endpoint: {
    status: 400,
    ...OURS,
    meaning:
      "The header x-oai-gateway-endpoint has to name an endpoint of the configuration that is in use, speaks the API of the path and may be used by this client.",
  },
  object_lookups_limited: {
    status: 429,
    ...OURS,
    type: "rate_limit_error",
    meaning:
      "Endpoints are asked for ids that the gateway does not know at a limited rate, so that made-up ids cost them nothing. Try again in a second; ids of objects that were made through the gateway are known without asking.",
  },
  object_home_unknown: {
    status: 503,
    fault: "gateway",
    retry: "never",
    strike: false,
    type: "server_error",
    meaning:
      "It is not known which endpoint keeps the object: those that could be asked do not, and the others did not answer. Try again when they do.",
  },
} as const;

const ADMIN = { fault: "client", retry: "never", strike: false, type: "admin_error" } as const;

/** The rows about requests to the admin API, by code. */
export const ADMIN_REFUSALS = {
  admin_login_required: {
    status: 401,
    ...ADMIN,
    meaning:
      "The admin API wants its own credentials: the session of a log-in, or the token of `admin.token`. Client keys open nothing here.",
  },
  admin_not_allowed: {
    status: 403,
    ...ADMIN,
    meaning:
      "The admin API answers this machine only, and no page of another site. `admin.remote: true` opens it to others.",
  },
  admin_invalid: {
    status: 400,
    ...ADMIN,
    meaning:
      "The request does not fit the admin API's schema; `problems` says where and why. Nothing was changed.",
  },
  admin_not_found: {
    status: 404,
    ...ADMIN,
    meaning: "What the request names is not there, or no longer.",
  },
  admin_conflict: {
    status: 409,
    ...ADMIN,
    meaning:
      "Somebody else was faster, the name is taken, or the configuration file sets it, where it has to be changed then. Nothing was changed.",
  },
  admin_too_many_tries: {
    status: 429,
    ...ADMIN,
    meaning: "Too many wrong passwords. Wait as long as Retry-After says.",
  },
  metrics_not_allowed: {
    status: 403,
    ...ADMIN,
    meaning:
      "Metrics and a local status page answer this machine only, and no page of another site. `metrics.token` or `metrics.public: true` opens the metrics to others, `status_page: true` the page.",
  },
  metrics_token_required: {
    status: 401,
    ...ADMIN,
    meaning: "The metrics want the token of `metrics.token`, as `Authorization: Bearer TOKEN`.",
  },
  store_unavailable: {
    status: 503,
    fault: "gateway",
    retry: "never",
    strike: false,
    type: "server_error",
    meaning:
      "The store cannot be read or written now, or is turned off (`store.mode: off`); requests to models are served all the same. The log says why.",
  },
} as const;
