// Paths of APIs that are not in the table of operations. Some are passed on to one endpoint, which has to be named, since
// nothing of what they make is remembered. Others are not served.
//
// Paths of APIs that are known and not served: each is answered with the reason, whatever its method and its body, so
// that nobody looks for the mistake in the path, and none of it is called with an endpoint's own key by accident.

import { objectUse } from "./object-use.ts";
import { type Operation, post } from "./operation.ts";

/** What agents of a provider are made of: more paths than a table should have, which change from month to month. */
const PASSED = /^\/(?:agents|vaults)(?:\/|$)/;

/** The operation of a path, below `/v1` and without that, that goes to one endpoint whatever it means; else undefined. */
export function passedOperation(method: string, path: string): Operation | undefined {
  if (!PASSED.test(path) || !["GET", "POST", "DELETE"].includes(method)) return undefined;
  const job = method === "POST" ? "always" : "never";
  const object = objectUse("passed", { runsUnseenModel: true });
  return post("passed", path, { methods: [method], model: "none", job, answerModelPaths: [], object });
}

const ACCOUNT =
  "It administers the account of one provider, with an administrator's key: ask that provider's API itself.";
const VOICES = "Voices and consents belong to one provider's account: ask that provider's API itself.";
const SIDE = "It is a service beside a provider's models: ask that provider's API itself.";

const KEPT = "What it keeps belongs to one provider's account: ask that provider's API itself.";
const METHODS =
  "Of a model's methods these are served: generateContent, streamGenerateContent, countTokens, embedContent, batchEmbedContents.";
const OLLAMA_MODELS = "Models are kept by the servers behind it: ask that Ollama itself.";
const OLLAMA_ACCOUNT = "It is a service of ollama.com and its accounts: ask that itself.";

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^\/(?:organization|organizations|projects)(?:\/|$)/, ACCOUNT],
  [/^\/(?:webhook_endpoints|webhook_event_types)(?:\/|$)/, ACCOUNT],
  [/^\/audio\/(?:voices|voice_consents)(?:\/|$)/, VOICES],
  [/^\/(?:content_provenance_checks|safety|chatkit)(?:\/|$)/, SIDE],
  [/^\/(?:anthropic\/v1\/)?messages\/batches(?:\/|$)/, KEPT],
  [
    /^(?:\/upload|\/download)?\/v1(?:beta|alpha)\d*\/(?:files|cachedContents|corpora|fileSearchStores)(?:[/:]|$)/,
    KEPT,
  ],
  [/^\/v1(?:beta|alpha)\d*\/(?:batches|operations|interactions|agents|webhooks)(?:[/:]|$)/, KEPT],
  [
    /^\/(?:v1(?:beta|alpha)\d*\/)?(?:models|tunedModels)\/.*:(?:\w*[pP]redict\w*|batchGenerateContent|async\w+|generate(?:Text|Message|Answer)|count(?:Text|Message)Tokens|computeTokens|embedText|batchEmbedText)$/,
    METHODS,
  ],
];

/** Not below a version: there the path is one of an endpoint that is asked in its own words. */
const BARE_REASONS: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/(?:pull|push|create|copy|delete|blobs)(?:\/|$)/, OLLAMA_MODELS],
  [/^\/api\/(?:me|signout|web_search|web_fetch|user)(?:\/|$)/, OLLAMA_ACCOUNT],
];

/** Why a path, with or without its `/v1`, is not served; undefined where nothing is known of it. */
export function outOfScope(path: string): string | undefined {
  const bare = path.startsWith("/v1/") ? path.slice("/v1".length) : path;
  const found =
    REASONS.find(([pattern]) => pattern.test(bare)) ?? BARE_REASONS.find(([one]) => one.test(path));
  return found?.[1];
}
