// A gateway at a terminal of 40 columns: what it says of its start, its keys and its end stays within them.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { textWidth } from "../../src/core/text-width.ts";
import { CliRun, MAIN, NODE } from "../support/cli.ts";
import { folderFor } from "../support/folder.ts";
import { homeEnvironment } from "../support/npm.ts";

// util-linux's `script` gives a command a terminal; others have options of their own.
const skip = process.platform === "linux" && existsSync("/usr/bin/script") ? false : "no terminal to be had";
const COLUMNS = 40;

for (const language of ["en", "zh-TW"])
  test(`start, help and stop fit a terminal of ${COLUMNS} columns (${language})`, { skip }, async (t) => {
    const home = folderFor(t);
    const words = `"${NODE}" "${MAIN}" --no-detect --port 0 --log-level silent --lang ${language}`;
    const child = spawn("/usr/bin/script", ["-qec", `stty cols ${COLUMNS}; ${words}`, "/dev/null"], {
      cwd: home,
      env: { ...homeEnvironment(home), TERM: "xterm", LC_ALL: "C.UTF-8" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const run = new CliRun(child, home);
    t.after(async () => {
      child.kill("SIGKILL");
      await run.ended;
    });
    await run.says("stdout", language === "en" ? /q quit/ : /q 結束/);
    child.stdin?.write("h");
    await run.says("stdout", /MODEL/);
    child.stdin?.write("q");
    await run.ended;
    const lines = stripVTControlCharacters(run.stdout).split(/\r?\n/);
    assert.match(lines.join("\n"), language === "en" ? /Stopped\./ : /已結束。/);
    // An address is one word, which cannot be broken.
    const wide = lines.filter((line) => textWidth(line) > COLUMNS && !line.includes("http://"));
    assert.deepEqual(wide, []);
  });
