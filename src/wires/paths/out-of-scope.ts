// Paths of APIs that are known and not served: each is answered with the reason, whatever its method and its body, so
// that nobody looks for the mistake in the path, and none of it is called with an endpoint's own key by accident.

const ACCOUNT =
  "It administers the account of one provider, with an administrator's key: ask that provider's API itself.";
const VOICES = "Voices and consents belong to one provider's account: ask that provider's API itself.";
const SIDE = "It is a service beside a provider's models: ask that provider's API itself.";

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^\/(?:organization|organizations|projects)(?:\/|$)/, ACCOUNT],
  [/^\/(?:webhook_endpoints|webhook_event_types)(?:\/|$)/, ACCOUNT],
  [/^\/audio\/(?:voices|voice_consents)(?:\/|$)/, VOICES],
  [/^\/(?:content_provenance_checks|safety|chatkit)(?:\/|$)/, SIDE],
];

/** Why a path, with or without its `/v1`, is not served; undefined where nothing is known of it. */
export function outOfScope(path: string): string | undefined {
  const bare = path.startsWith("/v1/") ? path.slice("/v1".length) : path;
  return REASONS.find(([pattern]) => pattern.test(bare))?.[1];
}
