// A Node that is too old gets one sentence with its fix from the installed package, in the reader's language, and no
// stack. Run by `npm run test:package` with old versions of Node from the registry.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { MAIN } from "../support/cli.ts";
import { folderFor } from "../support/folder.ts";

/** Version to the path of its `node`. */
const NODES: Readonly<Record<string, string>> = JSON.parse(process.env["OAI_GATEWAY_TEST_OLD_NODES"] ?? "{}");

const SAID = {
  "C.UTF-8": (version: string) =>
    `x oai-gateway needs Node 22.22 or newer, and this is ${version}.\n  fix: install Node 24 from https://nodejs.org, or use the single executable, which needs no Node.\n`,
  "zh_TW.UTF-8": (version: string) =>
    `✖ oai-gateway 需要 Node 22.22 或更新的版本，目前是 ${version}。\n  修正：從 https://nodejs.org 安裝 Node 24，或改用不需要 Node 的單一執行檔。\n`,
  "zh_CN.UTF-8": (version: string) =>
    `✖ oai-gateway 需要 Node 22.22 或更高版本，当前是 ${version}。\n  修复：从 https://nodejs.org 安装 Node 24，或改用不需要 Node 的单个可执行文件。\n`,
};

for (const [version, node] of Object.entries(NODES)) {
  for (const [locale, said] of Object.entries(SAID))
    test(`Node ${version} gets one sentence and its fix (${locale})`, (t) => {
      const cwd = folderFor(t);
      for (const args of [[], ["demo"], ["serve", "--config", "none.yaml"], ["--version"]]) {
        const { status, stdout, stderr } = spawnSync(node, [MAIN, ...args], {
          cwd,
          encoding: "utf8",
          env: { PATH: process.env["PATH"], HOME: cwd, LC_ALL: locale },
        });
        assert.deepEqual([status, stdout, stderr], [1, "", said(version)]);
      }
    });
}
