// Tests of paths as Windows writes them: told as they are typed, and told where YAML reads a part of them as a sign.

import assert from "node:assert/strict";
import { test } from "node:test";
import { english } from "../../language/messages.ts";
import { configFromText } from "../file/load.ts";

function told(path: string): readonly string[] {
  const text = `endpoints:\n  - name: a\n    base_url: http://x/v1\n    api_key_file: ${path}\n`;
  const result = configFromText(text, { file: "config.yaml", env: {} });
  assert.ok(result.kind === "broken");
  return result.problems.map(({ code, line, col, message }) => `${code} ${line}:${col} ${english(message)}`);
}

test("a path is told as it was typed, with one backslash for each", () => {
  for (const [path, shown] of [
    ["C:\\none\\key.txt", "C:\\none\\key.txt"],
    ["'.\\none\\key.txt'", ".\\none\\key.txt"],
    ['"C:\\\\none\\\\key.txt"', "C:\\none\\key.txt"],
    ["\\\\host\\none", "\\\\host\\none"],
  ] as const)
    assert.ok(
      told(path).join().startsWith("OG142 4:19 ") && told(path).join().endsWith(`: "${shown}"`),
      path,
    );
});

test("a path in double quotes is told for its escapes, whether YAML knows them or not", () => {
  for (const path of ['"C:\\temp\\new.txt"', '"C:\\keys\\a.txt"', '".\\none\\a.txt"', '"..\\none"']) {
    const found = told(path);
    assert.match(found.join("\n"), /^OG102 4:\d+ a "\\" in double quotes begins an escape[^\n]*$/, path);
  }
  assert.match(told('"C:\\\\temp\\\\new.txt"').join("\n"), /^OG142 /);
});
