// Tests of `config-text.ts`: a new file is as golden, loads, and means what was asked for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { configFromText } from "../../config/file/load.ts";
import { translator } from "../../language/messages.ts";
import { configText } from "./config-text.ts";

const EN = translator("en");

const LOCAL = { name: "ollama", baseUrl: "http://127.0.0.1:11434/v1", keyVariable: undefined, weight: 2 };

test("the text of a new file", () => {
  const openai = {
    name: "openai",
    baseUrl: "https://api.openai.com/v1",
    keyVariable: "OPENAI_API_KEY",
    weight: 1,
  };
  assert.equal(
    configText([LOCAL, openai], EN),
    `# yaml-language-server: $schema=https://raw.githubusercontent.com/oai-gateway/oai-gateway/main/config.schema.json
# Configuration of oai-gateway. A saved change is live within a second; check it with: oai-gateway check
# All keys: https://github.com/oai-gateway/oai-gateway/blob/main/docs/configuration.md (or: oai-gateway schema)
# \${VAR} comes from the environment, or from a .env file beside this one.

server:
  host: 127.0.0.1
  port: 8080

endpoints:
  - name: ollama
    base_url: http://127.0.0.1:11434/v1
    weight: 2
  - name: openai
    base_url: https://api.openai.com/v1
    api_key: \${OPENAI_API_KEY}
    weight: 1

# Models of the same name at several endpoints are one; requests rotate by weight.
routing:
  mode: merge
`,
  );
});

test("its comments are in the reader's language and name npm's form in a checkout", () => {
  const text = configText([LOCAL], translator("zh-TW", "npm run oai-gateway --"));
  assert.match(
    text,
    /^# yaml-language-server: [^\n]*\n# oai-gateway 的設定檔。[^\n]*npm run oai-gateway -- check\n/,
  );
  assert.match(text, /docs\/zh-TW\/configuration\.md/);
});

for (const language of ["en", "zh-TW"] as const)
  test(`it loads without a complaint, whatever the names are (${language})`, () => {
    const text = translator(language);
    const names = ["no", "1a", "a.b", "端點", "x#y", "true"];
    const endpoints = names.map((name) => ({ ...LOCAL, name, keyVariable: "KEY" }));
    const loaded = configFromText(configText(endpoints, text), { file: "config.yaml", env: { KEY: "sk-1" } });
    assert.equal(loaded.kind, "ok", JSON.stringify(loaded));
    assert.ok(loaded.kind === "ok");
    assert.deepEqual(loaded.warnings, []);
    assert.deepEqual(
      loaded.config.plan.endpoints.map((endpoint) => endpoint.name),
      names,
    );
  });

test("a local server at our usual port keeps it", () => {
  assert.match(configText([{ ...LOCAL, baseUrl: "http://127.0.0.1:8080/v1" }], EN), /port: 8081/);
});
