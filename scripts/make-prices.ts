// `node scripts/make-prices.ts LITELLM.whl GENAI-PRICES.whl YYYY-MM-DD`: writes pricing/snapshot.json anew from two public
// packages of Python, fetched beforehand with `pip download --no-deps`. They are read and never executed: the prices are
// those of the first, and where the second one disagrees that is printed. The day is that of the first one's release. Not
// part of the gateway.

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { priceOfRow } from "../src/pricing/litellm-row.ts";
import { slimTable } from "../src/pricing/slim-table.ts";
import { ROOT } from "./build.ts";

const TABLE = "litellm/model_prices_and_context_window_backup.json";
const OTHER_TABLE = "genai_prices/data.py";
const MAX_BYTES = 64 * 1024 * 1024;

/** Whose API is at which host, as the table calls them. */
const HOSTS: Readonly<Record<string, readonly string[]>> = {
  "api.openai.com": ["openai"],
  "openai.azure.com": ["azure"],
  "cognitiveservices.azure.com": ["azure", "azure_ai"],
  "services.ai.azure.com": ["azure_ai", "azure"],
  "models.ai.azure.com": ["azure_ai"],
  "api.anthropic.com": ["anthropic"],
  "generativelanguage.googleapis.com": ["gemini"],
  "aiplatform.googleapis.com": [
    "vertex_ai",
    "vertex_ai-language-models",
    "vertex_ai-anthropic_models",
    "gemini",
  ],
  "api.mistral.ai": ["mistral"],
  "api.deepseek.com": ["deepseek"],
  "api.groq.com": ["groq"],
  "api.x.ai": ["xai"],
  "openrouter.ai": ["openrouter"],
  "api.together.xyz": ["together_ai"],
  "api.together.ai": ["together_ai"],
  "api.fireworks.ai": ["fireworks_ai", "fireworks_ai-embedding-models"],
  "api.deepinfra.com": ["deepinfra"],
  "api.cohere.com": ["cohere", "cohere_chat"],
  "api.cohere.ai": ["cohere", "cohere_chat"],
  "api.jina.ai": ["jina_ai"],
  "api.voyageai.com": ["voyage"],
  "api.perplexity.ai": ["perplexity"],
  "api.cerebras.ai": ["cerebras"],
  "api.sambanova.ai": ["sambanova"],
  "api.novita.ai": ["novita"],
  "api.hyperbolic.xyz": ["hyperbolic"],
  "api.studio.nebius.com": ["nebius"],
  "api.tokenfactory.nebius.com": ["nebius"],
  "integrate.api.nvidia.com": ["nvidia_nim"],
  "dashscope.aliyuncs.com": ["dashscope"],
  "dashscope-intl.aliyuncs.com": ["dashscope"],
  "api.moonshot.ai": ["moonshot"],
  "api.moonshot.cn": ["moonshot"],
  "api.z.ai": ["zai"],
  "open.bigmodel.cn": ["bigmodel", "zai"],
  "api.minimax.io": ["minimax"],
  "api.minimaxi.com": ["minimax"],
  "ark.cn-beijing.volces.com": ["volcengine"],
  "api.ai21.com": ["ai21"],
  "api.lambda.ai": ["lambda_ai"],
  "inference.baseten.co": ["baseten"],
  "api.morphllm.com": ["morph"],
  "api.publicai.co": ["publicai"],
  "api.githubcopilot.com": ["github_copilot"],
  "ai-gateway.vercel.sh": ["vercel_ai_gateway"],
  "api.scaleway.ai": ["scaleway"],
  "cloud.databricks.com": ["databricks"],
  "azuredatabricks.net": ["databricks"],
  "amazonaws.com": ["bedrock_mantle", "bedrock_converse", "bedrock"],
};
/** Asked by a model's bare name, in this order. */
const MAKERS = [
  "openai",
  "anthropic",
  "gemini",
  "mistral",
  "deepseek",
  "xai",
  "cohere",
  "cohere_chat",
  "moonshot",
  "dashscope",
  "zai",
  "minimax",
  "perplexity",
  "voyage",
  "jina_ai",
  "ai21",
];

/** How the second table calls whom. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  openai: "openai",
  anthropic: "anthropic",
  google: "gemini",
  mistral: "mistral",
  deepseek: "deepseek",
  "x-ai": "xai",
  groq: "groq",
  moonshotai: "moonshot",
};

function main(): void {
  const [wheel, other, date] = process.argv.slice(2);
  if (wheel === undefined || other === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(date ?? "")) {
    console.error("usage: node scripts/make-prices.ts LITELLM.whl GENAI-PRICES.whl YYYY-MM-DD");
    process.exitCode = 2;
    return;
  }
  const slim = slimTable(JSON.parse(fileIn(wheel, TABLE)));
  if (slim === undefined) throw new Error(`${TABLE} is no table of prices`);
  const [, version = ""] = /^litellm-([0-9.]+)-/.exec(basename(wheel)) ?? [];
  const notice = fileIn(wheel, `litellm-${version}.dist-info/licenses/LICENSE`);
  const head = {
    date,
    source: `LiteLLM ${version}`,
    notice: notice.slice(notice.indexOf("MIT License")).trim(),
    hosts: HOSTS,
    makers: MAKERS,
  };
  const text = `{"head":${JSON.stringify(head)},\n"models":{\n${slim.lines.join(",\n")}\n}}\n`;
  mkdirSync(join(ROOT, "pricing"), { recursive: true });
  writeFileSync(join(ROOT, "pricing/snapshot.json"), text);
  console.log(`${slim.lines.length} models written, ${slim.left} without a price left out.`);
  compare(slim.lines, fileIn(other, OTHER_TABLE));
}

function fileIn(wheel: string, path: string): string {
  return execFileSync("unzip", ["-p", wheel, path], { maxBuffer: MAX_BYTES }).toString();
}

/** Prints where both tables have a model, and its input or output is not priced alike. */
function compare(lines: readonly string[], text: string): void {
  const known = new Map(
    lines.map((line) => [line.slice(1, line.indexOf('":')), line.slice(line.indexOf(":{") + 1)]),
  );
  let same = 0;
  let differing = 0;
  for (const provider of text.split(/\n {4}Provider\(/).slice(1)) {
    const name = OTHER_NAMES[/id='([^']+)'/.exec(provider)?.[1] ?? ""];
    if (name === undefined) continue;
    for (const model of provider.split("ModelInfo(").slice(1)) {
      const id = /id='([^']+)'/.exec(model)?.[1] ?? "";
      const row = known.get(`${name}/${id.toLowerCase()}`);
      const theirs = ["input", "output"].map(
        (kind) =>
          new RegExp(`\\b${kind}_mtok=(?:TieredPrices\\(\\s*base=)?Decimal\\('([\\d.]+)'\\)`).exec(
            model,
          )?.[1],
      );
      const rates =
        row === undefined ? undefined : priceOfRow(JSON.parse(row) as Record<string, unknown>)?.rates;
      if (rates === undefined || theirs[0] === undefined) continue;
      const ours = [rates.input, rates.output].map((rate) => (rate ?? Number.NaN) / 1e9);
      if (ours.every((rate, index) => theirs[index] === undefined || rate === Number(theirs[index])))
        same += 1;
      else {
        differing += 1;
        console.log(
          `${name}/${id}: ${ours.join(" and ")} here, ${theirs.join(" and ")} there (dollars a million)`,
        );
      }
    }
  }
  console.log(`${same} prices are the same in both tables, ${differing} are not.`);
}

if (import.meta.main) main();
