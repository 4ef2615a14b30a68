// Tests of placeholders: those of other programs and of examples are warned about, and nothing that may be a key is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { english, englishText } from "../../../test/support/config/english.ts";
import { endpoint, placesOf, problemsOf, server } from "../../../test/support/config/samples.ts";
import { configFromText } from "../file/load.ts";
import { placeholderIn } from "./placeholders.ts";

/** Each with the variable that the fix names; undefined where it names none. */
const PLACEHOLDERS: Readonly<Record<string, string | undefined>> = {
  "os.environ/MY_SECRET_KEY": "MY_SECRET_KEY",
  'os.environ["MY_KEY"]': "MY_KEY",
  "os.getenv('MY_KEY')": "MY_KEY",
  "process.env.MY_KEY": "MY_KEY",
  "env:MY_KEY": "MY_KEY",
  "secrets.MY_KEY": "MY_KEY",
  $MY_KEY: "MY_KEY",
  "$(MY_KEY)": "MY_KEY",
  "$env:MY_KEY": "MY_KEY",
  "{{MY_KEY}}": "MY_KEY",
  "{{ env.MY_KEY }}": "MY_KEY",
  "{{ .Values.apiKey }}": undefined,
  "${{ secrets.MY_KEY }}": "MY_KEY",
  "{MY_KEY}": "MY_KEY",
  "{env.MY_KEY}": "MY_KEY",
  "%MY_KEY%": "MY_KEY",
  "#{MY_KEY}": "MY_KEY",
  OPENAI_API_KEY: "OPENAI_API_KEY",
  "<your-key>": undefined,
  "<API key>": undefined,
  "[your key]": undefined,
  YOUR_API_KEY: "YOUR_API_KEY",
  "your-api-key": undefined,
  "your-api-key-here": undefined,
  "sk-your-openai-key": undefined,
  "insert key here": undefined,
  "sk-xxx": undefined,
  "sk-xxxxxxxxxxxxxxxx": undefined,
  "sk-...": undefined,
  "sk-…": undefined,
  "sk-***": undefined,
  xxxx: undefined,
  changeme: undefined,
  "replace-me": undefined,
  "Bearer $MY_TOKEN": "MY_TOKEN",
};

test("placeholders of other programs and of examples are known, and the variable is named where there is one", () => {
  for (const [text, name] of Object.entries(PLACEHOLDERS)) {
    const found = placeholderIn(text);
    assert.ok(found !== undefined, text);
    if (text !== "YOUR_API_KEY") assert.equal(found.name, name, text);
  }
});

test("what servers are given on purpose, and whatever may be a key, is none", () => {
  const keys = [
    "unused",
    "none",
    "dummy",
    "EMPTY",
    "ollama",
    "lm-studio",
    "not-needed",
    "sk-no-key-required",
    "sk-1234",
    "sk-proj-Ab3dEf6hIj9kLmNoPqRsTuVw",
    "AIzaSyA-1234567890abcdefghijklmnopqrstu",
    "hf_abcdefGHIJKL",
    "$2b$10$abcdefghijk",
    "a.b.c",
    "key",
    "xai-abc",
    "A1B2C3D4",
  ];
  for (const key of keys) assert.equal(placeholderIn(key), undefined, key);
});

test("a name that may be half of a key is not shown", () => {
  const fix = english(problemsOf(endpoint("api_key: $A1B2C3D4E5F6G7H8I9"))).map((problem) => problem.fix);
  assert.ok(fix.every((text) => text?.includes("A1B2") !== true));
});

test("as a key, a client key, a header or in an address: a warning that the text itself is sent, and the file is taken", () => {
  const text = endpoint("api_key: os.environ/MY_SECRET_KEY");
  assert.equal(configFromText(text, { file: "config.yaml", env: {} }).kind, "ok");
  assert.match(
    englishText(problemsOf(text)),
    /warning\[OG135\]: endpoints\[0\]\.api_key looks like a placeholder; the text itself is sent as the key[\s\S]*fix: write \$\{MY_SECRET_KEY\}/,
  );
  assert.deepEqual(placesOf(endpoint('api_keys: ["%A_KEY%", "sk-1"]')), ["OG135 4:16"]);
  assert.deepEqual(placesOf(server('api_keys: ["YOUR_API_KEY"]')), ["OG135 5:14"]);
  assert.deepEqual(placesOf(endpoint('headers: {x-key: "{{KEY}}"}')), ["OG135 4:22"]);
  assert.deepEqual(placesOf(endpoint("organization: $ORG")), ["OG135 4:19"]);
  assert.deepEqual(placesOf(endpoint().replace("h:1", "YOUR-RESOURCE.openai.azure.com")), ["OG135 3:15"]);
  assert.deepEqual(placesOf(endpoint().replace("http://h:1/v1", "http://h/{{x}}/v1")), ["OG135 3:15"]);
});

test("where the text could never be sent, the fix is the same", () => {
  const cases: readonly (readonly [string, string])[] = [
    [endpoint('api_key: "{{ MY_KEY }}"'), "OG132 4:14"],
    [endpoint('api_key: "<your key>"'), "OG132 4:14"],
    [endpoint().replace("http://h:1/v1", "os.environ/BASE_URL"), "OG122 3:15"],
    [endpoint().replace("http://h:1/v1", "$BASE_URL"), "OG122 3:15"],
    [endpoint("api_key: {{MY_KEY}}"), "OG135 4:14"],
    [endpoint("api_key: {MY_KEY}"), "OG135 4:14"],
    [endpoint("api_key: %MY_KEY%"), "OG135 4:14"],
  ];
  for (const [text, place] of cases) {
    const [first] = english(problemsOf(text));
    assert.ok(first !== undefined, text);
    assert.equal(placesOf(text)[0]?.replace("OG112", "OG135"), place, text);
    assert.match(first.fix ?? "", /write \$\{\w+\}/, text);
  }
});
