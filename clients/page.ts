// The table in words: for the terminal, and for the page of clients in either language.

import { AGENT_ROWS } from "./agent-rows.ts";
import type { Capability } from "./client.ts";
import { NOTES } from "./notes.ts";
import type { ClientResult, Results } from "./results.ts";
import type { Isolation } from "./sandbox.ts";
import { type Table, tableOf } from "./table.ts";

/** A language of the page. */
export type PageLanguage = "en" | "zh-TW";

const INDEX = { en: 0, "zh-TW": 1 } as const;

/** What stands above columns. */
const COLUMNS: Readonly<Record<Capability, readonly [string, string]>> = {
  tool: ["tool, streamed", "工具，串流"],
  again: ["second turn", "第二輪"],
  models: ["models", "模型清單"],
  plain: ["plain", "一般回應"],
  async: ["async", "非同步"],
  stream: ["stream", "串流"],
  raw: ["raw", "原始回應"],
  tools: ["tools", "工具"],
  parse: ["parse", "結構化輸出"],
  errors: ["errors", "錯誤"],
  versions: ["versions", "API 版本"],
  count: ["count", "計算 token"],
  responses: ["Responses", "Responses"],
  socket: ["socket", "WebSocket"],
  embeddings: ["embeddings", "嵌入"],
  files: ["files", "檔案"],
  images: ["images", "圖片"],
  audio: ["audio", "語音"],
};

const WORDS = {
  agents: ["Agents", "代理程式"],
  libraries: ["Libraries", "程式庫"],
  client: ["client", "用戶端"],
  version: ["version", "版本"],
  speaks: ["speaks", "使用的 API"],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

/** How clients were kept from other networks. */
const NETWORKS = {
  namespace: ["with the loopback interface as its only network", "網路只有 loopback 介面"],
  proxies: ["with proxies at a port that refuses", "代理伺服器則指向一個拒絕連線的連接埠"],
} as const satisfies Readonly<Record<Isolation, readonly [string, string]>>;

const KINDS = ["agent", "library"] as const;

/** The table for the terminal, with what failed below it. */
export function textTable(results: Results): { readonly text: string; readonly failures: number } {
  let text = "";
  let failures = 0;
  for (const kind of KINDS) {
    const clients = results.clients.filter((one) => one.kind === kind);
    if (clients.length === 0) continue;
    const table = tableOf(clients);
    failures += table.failures.length;
    text += `${markdown(table, "en")}\n`;
    for (const failure of table.failures) text += `✗ ${failure}\n`;
  }
  return { text, failures };
}

/** What stands between the markers of the page. */
function pageTable(results: Results, language: PageLanguage): string {
  const { date, node, isolation } = results;
  const network = NETWORKS[isolation][INDEX[language]];
  const intro = [
    `\`npm run clients\` made these tables on ${date} with Node ${node}: every client in front of the gateway, ${network}. In each cell the first mark is for an endpoint of the client's own API, the second for one that knows chats only; one number stands for both.`,
    `這些表格由 \`npm run clients\` 於 ${date} 以 Node ${node} 產生：每個用戶端都在閘道前實際執行，${network}。每一格的第一個標記表示端點使用用戶端自己的 API，第二個表示端點只有聊天 API；只有一個數字時兩者皆同。`,
  ][INDEX[language]];
  const parts = KINDS.map((kind) => {
    const heading = WORDS[kind === "agent" ? "agents" : "libraries"][INDEX[language]];
    const table = tableOf(results.clients.filter((one) => one.kind === kind));
    return `**${heading}**\n\n${markdown(table, language)}`;
  });
  return [intro, ...parts, pointedAt(language)].join("\n\n");
}

const ADDRESS = "http://127.0.0.1:8080";

/** How each agent was pointed at the gateway, from the rows that were run. */
function pointedAt(language: PageLanguage): string {
  const intro = [
    "The agents were pointed at the gateway like this; paths are below your home folder, the key is anything or one of `server.api_keys`:",
    "各代理程式是這樣接上閘道的；路徑都在家目錄之下，金鑰隨便填，或填 `server.api_keys` 的其中一把：",
  ][INDEX[language]];
  const mark = [": ", "："][INDEX[language]];
  const entries = AGENT_ROWS.map((agent) => {
    const pointed = { url: ADDRESS, model: agent.models.own };
    const files = Object.entries((agent.shown ?? agent.files)?.(pointed) ?? {});
    const lines = Object.entries(agent.env?.(pointed) ?? {}).map(
      ([name, value]) => `export ${name}=${value}`,
    );
    const blocks = [
      ...(lines.length > 0 ? [fenced("sh", lines.join("\n"))] : []),
      ...files.map(([path, text]) => fenced(kindOf(path), text)),
    ];
    const places = files.map(([path]) => `\`~/${path}\``).join(", ");
    const title = `**${agent.name}**${language === "en" ? " " : ""}${language === "en" ? `(${agent.speaks})` : `（${agent.speaks}）`}`;
    return [`${title}${places === "" ? "" : `${mark}${places}`}`, ...blocks].join("\n\n");
  });
  return [intro, ...entries].join("\n\n");
}

function fenced(kind: string, text: string): string {
  return `\`\`\`${kind}\n${text.replaceAll("sk-caller", "unused").trimEnd()}\n\`\`\``;
}

function kindOf(path: string): string {
  return path.endsWith(".toml") ? "toml" : "json";
}

const MARKERS = [
  "<!-- clients: made by clients/page.ts from clients/results.json -->",
  "<!-- /clients -->",
] as const;

/** A page with what stands between its markers made anew. */
export function withTable(page: string, results: Results, language: PageLanguage): string {
  const [start, end] = MARKERS;
  const [before, after] = [page.indexOf(start), page.indexOf(end)];
  if (before === -1 || after < before) throw new Error("the page has no markers for the table of clients");
  return `${page.slice(0, before + start.length)}\n\n${pageTable(results, language)}\n\n${page.slice(after)}`;
}

function markdown({ columns, rows, notes }: Table, language: PageLanguage): string {
  const at = INDEX[language];
  const head = [
    WORDS.client[at],
    WORDS.version[at],
    WORDS.speaks[at],
    ...columns.map((name) => COLUMNS[name][at]),
  ];
  const lines = rows.map(({ client, cells }) => [client.name, versionOf(client), client.speaks, ...cells]);
  const table = [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`);
  const said = notes.map((note, index) => `${index + 1}. ${NOTES[note][at]}`);
  return `${[...table, ...(said.length > 0 ? ["", ...said] : [])].join("\n")}\n`;
}

function versionOf({ packages }: ClientResult): string {
  return Object.values(packages)[0] ?? "";
}
