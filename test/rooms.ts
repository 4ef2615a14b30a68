// Who may import whom: a row for each room of `src/`. `architecture.test.ts` holds the code to it.

/** A room, and behind it those that it may import from. From the lowest to the highest. */
const TABLE = `
core:
core/net:
core/files:
language/tables: core
language/tables/zh-tw: language/tables
language/tables/zh-cn: language/tables
language: core language/tables language/tables/zh-tw language/tables/zh-cn
pricing: core core/files
http: core core/net
upstream/names: core/net
upstream: core/net language http upstream/names
wires/errors: core
wires/lists: core
wires/paths: core wires/errors
bytes: core
wires/stream: core wires/paths bytes
wires: core wires/errors wires/lists wires/paths wires/stream
routing: pricing upstream wires/lists wires/paths wires
routing/table: core language upstream wires routing
store: core core/files
accounts: core core/net core/files language routing/table store
alerts: core http upstream store
accounts/spending: core routing store accounts alerts
admin/login: core core/net language http store
config/proxies: core core/net language http upstream
config/report: core language
config/yaml: core language config/report
routing/health: core language wires/errors routing
wires/headers: core wires
routing/retry: core routing routing/health wires/headers
validation: language
config/schema/sections:
config/schema: core language pricing http wires/paths wires routing accounts alerts config/report config/yaml routing/health wires/headers routing/retry validation config/schema/sections
wires/translate: core wires/errors wires/paths bytes
wires/openai: wires/errors wires/lists wires/paths wires/stream wires wires/translate
wires/anthropic: core wires/errors wires/lists wires/paths wires/stream wires wires/translate wires/openai
wires/azure: wires/lists wires/paths wires wires/openai
wires/gemini: core wires/errors wires/lists wires/paths bytes wires/stream wires wires/translate wires/openai
wires/ollama: wires/errors wires/paths wires/stream wires
wires/translate/chat-messages: core wires/errors wires/translate wires/anthropic
wires/translate/chat-responses: core wires/errors wires/translate wires/openai
wires/translate/messages-chat: core wires/errors wires/translate wires/openai
wires/translate/responses-chat/asked: wires/errors wires/translate
wires/translate/responses-chat: core wires/errors wires/translate wires/openai wires/translate/responses-chat/asked
wires/translate/gemini-chat: core wires/errors wires/translate wires/openai wires/translate/messages-chat wires/translate/responses-chat
wires/translate/gemini-embeddings: wires/errors wires/translate wires/openai wires/translate/gemini-chat
wires/translate/ollama-chat: wires/errors wires/translate wires/openai
wires/registry: wires/paths wires wires/translate wires/openai wires/anthropic wires/azure wires/gemini wires/ollama wires/translate/chat-messages wires/translate/chat-responses wires/translate/messages-chat wires/translate/responses-chat wires/translate/gemini-chat wires/translate/gemini-embeddings wires/translate/ollama-chat
config/rules: core core/files core/net language http wires routing accounts config/proxies config/report config/yaml wires/headers config/schema wires/registry
core/traces: core
config/traces: core language config/proxies config/report config/yaml config/schema config/rules core/traces
config: core language upstream wires routing accounts alerts config/proxies config/yaml routing/health config/schema wires/registry config/rules core/traces config/traces
catalogue: core language http upstream wires/lists wires routing routing/table store wires/registry
objects: core
observe: core
wires/telemetry: wires
observe/traces: core http upstream wires wires/registry core/traces observe wires/telemetry
proxy/admit: core core/net http accounts wires/headers
proxy/outcome: core http upstream wires/errors bytes routing routing/health wires/translate
routing/abilities: core
routing/choice: core routing routing/health
wires/usage: core wires/errors wires/paths bytes wires/translate
tokenizer: wires/usage
proxy/target: core pricing http upstream wires/paths wires routing routing/health routing/retry wires/translate wires/registry catalogue proxy/admit proxy/outcome routing/abilities routing/choice wires/usage
plane-parts.ts: core upstream store alerts accounts/spending routing/health config catalogue objects observe/traces proxy/target
alert-sources.ts: core language upstream routing store alerts config/rules config catalogue proxy/target plane-parts.ts
cache: core http routing store
http/websocket: core http
plane-clients.ts: core pricing accounts/spending config plane-parts.ts
wires/peek: core bytes
proxy/exchange: core pricing http upstream wires/paths bytes wires routing routing/table accounts accounts/spending routing/health wires/translate wires/registry core/traces objects proxy/admit tokenizer proxy/target cache http/websocket wires/peek
proxy/request: core http wires/paths bytes routing routing/table wires/headers proxy/admit wires/peek proxy/exchange
proxy/translate: core http upstream wires/errors wires/paths bytes routing wires/translate wires/translate/messages-chat proxy/outcome wires/usage proxy/target proxy/exchange
proxy/own: core language http wires/paths routing routing/table routing/health proxy/target proxy/exchange proxy/request proxy/translate
config/file: core core/files language config/proxies config/report config/yaml config/schema config/rules config/traces config
overlay: core core/files language store config/report config/yaml config config/file
config/thread: config config/file
supervise: core language upstream routing accounts config/proxies config/report config/rules config/traces config config/file config/thread overlay
snapshot.ts: core language routing routing/table store alerts routing/health routing/retry catalogue proxy/admit routing/choice proxy/target cache proxy/own supervise
world.ts: core routing routing/table accounts config proxy/admit proxy/exchange
data-plane.ts: core pricing upstream wires/paths routing routing/table store accounts/spending wires/registry config catalogue objects observe observe/traces proxy/admit tokenizer proxy/target plane-parts.ts cache http/websocket plane-clients.ts proxy/exchange proxy/own snapshot.ts world.ts
http/listener: core http wires/errors
http/node: core http wires/errors http/listener
http/h1: core http http/listener http/node
upstream/h1: http upstream/names upstream http/h1
upstream/undici: http upstream/names upstream
engines.ts: http upstream config/schema http/node http/h1 upstream/h1 upstream/undici
front.ts: core http wires/paths
gateway-parts.ts: core http store plane-parts.ts snapshot.ts data-plane.ts front.ts
proxy/send: core http upstream wires/paths bytes wires routing wires/headers wires/translate wires/registry core/traces wires/usage wires/peek proxy/exchange proxy/request
proxy/answer: core http wires/errors wires/paths bytes wires/stream routing wires/translate core/traces proxy/outcome wires/usage tokenizer proxy/target proxy/exchange proxy/translate proxy/send
proxy/look: bytes wires/stream wires routing/health proxy/outcome proxy/exchange proxy/answer
proxy/tunnel: core http routing proxy/exchange proxy/answer
proxy/attempt: core language http upstream wires/errors wires/paths routing routing/health routing/retry wires/translate proxy/outcome wires/usage proxy/target proxy/exchange proxy/request proxy/translate proxy/own proxy/send proxy/answer proxy/look proxy/tunnel
proxy/bodies: core http proxy/exchange
proxy/cache: core http routing wires/headers proxy/outcome cache proxy/exchange proxy/request
proxy/objects: core upstream wires/paths bytes wires routing routing/table accounts routing/health wires/headers objects proxy/admit proxy/outcome proxy/target proxy/exchange proxy/request proxy/send proxy/attempt
wires/socket: core http bytes
proxy/socket: core http upstream wires/paths bytes routing wires/headers proxy/admit routing/abilities http/websocket proxy/exchange proxy/attempt wires/socket
proxy: core pricing http wires/paths routing accounts accounts/spending wires/registry proxy/admit cache wires/peek proxy/exchange proxy/request proxy/own proxy/answer proxy/attempt proxy/bodies proxy/cache proxy/objects proxy/socket
gateway.ts: core http routing/table store alerts accounts/spending config/rules config catalogue observe observe/traces proxy/admit proxy/target plane-parts.ts alert-sources.ts proxy/own supervise snapshot.ts data-plane.ts engines.ts front.ts gateway-parts.ts proxy
admin/operation: core language http store accounts admin/login validation config overlay supervise snapshot.ts gateway.ts
admin/live: core language http store admin/login snapshot.ts admin/operation
admin/operations: core language pricing routing routing/table store accounts accounts/spending admin/login config/report wires/registry config catalogue proxy/own overlay supervise snapshot.ts admin/operation
admin: core language http wires/paths store accounts admin/login config overlay supervise front.ts admin/operation admin/live admin/operations
cli/terminal: core language
cli/control: core language proxy/own config/file snapshot.ts gateway.ts admin cli/terminal
cli/shared: core language http routing routing/table config/proxies config/report config/schema config catalogue observe config/file supervise engines.ts cli/terminal
cli/init: core core/files language config/schema wires/registry config/rules config catalogue config/file cli/terminal cli/shared
store/sqlite/file: core core/files store
store/sqlite/rows: core core/files store store/sqlite/file
store/sqlite/answers: store store/sqlite/file store/sqlite/rows
store/sqlite/usage: store store/sqlite/file store/sqlite/rows
store/sqlite: core store store/sqlite/file store/sqlite/rows store/sqlite/answers store/sqlite/usage
store/threads: core store store/sqlite/usage store/sqlite
cli/admin: core language accounts admin/login config/yaml config observe config/file overlay supervise admin cli/terminal cli/control cli/shared cli/init store/threads
store/backup: core/files store/sqlite/file
cli/commands: core language pricing routing/table accounts config/report config/yaml config/schema proxy/own config/file overlay supervise snapshot.ts cli/terminal cli/control cli/shared store/sqlite/file store/threads store/backup
cli/completions: language cli/terminal cli/commands
cli/doctor: core language upstream routing routing/table accounts config/yaml config/schema config catalogue config/file snapshot.ts engines.ts cli/terminal cli/control cli/shared
cli/import: core core/files language config/yaml config/schema wires/registry config/file cli/terminal cli/shared cli/init
dashboard: core language http wires/paths admin/login config front.ts
demo: core store
observe/metrics: core routing/retry snapshot.ts
monitor: core language http wires/paths admin/login config wires/telemetry front.ts gateway.ts observe/metrics
workers/answers: store
workers/bounds: config
workers/health: core routing routing/health
workers/objects: objects
workers/relay: core language http wires/paths front.ts admin
workers: core http routing store accounts alerts accounts/spending routing/health config/rules config catalogue objects observe proxy/admit proxy/target plane-parts.ts snapshot.ts data-plane.ts gateway-parts.ts gateway.ts admin dashboard observe/metrics monitor workers/answers workers/bounds workers/health workers/objects workers/relay
cli/serve: core language pricing store config observe proxy/admit config/file overlay supervise front.ts gateway-parts.ts gateway.ts admin cli/terminal cli/control cli/shared store/threads dashboard demo observe/metrics monitor workers
cli: core language config/yaml cli/terminal cli/shared cli/init cli/admin cli/commands cli/completions cli/doctor cli/import cli/serve
main.ts: core config/thread cli/terminal workers cli/serve cli
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
