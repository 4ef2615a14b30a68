#!/usr/bin/env node
// The command: checks that Node is new enough, keeps compiled code between runs, and starts the program. Written in
// the JavaScript of 2009, without a package or a newer word, so that a Node of any age can read it and say the
// sentence. The build copies this file and puts the bundle in the place of the sources.
"use strict";

/** The program: the sources in a checkout. */
var PROGRAM = "../src/main.ts";

var versions = process.versions.node.split(".");
var isOld = Number(versions[0]) < 22 || (Number(versions[0]) === 22 && Number(versions[1]) < 22);

if (isOld) {
  process.stderr.write(sentence());
  process.exitCode = 1;
} else {
  var folder = require("./compile-cache.cjs").compileCacheFolder(process.env);
  if (folder !== undefined) require("node:module").enableCompileCache(folder);
  require(PROGRAM);
}

/** What is wrong and what helps, in the reader's language. */
function sentence() {
  var found = process.versions.node;
  if (isChinese()) {
    return (
      "✘ oai-gateway 需要 Node 22.22 或更新的版本，目前是 " +
      found +
      "。\n" +
      "  修正：從 https://nodejs.org 安裝 Node 24，或改用不需要 Node 的單一執行檔。\n"
    );
  }
  return (
    "x oai-gateway needs Node 22.22 or newer, and this is " +
    found +
    ".\n" +
    "  fix: install Node 24 from https://nodejs.org, or use the single executable, which needs no Node.\n"
  );
}

/** Whether the reader has Chinese; `--lang` wins over the locale, as everywhere. */
function isChinese() {
  var words = process.argv.slice(2);
  for (var at = 0; at < words.length; at += 1) {
    var word = words[at] || "";
    if (word === "--lang") return /^zh/i.test(words[at + 1] || "");
    if (word.indexOf("--lang=") === 0) return /^zh/i.test(word.slice(7));
  }
  var env = process.env;
  var language = env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "";
  var characters = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  // A terminal of another coding would show other signs.
  return (
    /^zh[-_](?:TW|HK|MO|Hant)/i.test(language) && (/utf-?8/i.test(characters) || characters.indexOf(".") < 0)
  );
}
