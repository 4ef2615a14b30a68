// Faults in the credentials that a service manager hands over as files.

import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { configFromText } from "../../../src/config/file/load.ts";
import { englishOf } from "../../support/config/english.ts";
import { folderFor } from "../../support/folder.ts";

const SECRET = "canary-of-a-credential-0123456789";

async function folderWith(t: TestContext, files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = folderFor(t);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

function loadWith(env: Readonly<Record<string, string>>, envFileText?: string, value = "${THE_KEY}") {
  const text = `endpoints:\n  - {name: e, base_url: "http://127.0.0.1:1/v1", api_key: "${value}"}\n`;
  return configFromText(text, { file: "config.yaml", env, envFileText });
}

test("fault 252: a credential that cannot be used is a problem with a fix, and nothing of it is shown", async (t) => {
  const folder = await folderWith(t, {
    EMPTY: "",
    BLANK: " \n",
    LINES: `${SECRET}\n${SECRET}\n`,
    TWO_ENDS: `${SECRET}\n\n`,
    NUL: `${SECRET}\0`,
    BINARY: Buffer.from([0xff, 0xfe, 0x41, 0x00]),
    LARGE: SECRET.repeat(3_000),
  });
  await mkdir(join(folder, "FOLDER"));
  await symlink("CIRCLE", join(folder, "CIRCLE"));
  const cases: readonly (readonly [string, RegExp])[] = [
    ["EMPTY", /is empty/],
    ["BLANK", /is empty/],
    ["LINES", /several lines/],
    ["TWO_ENDS", /several lines/],
    ["NUL", /control character/],
    ["BINARY", /no UTF-8 text/],
    ["LARGE", /larger than 64 KiB/],
    ["FOLDER", /no plain file/],
    ["CIRCLE", /cannot be read \(ELOOP\)/],
  ];
  for (const [name, why] of cases) {
    // A default hides nothing that was given.
    for (const value of [`\${${name}}`, `\${${name}:-sk-of-the-default-0123}`]) {
      const result = loadWith({ CREDENTIALS_DIRECTORY: folder }, undefined, value);
      assert.equal(result.kind, "broken", name);
      if (result.kind !== "broken") continue;
      assert.deepEqual(
        result.problems.map((problem) => problem.code),
        ["OG139"],
      );
      assert.match(englishOf(result.problems[0]?.message), why);
      assert.match(englishOf(result.problems[0]?.fix), new RegExp(`LoadCredential=${name}:PATH`));
      assert.doesNotMatch(JSON.stringify(result), /canary/);
    }
  }
});

test("fault 252: a credential that is missing is a variable that is not set, and says how to hand it over", async (t) => {
  const folder = await folderWith(t, { THE_KEEY: SECRET });
  for (const [credentials, hint] of [
    [folder, /did you mean \$\{THE_KEEY\}\?.*LoadCredential=THE_KEY:PATH/],
    [join(folder, "gone"), /LoadCredential=THE_KEY:PATH/],
    ["relative", /export it, or put it in \.env next to config\.yaml$/],
  ] as const) {
    const result = loadWith({ CREDENTIALS_DIRECTORY: credentials });
    assert.equal(result.kind, "broken");
    if (result.kind !== "broken") continue;
    assert.equal(result.problems[0]?.code, "OG130");
    assert.match(englishOf(result.problems[0]?.fix), hint);
  }
});
