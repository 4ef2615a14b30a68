// Other gateways, each as its own pages say that it is run for speed: request logs that go to a terminal or a file are
// off, what makes it itself is on. They are installed into a folder of the rig's, or found there and on the path.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { AUTHORITY, EVERYWHERE } from "./own-peers.ts";
import type { Peer, Place } from "./peers.ts";

/** What is measured, or why not. */
export type Found = { readonly peer: Peer } | { readonly name: string; readonly why: string };

/** An install has this long. */
const INSTALL_MS = 900_000;
const SLOW_START_MS = 120_000;
const LITELLM = "1.108.7";
const PORTKEY = "1.15.2";
/** The newest server below Portkey with which its streams pass: later ones let it add no fields to their heads. */
const PORTKEY_SERVER = "1.14.1";
/** How two endpoints share the load, where a gateway can weigh them, as with ours. */
const WEIGHTS = [10, 5] as const;
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

/** The same endpoint twice, and in the setting for failures one that always fails. */
function urlsOf(place: Place): readonly [string, string] {
  const failing = `http://127.0.0.1:${place.endpoint.failing}`;
  return [urlOf(place), place.setting === "failing" ? failing : urlOf(place)];
}

/**
 * GoModel as in its own benchmark: no usage tracking, no admin, no list of models from elsewhere, no retries and no breaker,
 * which clients that leave would open for the scenarios after. It gives a model to one endpoint, and listens on all
 * addresses.
 */
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
      RETRY_MAX_RETRIES: "0",
      CIRCUIT_BREAKER_FAILURE_THRESHOLD: "1000000000",
      STORAGE_TYPE: "sqlite",
      SQLITE_PATH: join(place.folder, "gomodel.db"),
      GOMODEL_CACHE_DIR: join(place.folder, "cache"),
      SSL_CERT_FILE: AUTHORITY,
    }),
    headers: () => BEARER,
  };
  return { peer };
}

/**
 * GPT-Load 1 with one group; its key and its endpoints go in by its API. Its only key stays in use when an endpoint fails,
 * and it keeps as many idle connections as nginx.
 */
function gptLoad(folder: string): Found {
  const program = programOf("gpt-load", folder);
  if (program === undefined) return missingProgram("gpt-load", folder);
  const peer: Peer = {
    name: "gpt-load",
    settings: EVERYWHERE,
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
        upstreams: urlsOf(place).map((url, index) => ({ url, weight: WEIGHTS[index] })),
        proxy_keys: KEY,
        config: {
          blacklist_threshold: 0,
          // A retry may meet the endpoint that fails again, one time in three.
          max_retries: place.setting === "failing" ? 5 : 0,
          max_idle_conns: 2_048,
          max_idle_conns_per_host: 2_048,
        },
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

/** Portkey's gateway from npm, as `npx @portkey-ai/gateway` runs it but for the server below it. */
function portkey(folder: string): Found {
  const home = join(folder, `portkey-${PORTKEY}-server-${PORTKEY_SERVER}`);
  const program = join(home, "node_modules/@portkey-ai/gateway/build/start-server.js");
  if (!existsSync(program)) {
    mkdirSync(home, { recursive: true });
    const wanted = {
      private: true,
      dependencies: { "@portkey-ai/gateway": PORTKEY },
      overrides: { "@hono/node-server": PORTKEY_SERVER },
    };
    writeFileSync(join(home, "package.json"), JSON.stringify(wanted));
    const why = installed("npm", ["install", "--prefix", home, "--ignore-scripts"]);
    if (why !== undefined) return { name: "portkey", why };
  }
  const peer: Peer = {
    name: "portkey",
    settings: EVERYWHERE,
    command: ({ port }) => [process.execPath, program, `--port=${port}`, "--headless"],
    env: () => ({ TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost", NODE_EXTRA_CA_CERTS: AUTHORITY }),
    headers: (place) => `x-portkey-config: ${JSON.stringify(portkeyConfig(place))}\r\n`,
  };
  return { peer };
}

/** One of the two by weight; where one fails, the other follows. */
function portkeyConfig(place: Place): object {
  const targets = urlsOf(place).map((url) => ({
    provider: "openai",
    custom_host: `${url}/v1`,
    api_key: UPSTREAM_KEY,
  }));
  const strategy = { mode: "fallback" };
  const orders = place.setting === "failing" ? [targets, targets.toReversed()] : undefined;
  const shared = orders?.map((order) => ({ strategy, targets: order })) ?? targets;
  return {
    strategy: { mode: "loadbalance" },
    targets: shared.map((one, index) => ({ ...one, weight: WEIGHTS[index] })),
  };
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
    settings: EVERYWHERE,
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
  const models = ["mock", "mock-n200", "mock-n50-d100", "gpt-4o-mini"].flatMap((model) =>
    urlsOf(place).map(
      (url, index) =>
        `  - {model_name: ${model}, litellm_params: {model: openai/${model}, api_base: "${url}/v1", api_key: ${UPSTREAM_KEY}, weight: ${WEIGHTS[index]}}}`,
    ),
  );
  const retries = place.setting === "failing" ? 2 : 0;
  return `model_list:\n${models.join("\n")}\nlitellm_settings: {telemetry: false, num_retries: ${retries}, request_timeout: 60}\ngeneral_settings: {master_key: ${KEY}}\n`;
}

/** A program in `bin` of the rig's folder, or on the path. */
function programOf(name: string, folder: string): string | undefined {
  const places = [join(folder, "bin"), ...(process.env["PATH"] ?? "").split(delimiter)];
  return places.map((place) => join(place, name)).find((path) => existsSync(path));
}

function missingProgram(name: string, folder: string): Found {
  const why = `no registry has it as a package; a \`${name}\` in ${join(folder, "bin")} or on the path is measured`;
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
