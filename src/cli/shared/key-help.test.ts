// Tests of `key-help.ts`: every key that works is there, and the lines fit the terminal.

import assert from "node:assert/strict";
import { test } from "node:test";
import { textWidth } from "../../core/text-width.ts";
import { translator } from "../../language/messages.ts";
import type { CommandContext } from "../terminal/command.ts";
import { createTerminal } from "../terminal/terminal.ts";
import { keyHelpLines } from "./key-help.ts";

const URL = "http://127.0.0.1:18080";

for (const [language, columns] of [
  ["en", 80],
  ["zh-TW", 80],
  ["en", 64],
  ["zh-TW", 64],
] as const) {
  test(`the keys and what they do (${language}, ${columns} columns)`, () => {
    const stream = { isTTY: true, columns, write: () => true };
    const command = "npm run oai-gateway --";
    const context: CommandContext = {
      terminal: createTerminal({ stdin: stream, stdout: stream, stderr: stream }, { NO_COLOR: "1" }),
      text: translator(language, command),
      language,
      env: {},
      cwd: "/",
      command,
      isJson: false,
    };
    const lines = keyHelpLines(context, { url: URL, reload: "help.look", hasDemo: true });
    const text = lines.join("\n");
    for (const line of text.split("\n")) assert.ok(textWidth(line) <= columns, line);
    assert.match(text, /^ +r .*\.env/m);
    assert.match(text, /^ +d /m);
    assert.match(text, /^ +q {2}Ctrl-C /m);
    assert.match(text, /npm run oai-gateway -- doctor/);
    const served = keyHelpLines(context, { url: URL, reload: "help.reload", hasDemo: false }).join("\n");
    assert.doesNotMatch(served, /^ +d /m);
  });
}
