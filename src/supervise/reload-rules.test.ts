import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayConfig } from "../config/compile.ts";
import { configFromText } from "../config/file/load.ts";
import { checkReload, isExposed, ReloadRefused } from "./reload-rules.ts";

const WITH_ENDPOINT = 'endpoints: [{name: a, base_url: "http://127.0.0.1:1/v1"}]';

function configOf(text: string): GatewayConfig {
  const loaded = configFromText(text, { file: "test.yaml", env: {} });
  if (loaded.kind === "broken") throw new Error(loaded.problems.map(({ message }) => message).join());
  return loaded.config;
}

function refusalOf(after: string, more: { boundHost?: string; isAsked?: boolean } = {}): string | undefined {
  const { boundHost = "127.0.0.1", isAsked = false } = more;
  try {
    checkReload({ before: configOf(WITH_ENDPOINT), after: configOf(after), boundHost, isAsked });
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ReloadRefused);
    return error.reason;
  }
}

test("a save that leaves no endpoint where there was one is refused, unless somebody asks for it", () => {
  assert.equal(refusalOf("endpoints: []"), "takes_all_away");
  assert.equal(refusalOf("endpoints: []", { isAsked: true }), undefined);
  assert.equal(refusalOf(WITH_ENDPOINT), undefined);
});

test("where there was no endpoint, none may stay", () => {
  const empty = configOf("endpoints: []");
  checkReload({ before: empty, after: empty, boundHost: "127.0.0.1", isAsked: false });
});

test("exposure is judged by the bound host, whoever asks", () => {
  assert.equal(refusalOf(WITH_ENDPOINT, { boundHost: "0.0.0.0", isAsked: true }), "exposed");
  assert.equal(refusalOf(WITH_ENDPOINT, { boundHost: "::1" }), undefined);
  const keyed = `server: {host: "0.0.0.0", api_keys: [sk-client-key-1]}\n${WITH_ENDPOINT}`;
  assert.equal(refusalOf(keyed, { boundHost: "0.0.0.0" }), undefined);
  const anonymous = `server: {host: "0.0.0.0", allow_anonymous: true}\n${WITH_ENDPOINT}`;
  assert.equal(refusalOf(anonymous, { boundHost: "0.0.0.0" }), undefined);
});

test("before anything is bound the configured host counts", () => {
  const config = configOf(WITH_ENDPOINT);
  assert.equal(isExposed(config), false);
  assert.equal(isExposed({ ...config, server: { ...config.server, host: "192.0.2.1" } }), true);
});
