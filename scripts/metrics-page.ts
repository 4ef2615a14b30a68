// Makes docs/metrics.md, and the same page in Chinese, from the table of metrics.

import type { Language } from "../src/language/language.ts";
import { type FamilyName, familyOf } from "../src/observe/metrics/families.ts";
import { COUNTED } from "../src/observe/metrics/families-counted.ts";
import { READ } from "../src/observe/metrics/families-read.ts";
import { CHINESE_METRICS, CHINESE_METRICS_PAGE } from "./zh-TW/metrics-words.ts";

const ENGLISH_PAGE: typeof CHINESE_METRICS_PAGE = {
  title: "# Metrics",
  languages: "**English** · [繁體中文](zh-TW/metrics.md)",
  intro: `\`GET /metrics\` answers in Prometheus' text format 0.0.4, or in OpenMetrics 1.0 where a client asks for that. Without further settings only this machine may read it, by the same rules as the [admin API](admin.md); with \`metrics.token\` other machines may that send the token, and with \`metrics.public: true\` everybody. \`metrics.enabled: false\` turns all of it off.

\`\`\`yaml
metrics:
  token: \${METRICS_TOKEN}
\`\`\`

- **What is in it**: names of models and endpoints; never a key, an address of an endpoint or of a client, or a prompt.
- **Labels are bounded**: only models of the routing table have their own names, all others are \`other\`, and a request that names none is \`none\`. The first 1,000 models and the first 1,000 keys that are used are told apart, and a metric has 5,000 sets of labels at most. Names are cut at 120 characters; control characters and marks that turn text around are written like \`\\u202e\`.
- **Several processes** (\`server.workers\`) are one gateway: whichever is asked, the figures are of all of them, half a second old at most. When one of them ends, what it has told stays counted, and no counter goes back.
- **Names** that begin with \`gen_ai_\` are those of OpenTelemetry's semantic conventions for generative AI, in Prometheus' spelling; \`gen_ai_provider_name\` is the API that the endpoint speaks.`,
  counted: "## Requests and events",
  read: "## State and process",
  header: "| metric | type | labels | meaning |",
  files: `## Grafana and alerts

[deploy/grafana/oai-gateway.json](../deploy/grafana/oai-gateway.json) is a dashboard to import into Grafana, [deploy/prometheus/oai-gateway.rules.yaml](../deploy/prometheus/oai-gateway.rules.yaml) has rules for alerts, and [deploy/prometheus/prometheus.yaml](../deploy/prometheus/prometheus.yaml) is an example of how to scrape. How they are used: [deploy.md](deploy.md#metrics-and-alerts).`,
};

/** The page of all metrics, in one language; `notice` says that it is generated. */
export function metricsPage(language: Language, notice: string): string {
  const isChinese = language === "zh-TW";
  const page = isChinese ? CHINESE_METRICS_PAGE : ENGLISH_PAGE;
  const rows = (table: object): string[] =>
    (Object.keys(table) as FamilyName[]).map((name) => {
      const { type, labels, help } = familyOf(name);
      const meaning = isChinese ? CHINESE_METRICS[name] : help;
      return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${meaning} |`;
    });
  const table = (of: object): string => [page.header, "|---|---|---|---|", ...rows(of)].join("\n");
  return `${[
    `${page.title}\n\n${page.languages}\n\n${notice}`,
    page.intro,
    page.counted,
    table(COUNTED),
    page.read,
    table(READ),
    page.files,
  ].join("\n\n")}\n`;
}
