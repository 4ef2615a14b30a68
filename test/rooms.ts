// Who may import whom: a row for each room of `src/`. `architecture.test.ts` holds the code to it.

/** A room, and behind it those that it may import from. From the lowest to the highest. */
const TABLE = `
core:
language/tables: core
language: core language/tables
http: core
upstream/names:
upstream: http upstream/names
wires/errors: core
wires/lists: core
wires/paths: core wires/errors
bytes: core
wires/stream: core wires/paths bytes
wires: core wires/errors wires/lists wires/paths wires/stream
routing: upstream wires/lists wires/paths wires
routing/table: core language upstream wires routing
accounts: routing/table
store: core
wires/translate: core wires/errors wires/paths bytes
wires/openai: wires/errors wires/lists wires/paths wires/stream wires wires/translate
wires/anthropic: core wires/errors wires/lists wires/paths wires/stream wires wires/translate wires/openai
wires/azure: wires/lists wires/paths wires wires/openai
wires/gemini: core wires/errors wires/lists wires/paths bytes wires/stream wires wires/translate wires/openai
wires/ollama: wires/errors wires/paths wires/stream wires
wires/translate/chat-messages: wires/errors wires/translate wires/anthropic
wires/translate/chat-responses: core wires/errors wires/translate wires/openai
wires/translate/messages-chat: wires/errors wires/translate wires/openai
wires/translate/responses-chat/asked: wires/errors wires/translate
wires/translate/responses-chat: core wires/errors wires/translate wires/openai wires/translate/responses-chat/asked
wires/translate/gemini-chat: core wires/errors wires/translate wires/openai wires/translate/messages-chat wires/translate/responses-chat
wires/translate/gemini-embeddings: wires/errors wires/translate wires/openai wires/translate/gemini-chat
wires/translate/ollama-chat: wires/errors wires/translate wires/openai
wires/registry: wires/paths wires wires/translate wires/openai wires/anthropic wires/azure wires/gemini wires/ollama wires/translate/chat-messages wires/translate/chat-responses wires/translate/messages-chat wires/translate/responses-chat wires/translate/gemini-chat wires/translate/gemini-embeddings wires/translate/ollama-chat
catalogue: core language http upstream wires/lists wires routing routing/table store wires/registry
cli/terminal: core language
config/proxies: core language http upstream
config/report: core language
config/yaml: core language config/report
routing/health: core language wires/errors routing
wires/headers: core wires
routing/retry: core routing routing/health wires/headers
config/schema: core language http wires/paths wires routing config/report config/yaml routing/health wires/headers routing/retry
config/rules: core language http wires routing accounts wires/registry config/proxies config/report config/yaml wires/headers config/schema
config: language upstream wires routing accounts wires/registry config/proxies config/yaml routing/health config/schema config/rules
config/file: core language config/proxies config/report config/yaml config/schema config/rules config
objects: core
observe: core
proxy/admit: core http accounts wires/headers
proxy/outcome: core http upstream wires/errors bytes routing wires/translate routing/health
routing/choice: core routing routing/health
proxy/target: core http upstream wires/paths wires routing wires/translate wires/registry catalogue routing/health routing/retry proxy/admit proxy/outcome routing/choice
plane-parts.ts: core upstream catalogue routing/health config proxy/target
wires/peek: core bytes
proxy/exchange: core http upstream wires/paths bytes wires routing routing/table accounts wires/translate wires/registry routing/health objects proxy/admit proxy/target wires/peek
proxy/request: core http wires/paths bytes routing routing/table wires/headers proxy/admit wires/peek proxy/exchange
proxy/translate: core http upstream wires/errors wires/paths bytes routing wires/translate wires/translate/messages-chat proxy/outcome proxy/target proxy/exchange
proxy/own: core language wires routing routing/table wires/registry routing/health proxy/target proxy/exchange proxy/request proxy/translate
supervise: core language upstream routing accounts config/proxies config/report config/rules config config/file
snapshot.ts: core language routing routing/table catalogue routing/health routing/retry proxy/admit routing/choice proxy/target proxy/own supervise
world.ts: core routing routing/table config proxy/admit proxy/exchange
data-plane.ts: core upstream wires/paths routing routing/table store wires/registry catalogue config objects observe proxy/admit proxy/target plane-parts.ts proxy/exchange proxy/own snapshot.ts world.ts
http/listener: core http wires/errors
http/node: core http wires/errors http/listener
http/h1: core http http/listener http/node
upstream/h1: http upstream/names upstream http/h1
upstream/undici: http upstream/names upstream
engines.ts: http upstream config/schema http/node http/h1 upstream/h1 upstream/undici
front.ts: core http wires/paths
proxy/send: core http upstream wires/paths bytes wires routing wires/translate wires/registry wires/headers wires/peek proxy/exchange proxy/request
proxy/answer: core http wires/errors wires/paths bytes wires/stream routing wires/translate proxy/outcome proxy/target proxy/exchange proxy/translate proxy/send
proxy/look: bytes wires/stream wires routing/health proxy/outcome proxy/exchange proxy/answer
proxy/tunnel: core http routing proxy/exchange proxy/answer
proxy/attempt: core language http upstream wires/errors wires/paths routing wires/translate routing/health routing/retry proxy/outcome proxy/target proxy/exchange proxy/request proxy/translate proxy/own proxy/send proxy/answer proxy/look proxy/tunnel
proxy/objects: core upstream wires/paths bytes wires routing routing/table accounts routing/health wires/headers objects proxy/admit proxy/outcome proxy/target proxy/exchange proxy/request proxy/send proxy/attempt
proxy: core http wires/paths wires/registry proxy/admit wires/peek proxy/exchange proxy/request proxy/own proxy/answer proxy/attempt proxy/objects
gateway.ts: core http routing/table catalogue config/rules config observe proxy/admit proxy/target plane-parts.ts proxy/own supervise snapshot.ts data-plane.ts engines.ts front.ts proxy
cli/control: core cli/terminal config/file proxy/own snapshot.ts gateway.ts
cli/shared: core language http upstream routing routing/table wires/registry catalogue cli/terminal config/proxies config/report config/schema config config/file observe supervise engines.ts
cli/commands: core language routing/table cli/terminal config/report config/yaml config/schema config/file proxy/own supervise snapshot.ts cli/control cli/shared
cli/completions: language cli/terminal cli/commands
cli/doctor: core language upstream routing routing/table accounts catalogue cli/terminal config/yaml config/schema config config/file snapshot.ts engines.ts cli/control cli/shared
cli/init: core language wires/registry catalogue cli/terminal config/schema config/rules config config/file cli/shared
demo: core
workers/bounds: config
workers/health: core routing routing/health
workers: core http upstream wires routing wires/registry catalogue routing/health config/rules config observe proxy/admit proxy/target plane-parts.ts snapshot.ts data-plane.ts gateway.ts workers/bounds workers/health
cli/serve: core language cli/terminal config config/file observe supervise gateway.ts cli/control cli/shared demo workers
cli: core language cli/terminal config/yaml cli/shared cli/commands cli/completions cli/doctor cli/init cli/serve
main.ts: core cli/terminal workers cli/serve cli
`;

/**
 * Room to the rooms that it may import from, besides itself: each folder is a room, and each file beside the folders is
 * one by its own name. A row names only rooms above it in this table.
 */
export const ROOMS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  TABLE.trim()
    .split("\n")
    .map((row) => {
      const [room = "", others = ""] = row.split(":");
      return [room, others.trim() === "" ? [] : others.trim().split(" ")];
    }),
);
