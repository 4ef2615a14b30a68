// `server.api_keys`: the keys of an entry. What is in their files is read later.

import type { BudgetSettings, LimitSettings } from "../../accounts/key-rules.ts";
import { message } from "../../language/messages.ts";
import { block, type Decoded, either, flag, later, listOf, name, text, until } from "./fields.ts";
import { budgetBlock, limitsBlock } from "./schema-accounts.ts";

const named = later(() =>
  block({
    name: name("What log lines and errors call it. Unique; at most 64 characters."),
    key: text("The key itself, or a variable of it.").optional(),
    key_file: name(
      "A file that holds the key and nothing else, relative to this one; a byte order mark and line ends behind it do not count. A changed file is in force at once.",
    ).optional(),
    sha256: text(
      'SHA-256 of the key in 64 hexadecimal digits, where the key itself is to be nowhere here: `printf %s "$KEY" | sha256sum`.',
    ).optional(),
    models: listOf(
      name("A pattern."),
      "Patterns (`*` any text, `?` one character) over the names that `GET /v1/models` shows, and over `endpoint/model`: the models that the key may use. All when left out.",
    ).optional(),
    owner: name("Whom it was given to; for people who read lists of keys.").optional(),
    tags: listOf(
      name("A tag."),
      "Words by which usage is summed up, and that `limits.tags` and `budgets` may be for.",
    ).optional(),
    endpoints: listOf(
      name("A pattern."),
      "Patterns over the names of endpoints: those that may serve this key. All when left out.",
    ).optional(),
    addresses: listOf(
      name("An address or a network."),
      "Addresses and networks (`192.168.1.0/24`, `fd00::/8`) from which the key may be used: those of the connection, behind a proxy the proxy's. Anywhere when left out.",
    ).optional(),
    disabled: flag("Lets nobody in, until this is taken away.").prefault(false),
    log_bodies: flag(
      "Keep what is asked and answered with this key in the log of requests, without credentials, within the bounds of `store.bodies`.",
    ).prefault(false),
    limits: limitsBlock("How much may be asked for with this key.").optional(),
    budget: budgetBlock("How much may be spent with this key.").optional(),
    default_endpoint: name("In place of `routing.default_endpoint`, for this key.").optional(),
    expires: until(
      "The last day on which the key is good, in UTC (`2027-01-31`), or the moment from which on it no longer is (`2027-01-31T18:00:00+08:00`). Never when left out.",
    ).optional(),
  }),
);

/** `server.api_keys`. */
export const clientKeys = listOf(
  either([text("A client key."), named], message("kind.clientKey")),
  "Keys that clients must send as `Authorization: Bearer KEY`: texts, or blocks that give each a name, models and an end. Enforced as soon as there is one. A key is visible ASCII without spaces; that of a text is called by its place, `#1` the first.",
).transform((entries) =>
  entries.map((entry) => {
    if (typeof entry === "string") return { ...UNNAMED, key: entry };
    const {
      key_file: keyFile,
      expires: expiresMs,
      default_endpoint: defaultEndpoint,
      disabled,
      log_bodies: logsBodies,
      ...rest
    } = entry;
    return { ...UNNAMED, ...rest, keyFile, expiresMs, defaultEndpoint, isDisabled: disabled, logsBodies };
  }),
);

/** An entry of `server.api_keys`, its file still to be read. */
export type DecodedClientKey = Decoded<typeof clientKeys>[number];

const UNNAMED = {
  name: undefined as string | undefined,
  key: undefined as string | undefined,
  keyFile: undefined as string | undefined,
  sha256: undefined as string | undefined,
  owner: undefined as string | undefined,
  tags: undefined as readonly string[] | undefined,
  models: undefined as readonly string[] | undefined,
  endpoints: undefined as readonly string[] | undefined,
  addresses: undefined as readonly string[] | undefined,
  isDisabled: false,
  logsBodies: false,
  limits: undefined as LimitSettings | undefined,
  budget: undefined as BudgetSettings | undefined,
  expiresMs: undefined as number | undefined,
  defaultEndpoint: undefined as string | undefined,
};
