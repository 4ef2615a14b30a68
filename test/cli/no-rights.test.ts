// Fault 315: files and folders that the account may not read or write, by an account without rights of root: a sentence
// with the place and a fix, and what can run runs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runCli, startCli } from "../support/cli.ts";
import { ask } from "../support/wire.ts";

const CONFIG = "server: {port: 0}\nendpoints: [{name: a, base_url: 'http://127.0.0.1:1/v1', models: [m]}]\n";
const KEYED = CONFIG.replace("models:", "api_key_file: the-key, models:");
const options = process.platform === "win32" ? { skip: "POSIX modes" } : {};

for (const language of ["en", "zh-TW"] as const) {
  test(
    `fault 315: a configuration or a key that may not be read is told (${language})`,
    options,
    async (t) => {
      const config = await runCli(t, ["serve", "--config", "config.yaml", "--lang", language], {
        files: { "config.yaml": CONFIG },
        modes: { "config.yaml": 0 },
      });
      assert.equal(config.code, 1);
      assert.match(config.stderr, /config\.yaml/);
      assert.match(config.stderr, language === "en" ? /fix: / : /修正：/);
      const key = await runCli(t, ["serve", "--lang", language], {
        files: { "config.yaml": KEYED, "the-key": "sk-canary-0123456789" },
        modes: { "the-key": 0 },
      });
      assert.equal(key.code, 1);
      assert.match(key.stderr, /OG142[\s\S]*the-key[\s\S]*(?:fix: |修正：)/);
      for (const { stdout, stderr } of [config, key])
        assert.doesNotMatch(stdout + stderr, /canary|\n {4}at /);
    },
  );

  test(
    `fault 315: a folder that cannot be written: init says so, and serve serves (${language})`,
    options,
    async (t) => {
      const modes = { ".": 0o555 };
      const init = await runCli(t, ["init", "--from-detected", "--lang", language], {
        env: { OPENAI_API_KEY: "sk-canary-0123456789", OPENAI_BASE_URL: "http://127.0.0.1:1/v1" },
        modes,
      });
      assert.equal(init.code, 1);
      assert.match(init.stderr, /[(（]EACCES[)）][\s\S]*(?:fix: |修正：)/);
      const files = { "config.yaml": CONFIG };
      const run = await startCli(t, ["serve", "--lang", language], { files, modes });
      assert.equal((await ask(await run.port(), { path: "/livez" })).status, 200);
      await run.says("stdout", /"event":"control_failed"[^\n]*EACCES[^\n]*--data-dir/);
      run.kill("SIGTERM");
      const { code, stdout, stderr } = await run.ended;
      assert.equal(code, 0);
      assert.doesNotMatch(stdout + stderr + init.stderr, /canary|\n {4}at /);
    },
  );
}

test(
  "fault 315: a data folder that may not be entered is named where client keys might be in it",
  options,
  async (t) => {
    const files = { "config.yaml": CONFIG, "data/note": "" };
    const run = await startCli(t, ["serve", "--data-dir", "data"], { files, modes: { data: 0 } });
    const [line = ""] = await run.says("stdout", /\{[^\n]*"event":"keys_unavailable"[^\n]*/);
    assert.match(line, /EACCES[^"]*Make [^"]*data readable[^"]*--data-dir/);
    run.kill("SIGTERM");
    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 0);
    assert.doesNotMatch(stdout + stderr, / at async /);
  },
);

test(
  "fault 315: commands that find nothing kept say what is wrong with the data folder, and the command that mends it",
  options,
  async (t) => {
    const files = {
      "data/note": "",
      "data/key-pepper": `${"ab".repeat(32)}\n`,
      "prices.json": '{"m":{"litellm_provider":"openai","input_cost_per_token":1}}',
    };
    const modes = { data: 0o555 };
    const shut: readonly (readonly string[])[] = [
      ["keys", "create", "--name", "a", "--data-dir", "data"],
      // A pepper is there where keys are: none that can be read are not none.
      ["keys", "list", "--data-dir", "data"],
      ["usage", "--data-dir", "data"],
      ["prices", "import", "prices.json", "--data-dir", "data"],
      ["prices", "import", "prices.json", "--data-dir", "data/deeper"],
    ];
    for (const words of shut) {
      const { code, stderr } = await runCli(t, words, { files, modes });
      assert.equal(code, 1, stderr);
      assert.match(stderr, /user \S+ may not (?:write to|make it)[\s\S]*data/, words.join(" "));
      assert.match(stderr, /fix: (?:sudo chown -R|chmod -R|sudo install -d -m 700 -o) \S+ \S*data/);
      assert.match(stderr.replaceAll(/\s+/g, " "), /--data-dir or OAI_GATEWAY_DATA_DIR/);
    }
    // What is not the gateway's is given to nobody.
    const all = ["prices", "import", "prices.json", "--data-dir", "/usr"];
    const { code, stderr } = await runCli(t, all, { files, modes });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /data folder \/usr[\s\S]*fix: name another folder/);
    const none: readonly (readonly string[])[] = [
      ["keys", "list", "--data-dir", "data/note"],
      ["usage", "--data-dir", "data/note/x"],
      ["backup", "copy", "--data-dir", "data/note"],
    ];
    for (const words of none) {
      const { code, stderr } = await runCli(t, [...words, "--lang", "zh-TW"], { files });
      assert.equal(code, 1, stderr);
      assert.match(stderr, /(?:其實是檔案|它的上層是檔案)。\n {2}修正：/, words.join(" "));
    }
  },
);
