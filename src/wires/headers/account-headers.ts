// Headers that say whose account a request is for, and those in which a client's key comes.

/** Of an endpoint: the header for each key of the configuration. They say which account a key is used for. */
export const ACCOUNT_HEADERS = { organization: "openai-organization", project: "openai-project" } as const;

/** Where clients put their key besides `Authorization`: Anthropic's, Azure's and Google's. Lower case. */
export const KEY_HEADERS: readonly string[] = ["x-api-key", "api-key", "x-goog-api-key"];

/** Headers of coding agents and chat front ends that name a session, most specific first (seen on the wire). */
export const SESSION_HEADERS: readonly string[] = [
  "x-session-id",
  "session-id",
  "x-session-affinity",
  "x-claude-code-session-id",
  "x-openwebui-chat-id",
  "thread-id",
];
