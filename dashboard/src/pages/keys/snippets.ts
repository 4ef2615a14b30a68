// How each app is told of the gateway: texts to copy, and for apps with forms, what goes into their fields.

/** What a snippet is about: the address without a path, a key, and a model's name. */
export type Connection = { readonly origin: string; readonly key: string; readonly model: string };

/** The apps that have a form of their own, in which three values are typed. */
export const FORM_APPS = ["openWebUi", "cherryStudio", "cline"] as const;

/** One of them. */
export type FormApp = (typeof FORM_APPS)[number];

/** A text to copy; `file` is where it goes, where that is a file. */
export type Snippet = { readonly app: string; readonly text: string; readonly file?: string };

/** The snippets, one for each app. */
export function snippetsFor(connection: Connection): readonly Snippet[] {
  return [curl(connection), ...sdks(connection), ...agents(connection)];
}

function curl({ origin, key, model }: Connection): Snippet {
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] });
  return {
    app: "curl",
    text: [
      `curl ${quoted(`${origin}/v1/chat/completions`)} \\`,
      `  -H ${quoted(`Authorization: Bearer ${key}`)} -H 'Content-Type: application/json' \\`,
      `  -d ${quoted(body)}`,
    ].join("\n"),
  };
}

function sdks({ origin, key, model }: Connection): readonly Snippet[] {
  const [url, secret, name] = [`${origin}/v1`, key, model].map((value) => JSON.stringify(value));
  return [
    {
      app: "OpenAI (Python)",
      text: `from openai import OpenAI

client = OpenAI(base_url=${url}, api_key=${secret})
answer = client.chat.completions.create(
    model=${name},
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
    },
    {
      app: "OpenAI (JavaScript)",
      text: `import OpenAI from "openai";

const client = new OpenAI({ baseURL: ${url}, apiKey: ${secret} });
const answer = await client.chat.completions.create({
  model: ${name},
  messages: [{ role: "user", content: "Hello" }],
});
console.log(answer.choices[0].message.content);`,
    },
    {
      app: "LangChain",
      text: `from langchain_openai import ChatOpenAI

chat = ChatOpenAI(base_url=${url}, api_key=${secret}, model=${name})
print(chat.invoke("Hello").content)`,
    },
  ];
}

function agents({ origin, key, model }: Connection): readonly Snippet[] {
  const [url, secret, name] = [`${origin}/v1`, key, model].map((value) => JSON.stringify(value));
  return [
    {
      app: "Claude Code",
      text: `export ANTHROPIC_BASE_URL=${quoted(origin)}
export ANTHROPIC_AUTH_TOKEN=${quoted(key)}
claude --model ${quoted(model)}`,
    },
    {
      app: "Codex",
      file: "~/.codex/config.toml",
      text: `model = ${name}
model_provider = "gateway"

[model_providers.gateway]
name = "gateway"
base_url = ${url}
wire_api = "responses"
supports_websockets = true
env_key = "OAI_GATEWAY_KEY"

# export OAI_GATEWAY_KEY=${quoted(key)}`,
    },
    {
      app: "Continue",
      file: "~/.continue/config.yaml",
      text: `models:
  - name: gateway
    provider: openai
    model: ${name}
    apiBase: ${url}
    apiKey: ${secret}`,
    },
  ];
}

/** A word of a shell, whatever is in it. */
function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
