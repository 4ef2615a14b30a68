// Headers of a client that are about what it sends, or mean something to its own API alone: an endpoint that is asked in
// other words does not get them.

const OF_OWN_WORDS =
  /^(?:content-type|content-language|content-disposition|openai-beta|anthropic-version|anthropic-beta|anthropic-dangerous-direct-browser-access|x-goog-api-client)$/;

/** Whether a header of this lower-case name is one of them. */
export function isOfOwnWords(name: string): boolean {
  return OF_OWN_WORDS.test(name);
}
