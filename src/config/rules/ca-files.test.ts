// Tests of `ca-files.ts`, over files, and of the way of a `ca_file` into the compiled endpoint.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { rootCertificates } from "node:tls";
import { englishOf } from "../../../test/support/config/english.ts";
import { folderFor } from "../../../test/support/folder.ts";
import { loadConfig } from "../file/load.ts";
import { CaFiles } from "./ca-files.ts";
import { PemFiles } from "./pem-file.ts";

const [FIRST = "", SECOND = ""] = rootCertificates;

function folderWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = folderFor(t);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test("takes the certificates and leaves everything else", (t) => {
  const key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
  const folder = folderWith(t, { "ca.pem": `issuer=x\r\n${FIRST}\n${key}\n${SECOND}\n` });
  assert.deepEqual(new CaFiles(folder, new PemFiles()).read("ca.pem"), {
    kind: "ok",
    pem: `${FIRST}\n${SECOND}\n`,
  });
});

const BAD: readonly (readonly [name: string, text: string | undefined, message: RegExp])[] = [
  ["absent", undefined, /cannot be read/],
  ["empty", "", /has no certificate/],
  ["der", "\u0000\u0082", /has no certificate/],
  ["large", "x".repeat(1_024 * 1_024 + 1), /cannot be read/],
  [
    "broken",
    `${FIRST}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
    /cannot be read, number 2/,
  ],
];

for (const [name, text, message] of BAD) {
  test(`refuses a file that is ${name}`, (t) => {
    const folder = folderWith(t, text === undefined ? {} : { [name]: text });
    const result = new CaFiles(folder, new PemFiles()).read(name);
    assert.ok(result.kind === "bad");
    assert.match(englishOf(result.message), message);
  });
}

test("what was checked is what is used, even if the file changes in between", (t) => {
  const folder = folderWith(t, { "ca.pem": FIRST });
  const files = new CaFiles(folder, new PemFiles());
  const before = files.read("ca.pem");
  writeFileSync(join(folder, "ca.pem"), "");
  assert.deepEqual(files.read("ca.pem"), before);
});

test("a ca_file is looked for beside the configuration", async (t) => {
  const folder = folderWith(t, {
    "ca.pem": FIRST,
    "config.yaml": 'endpoints: [{name: a, base_url: "https://h/v1", ca_file: ca.pem}]\n',
  });
  const result = await loadConfig(join(folder, "config.yaml"), {});
  assert.ok(result.kind === "ok");
  assert.equal(result.config.plan.endpoints[0]?.caPem, `${FIRST}\n`);
});
