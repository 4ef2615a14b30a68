// `server.api_keys`: the keys of an entry. What is in their files is read later.

import { message } from "../../language/messages.ts";
import { block, type Decoded, either, listOf, name, text, until } from "./fields.ts";

const named = block({
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
  default_endpoint: name("In place of `routing.default_endpoint`, for this key.").optional(),
  expires: until(
    "The last day on which the key is good, in UTC (`2027-01-31`), or the moment from which on it no longer is (`2027-01-31T18:00:00+08:00`). Never when left out.",
  ).optional(),
});

/** `server.api_keys`. */
export const clientKeys = listOf(
  either([text("A client key."), named], message("kind.clientKey")),
  "Keys that clients must send as `Authorization: Bearer KEY`: texts, or blocks that give each a name, models and an end. Enforced as soon as there is one. A key is visible ASCII without spaces; that of a text is called by its place, `#1` the first.",
).transform((entries) =>
  entries.map((entry) => {
    if (typeof entry === "string") return { ...UNNAMED, key: entry };
    const { key_file: keyFile, expires: expiresMs, default_endpoint: defaultEndpoint, ...rest } = entry;
    return { ...UNNAMED, ...rest, keyFile, expiresMs, defaultEndpoint };
  }),
);

/** An entry of `server.api_keys`, its file still to be read. */
export type DecodedClientKey = Decoded<typeof clientKeys>[number];

const UNNAMED = {
  name: undefined as string | undefined,
  key: undefined as string | undefined,
  keyFile: undefined as string | undefined,
  sha256: undefined as string | undefined,
  models: undefined as readonly string[] | undefined,
  expiresMs: undefined as number | undefined,
  defaultEndpoint: undefined as string | undefined,
};
