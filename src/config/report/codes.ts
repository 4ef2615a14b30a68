// The table of everything that can be wrong with a configuration file. Not for failures of requests: those are
// `core/errors.ts`.

/** A row: how bad it is, what it means and how it is mended, for people. */
export type ConfigCodeRow = {
  readonly severity: "error" | "warning";
  readonly meaning: string;
  readonly mend: string;
};

function error(meaning: string, mend: string): ConfigCodeRow {
  return { severity: "error", meaning, mend };
}

function warning(meaning: string, mend: string): ConfigCodeRow {
  return { severity: "warning", meaning, mend };
}

/** Every problem of a configuration by its stable code. A code is never given a second meaning. */
export const CONFIG_CODES = {
  OG100: error(
    "The configuration file could not be read: it does not exist, is a folder, is not readable, is larger than 1 MiB or is no UTF-8 text.",
    "Check the path after --config and the file's permissions; `oai-gateway init` writes a new file.",
  ),
  OG101: error(
    "A line is not indented like its neighbours, or is indented with a tab. YAML finds out what belongs together by counting spaces.",
    "Give all keys of one endpoint (and of every other block) the same number of spaces in front; never tabs.",
  ),
  OG102: error(
    "The file is no valid YAML. Only the first such place is reported, since what follows it cannot be understood.",
    "Mend the place shown: most often a missing quote, bracket, colon or space after a colon. Put values with special characters into quotes.",
  ),
  OG103: error(
    "A key appears twice in the same block, so that one of the two values would be lost.",
    "Keep one of the two; the message names both places.",
  ),
  OG104: error(
    "The file as a whole does not have the form of a configuration: it is no block of keys, holds several documents, uses YAML tags, refers to an unknown anchor, has more than 1,000 aliases or 50,000 values, or nests too deeply.",
    "Start from config.yaml.example, or write a new file with `oai-gateway init`.",
  ),
  OG105: warning(
    "The .env file beside the configuration exists, but could not be read; it is ignored.",
    "Check the permissions of the .env file, or delete it.",
  ),
  OG106: error(
    "A full-width, non-breaking or invisible character stands where YAML needs a plain one: `：` for a colon, `“”` or `「」` for quotes, `，` for a comma, a wide space in front of a key. They come from input methods for Chinese and Japanese, web pages and word processors.",
    "Write the plain character that the message names. In comments, names and texts in plain quotes such characters are fine.",
  ),
  OG110: error(
    "A key is not known. A misspelt key would otherwise silently do nothing.",
    "Correct the spelling (the message says which key is near) or remove it. docs/configuration.md lists all keys.",
  ),
  OG111: error(
    "A key that is needed is missing.",
    "Add the key; every endpoint needs at least name and base_url.",
  ),
  OG112: error(
    "A value has the wrong type or is none of those allowed.",
    "Write a value as the message describes it. Put text that looks like a number into quotes.",
  ),
  OG113: error(
    "A number is out of its range: weights are whole numbers from 0 (drain) to 1000, ports from 0 to 65535.",
    "Write a whole number within the range.",
  ),
  OG114: error(
    "A duration could not be understood or is out of its range.",
    "Write a number with its unit, such as 250ms, 5s, 2m or 1h; a bare number means seconds.",
  ),
  OG115: error(
    "A size could not be understood or is out of its range.",
    "Write a number with its unit, such as 64MiB or 32MB; a bare number means bytes.",
  ),
  OG116: error(
    "Two times contradict each other: the first ejection of an endpoint is longer than the longest.",
    "Make health.ejection_max at least as long as health.ejection.",
  ),
  OG120: error(
    'A name is empty, too long, or has characters that names cannot have. The name of an endpoint has no "/", since "endpoint/model" is split at the first one.',
    "Choose a short name of letters, digits, dashes and dots.",
  ),
  OG121: error(
    'Two endpoints have the same name, so that "name/model" would be ambiguous.',
    "Rename one of the two; the message names both places.",
  ),
  OG122: error(
    "A base_url is no usable address: no http:// or https://, no host, credentials, a query or a fragment in it, or a host in an unusual spelling.",
    "Write the address up to and with /v1, such as https://api.example.com/v1. Keys belong into api_key.",
  ),
  OG123: error(
    "A base_url points at a link-local or cloud metadata address (169.254.0.0/16, fe80::/10 and their other spellings). Such addresses hand out credentials of the machine and are refused.",
    "Use the address of the API server itself.",
  ),
  OG124: warning(
    "A base_url was corrected: a pasted API path such as /chat/completions was cut off, /v1/v1 was made one, or 0.0.0.0 was replaced. The message says what is used.",
    "Write the base_url that the message names, and the warning is gone.",
  ),
  OG125: error(
    "A configured header cannot be sent: its name or value has characters that HTTP does not allow, it appears twice, or the gateway must set it itself. Or one of server.pass_headers is a credential.",
    "Correct or remove the header. Authorization comes from api_key.",
  ),
  OG126: warning(
    "No endpoint is configured (or none is enabled), so that every request is answered with no_endpoints.",
    "Add an endpoint, or run `oai-gateway init`.",
  ),
  OG127: warning(
    "The base_url of a well-known server has no path, though its OpenAI-compatible API lives below one.",
    "Write the base_url that the message names.",
  ),
  OG128: error(
    "A ca_file cannot be used: it cannot be read, has no certificate in it, or one that is broken.",
    "Name a PEM file with the certificate of the authority that signed the endpoint's; the path is relative to the configuration file.",
  ),
  OG129: warning(
    "The api of an endpoint is not that of its host, which belongs to another vendor: the key would be sent in a header that nobody reads there.",
    "Write the api that the message names, or remove it: it is found by the host.",
  ),
  OG130: error(
    "A variable named by ${VAR} is not set, neither in the environment nor in the .env file.",
    "Export it, put it into .env beside the configuration file, or give a default: ${VAR:-default}.",
  ),
  OG131: error(
    'A "${" is not the beginning of ${VAR} or ${VAR:-default}.',
    'Close the brace and use letters, digits and underscores in the name; write $${ for a literal "${".',
  ),
  OG132: error(
    'A key has characters that no key has: a line break, a space, quotes around it, or a leading "Bearer ". The value is never shown.',
    "Set the variable or the value again, without quotes, spaces and line breaks.",
  ),
  OG133: error(
    "The keys of an endpoint are given in two ways (api_key and api_keys), or an entry of api_keys is empty or appears twice, or there is none.",
    "Write one key as api_key, or several different ones as api_keys.",
  ),
  OG134: warning(
    "An api_key comes from a variable that is set but empty, so that the endpoint is called without a key; an entry of api_keys is left out.",
    "Set the variable, or remove api_key where the endpoint needs none.",
  ),
  OG135: warning(
    "A value looks like a placeholder of another program or of an example: `os.environ/NAME`, `$NAME`, `{{NAME}}`, `%NAME%`, `<your-key>`, `YOUR_API_KEY`, `sk-xxx`. It is no variable here: the text itself is used.",
    "Write ${NAME} for a variable of the environment or of .env, or the value itself.",
  ),
  OG140: error(
    "The gateway would listen on an address that other machines can reach, or for web pages of every origin, without asking for a key: anyone there could spend your money.",
    "Set server.api_keys, or listen on 127.0.0.1; if you really mean it, server.allow_anonymous: true.",
  ),
  OG141: error(
    "An entry of server.api_keys is empty or appears twice. An empty key would let everybody in.",
    "Remove the entry, or set its variable.",
  ),
  OG143: warning(
    "server.api_keys is there but has no entry, so that no key is asked for.",
    "Add a key, or remove server.api_keys.",
  ),
  OG144: error(
    "server.host, or an entry of server.cors_origins or server.allowed_hosts, is none.",
    "Hosts are bare names or addresses (127.0.0.1, ai.example.com); origins have a scheme and no path (https://app.example.com).",
  ),
  OG145: error(
    "The proxy of an endpoint is no address of a forward proxy: another scheme than http:// and https:// (SOCKS among them), a path or a query in it, or a sign among the credentials that ends a URL. Its value is never shown.",
    'Write it like "http://user:${PROXY_PASSWORD}@proxy.example.com:3128", credentials percent-encoded; off for none.',
  ),
  OG146: error(
    "The certificate or the key of server.tls cannot be used: a file cannot be read or has none in it, the two do not belong together, or the certificate has expired or is not valid yet.",
    "Name the whole chain (such as fullchain.pem) as cert_file and its key (such as privkey.pem) as key_file; paths are relative to the configuration file.",
  ),
  OG147: warning(
    "The certificate of server.tls expires within 14 days.",
    "Renew it; the files are read again when they change, without a restart.",
  ),
  OG148: warning(
    'The origin "null" may call the gateway without a key. Files and embedded views have it, but a page of any site can put it on as well, by a sandboxed frame.',
    "Set server.api_keys, or name an origin that has a host.",
  ),
  OG149: warning(
    "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY of the environment (or of the .env file, or in lower case) is no address of a forward proxy and is not used: endpoints are asked directly. Its value is never shown.",
    "Set it to an address like http://proxy.example.com:3128, credentials percent-encoded, or unset it; or give endpoints a proxy of their own.",
  ),
  OG150: error(
    "A target of an override is not written as endpoint/model.",
    'Write endpoint/model; what follows the first "/" is the model\'s name at the endpoint. "*" stands for every endpoint that lists the public name.',
  ),
  OG151: error(
    "A target names an endpoint that is not configured.",
    'Correct the name before the first "/", or add the endpoint.',
  ),
  OG152: error(
    "Overrides name each other, or themselves, in a circle. An override's targets are endpoint/model, never other overrides.",
    'Replace the name by endpoint/model. For "every endpoint that lists this name" write "*".',
  ),
  OG153: error(
    "An override names the same target twice.",
    "Keep one of the two; to send more there, give it a weight.",
  ),
  OG154: error(
    "An override has no targets, so that its name could never be served.",
    "Add a target or remove the override.",
  ),
  OG155: warning(
    'routing.model_overrides has no effect in mode "prefix".',
    'Set routing.mode to "merge", or remove the overrides.',
  ),
  OG156: warning(
    "A target of an override is at an endpoint that is not enabled and is therefore never used.",
    "Enable the endpoint or remove the target.",
  ),
  OG157: warning(
    'An override is named like "endpoint/model" of a configured endpoint. The override wins, so that this endpoint cannot be addressed directly under that name.',
    "Nothing, if that is what you mean; else rename the override.",
  ),
  OG158: error(
    "A model falls back to itself.",
    "Name another model: all endpoints of this one were asked already.",
  ),
  OG159: error(
    "The fallbacks of a model lead nowhere, or name the same model twice for the same failures.",
    "Name each model once, first to last.",
  ),
  OG160: warning(
    "An entry of routing.models never applies, since an earlier one matches all of its names. The first that matches counts.",
    'Move the entry up: exact names before patterns, "*" last.',
  ),
  OG161: warning(
    "A queue is configured where nothing is ever full: max_in_flight is not set, or 0.",
    "Set max_in_flight, or remove the queue.",
  ),
} as const satisfies Record<string, ConfigCodeRow>;

/** A stable code of a problem in the configuration. */
export type ConfigCode = keyof typeof CONFIG_CODES;
