// Tests of try-command.ts: the request to paste is one request in each shell, whatever the model is called.

import assert from "node:assert/strict";
import { test } from "node:test";
import { tryCommand } from "./try-command.ts";

const REQUEST = { url: "http://127.0.0.1:8080", model: "qwen3:8b", clientKey: "KEY" };
const ODD = 'it\'s "50%" & <名>|^`$x\\';

test("a model's name cannot break out of the quotes of the command", () => {
  assert.match(
    tryCommand({ ...REQUEST, model: "it's" }, "posix"),
    /Bearer KEY' \\\n {6}-d '\{"model":"it'\\''s"/,
  );
});

test("a command to try is broken only where it may be, when the terminal is narrow", () => {
  assert.equal(
    tryCommand({ ...REQUEST, columns: 60 }, "posix"),
    `    curl http://127.0.0.1:8080/v1/chat/completions \\
      -H 'content-type: application/json' \\
      -H 'authorization: Bearer KEY' \\
      -d '{"model":"qwen3:8b",
        "messages":[{"role":"user",
        "content":"hi"}]}'`,
  );
});

test("PowerShell is given a request of its own, and its body is ASCII without a quote of PowerShell's", () => {
  assert.equal(
    tryCommand({ ...REQUEST, columns: 100 }, "powershell"),
    `    (irm http://127.0.0.1:8080/v1/chat/completions \`
      -Method Post \`
      -ContentType application/json \`
      -Headers @{authorization='Bearer KEY'} \`
      -Body '{"model":"qwen3:8b",
        "messages":[{"role":"user",
        "content":"hi"}]}').choices.message.content`,
  );
  const [, body] = /-Body '([^']*)'/.exec(tryCommand({ ...REQUEST, model: ODD }, "powershell")) ?? [];
  assert.match(body ?? "", /^[ -~]+$/);
  assert.equal(JSON.parse(body ?? "").model, ODD);
});

test("cmd is given double quotes, and nothing in them that it reads as its own", () => {
  assert.equal(
    tryCommand(REQUEST, "cmd"),
    `    curl http://127.0.0.1:8080/v1/chat/completions -H "content-type: application/json" -H "authorization: Bearer KEY" ^
      -d "{\\"model\\":\\"qwen3:8b\\",\\"messages\\":[{\\"role\\":\\"user\\",\\"content\\":\\"hi\\"}]}"`,
  );
  const [, body] = /-d "(.*)"$/.exec(tryCommand({ ...REQUEST, model: ODD }, "cmd")) ?? [];
  assert.doesNotMatch(body ?? "", /[&|<>^%]/);
  assert.equal(JSON.parse((body ?? "").replaceAll('\\"', '"')).model, ODD);
});
