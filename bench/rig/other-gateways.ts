// Other gateways, each as its own pages say that it is run for speed: request logs that go to a terminal or a file are
// off, what makes it itself is on. They are installed into a folder of the rig's, or found there and on the path.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { AUTHORITY } from "./own-peers.ts";
import type { Peer, Place } from "./peers.ts";

/** What is measured, or why not. */
export type Found = { readonly peer: Peer } | { readonly name: string; readonly why: string };

/** An install has this long. */
const INSTALL_MS = 900_000;
const SLOW_START_MS = 120_000;
const LITELLM = "1.108.7";
const PORTKEY = "1.15.2";
const KEY = "sk-bench-1234";
const BEARER = `Authorization: Bearer ${KEY}\r\n`;
const UPSTREAM_KEY = "sk-upstream";

/** Each of them by name; finding one may install it into the folder. */
export const OTHERS: Readonly<Record<string, (folder: string) => Found>> = {
  "gpt-load": gptLoad,
  gomodel: goModel,
  portkey,
  litellm,
};

function urlOf({ setting, endpoint }: Place): string {
  return setting === "tls" ? `https://127.0.0.1:${endpoint.tls}` : `http://127.0.0.1:${endpoint.plain}`;
}

function failingUrl({ endpoint }: Place): string {
  return `http://127.0.0.1:${endpoint.failing}`;
}

/** GoModel as in its own benchmark: no usage tracking, no admin, no list of models from elsewhere. */
function goModel(folder: string): Found {
  const program = programOf("gomodel", folder);
  if (program === undefined) return missingProgram("gomodel", folder);
  const peer: Peer = {
    name: "gomodel",
    settings: ["cost", "tls", "shape"],
    command: (place) => {
      writeFileSync(join(place.folder, "config.yaml"), 'cache: { model: { model_list: { url: "" } } }\n');
      return [program];
    },
    env: (place) => ({
      PORT: String(place.port),
      OPENAI_API_KEY: UPSTREAM_KEY,
      OPENAI_BASE_URL: `${urlOf(place)}/v1`,
      GOMODEL_MASTER_KEY: KEY,
      LOG_LEVEL: "warn",
      LOGGING_ENABLED: "false",
      USAGE_ENABLED: "false",
      ADMIN_ENDPOINTS_ENABLED: "false",
      ADMIN_UI_ENABLED: "false",
      SWAGGER_ENABLED: "false",
      STORAGE_TYPE: "sqlite",
      SQLITE_PATH: join(place.folder, "gomodel.db"),
      GOMODEL_CACHE_DIR: join(place.folder, "cache"),
      SSL_CERT_FILE: AUTHORITY,
    }),
    headers: () => BEARER,
  };
  return { peer };
}

/** GPT-Load with one group; its key and its endpoint go in by its API. */
function gptLoad(folder: string): Found {
  const program = programOf("gpt-load", folder);
  if (program === undefined) return missingProgram("gpt-load", folder);
  const peer: Peer = {
    name: "gpt-load",
    settings: ["cost", "tls", "shape"],
    command: () => [program],
    env: (place) => ({
      PORT: String(place.port),
      HOST: "127.0.0.1",
      AUTH_KEY: KEY,
      DATABASE_DSN: join(place.folder, "gpt-load.db"),
      LOG_LEVEL: "error",
      MAX_CONCURRENT_REQUESTS: "4096",
      SSL_CERT_FILE: AUTHORITY,
    }),
    headers: () => BEARER,
    path: "/proxy/bench/v1/chat/completions",
    prepare: async (place) => {
      const group = await setUp(place.port, "/api/groups", {
        name: "bench",
        group_type: "standard",
        channel_type: "openai",
        test_model: "mock",
        upstreams: [{ url: urlOf(place), weight: 1 }],
        proxy_keys: KEY,
      });
      await setUp(place.port, "/api/keys/add-multiple", {
        group_id: group.data?.id,
        keys_text: UPSTREAM_KEY,
      });
    },
  };
  return { peer };
}

async function setUp(port: number, path: string, body: object): Promise<{ data?: { id?: number } }> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${text}`);
  return JSON.parse(text) as { data?: { id?: number } };
}

/** Portkey's gateway from npm, as `npx @portkey-ai/gateway` runs it. */
function portkey(folder: string): Found {
  const home = join(folder, `portkey-${PORTKEY}`);
  const program = join(home, "node_modules/@portkey-ai/gateway/build/start-server.js");
  if (!existsSync(program)) {
    mkdirSync(home, { recursive: true });
    const install = ["install", "--prefix", home, "--ignore-scripts", `@portkey-ai/gateway@${PORTKEY}`];
    const why = installed("npm", install);
    if (why !== undefined) return { name: "portkey", why };
  }
  const target = (url: string): object => ({
    provider: "openai",
    custom_host: `${url}/v1`,
    api_key: UPSTREAM_KEY,
  });
  const peer: Peer = {
    name: "portkey",
    settings: ["cost", "failing", "tls", "shape"],
    command: ({ port }) => [process.execPath, program, `--port=${port}`, "--headless"],
    env: () => ({ TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost", NODE_EXTRA_CA_CERTS: AUTHORITY }),
    headers: (place) => {
      if (place.setting !== "failing")
        return `Authorization: Bearer ${UPSTREAM_KEY}\r\nx-portkey-provider: openai\r\nx-portkey-custom-host: ${urlOf(place)}/v1\r\n`;
      const half = (first: string, second: string): object => ({
        strategy: { mode: "fallback" },
        targets: [target(first), target(second)],
      });
      const config = {
        strategy: { mode: "loadbalance" },
        targets: [half(urlOf(place), failingUrl(place)), half(failingUrl(place), urlOf(place))],
      };
      return `x-portkey-config: ${JSON.stringify(config)}\r\n`;
    },
  };
  return { peer };
}

/** LiteLLM's proxy from PyPI: one worker, a master key, no database. */
function litellm(folder: string): Found {
  const home = join(folder, `litellm-${LITELLM}`);
  const program = join(home, "bin/litellm");
  if (!existsSync(program)) {
    const why =
      installed("python3", ["-m", "venv", home]) ??
      installed(join(home, "bin/pip"), ["install", "--quiet", `litellm[proxy]==${LITELLM}`]);
    if (why !== undefined) return { name: "litellm", why };
  }
  const peer: Peer = {
    name: "litellm",
    settings: ["cost", "failing", "tls", "shape"],
    command: (place) => {
      writeFileSync(join(place.folder, "litellm.yaml"), litellmFile(place));
      const config = join(place.folder, "litellm.yaml");
      return [
        program,
        "--config",
        config,
        "--host",
        "127.0.0.1",
        "--port",
        String(place.port),
        "--num_workers",
        "1",
      ];
    },
    env: () => ({
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      LITELLM_LOG: "ERROR",
      LITELLM_MODE: "PRODUCTION",
      NO_DOCS: "True",
      SSL_CERT_FILE: AUTHORITY,
    }),
    headers: () => BEARER,
    startsWithinMs: SLOW_START_MS,
  };
  return { peer };
}

function litellmFile(place: Place): string {
  const entry = (model: string, url: string): string =>
    `  - {model_name: ${model}, litellm_params: {model: openai/${model}, api_base: "${url}/v1", api_key: ${UPSTREAM_KEY}}}`;
  const models = ["mock", "mock-n200", "mock-n50-d100", "gpt-4o-mini"].map((model) =>
    entry(model, urlOf(place)),
  );
  if (place.setting === "failing") models.push(entry("mock", failingUrl(place)));
  const retries = place.setting === "failing" ? 2 : 0;
  return `model_list:\n${models.join("\n")}\nlitellm_settings: {telemetry: false, num_retries: ${retries}, request_timeout: 60}\ngeneral_settings: {master_key: ${KEY}}\n`;
}

/** A program in `bin` of the rig's folder, or on the path. */
function programOf(name: string, folder: string): string | undefined {
  const places = [join(folder, "bin"), ...(process.env["PATH"] ?? "").split(delimiter)];
  return places.map((place) => join(place, name)).find((path) => existsSync(path));
}

function missingProgram(name: string, folder: string): Found {
  const why = `no registry has it; a \`${name}\` in ${join(folder, "bin")} or on the path is measured`;
  return { name, why };
}

/** Why a command failed; undefined where it did not. */
function installed(program: string, args: readonly string[]): string | undefined {
  process.stderr.write(`${program} ${args.join(" ")}\n`);
  const { status, error } = spawnSync(program, args, {
    stdio: ["ignore", "ignore", "inherit"],
    timeout: INSTALL_MS,
  });
  if (status === 0) return undefined;
  return `\`${program} ${args[0]}\` failed${error === undefined ? "" : ` (${error.message})`}`;
}
