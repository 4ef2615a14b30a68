// What is taken of the files that a service manager hands over, and what is refused.

import assert from "node:assert/strict";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folderFor } from "../../../test/support/folder.ts";
import { Credentials } from "./credentials.ts";
import { configFromText, environmentIn } from "./load.ts";

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

function keyOf(result: ReturnType<typeof loadWith>): string | undefined {
  assert.equal(result.kind, "ok", JSON.stringify(result));
  return result.kind === "ok" ? result.config.plan.endpoints[0]?.credentials[0]?.apiKey : undefined;
}

test("a credential stands for a variable that neither the environment nor .env has", async (t) => {
  const folder = await folderWith(t, { THE_KEY: `\ufeff${SECRET}\r\n`, "other.name": "x" });
  const env = { CREDENTIALS_DIRECTORY: folder };
  assert.equal(keyOf(loadWith(env)), SECRET);
  assert.equal(keyOf(loadWith(env, "THE_KEY=of-dot-env-0123456789\n")), "of-dot-env-0123456789");
  const set = { ...env, THE_KEY: "of-the-environment-01234" };
  assert.equal(keyOf(loadWith(set, "THE_KEY=of-dot-env-0123456789\n")), "of-the-environment-01234");
  assert.deepEqual(new Credentials(env).names(), ["THE_KEY"]);
  assert.equal((await environmentIn(folder, env)).env["THE_KEY"], SECRET);
  await symlink("THE_KEY", join(folder, "LINKED"));
  assert.equal(new Credentials(env).find("LINKED"), SECRET);
});
