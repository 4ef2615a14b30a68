#!/usr/bin/env node
// The command: checks that Node is new enough, keeps compiled code between runs, and starts the program. Written in
// the JavaScript of 2009, without a package or a newer word, so that a Node of any age can read it and say the
// sentence. The build copies this file and puts the bundle in the place of the sources.
"use strict";

/** The program: the sources in a checkout. */
var PROGRAM = "../src/main.ts";
/** Which build it is. */
var BUILD = "";
var IS_CHECKOUT = /\.ts$/.test(PROGRAM);

start();

function start() {
  var versions = process.versions.node.split(".");
  var isOld = Number(versions[0]) < 22 || (Number(versions[0]) === 22 && Number(versions[1]) < 22);
  if (isOld) return fail(oldNode());
  try {
    var folder = require("./compile-cache.cjs").compileCacheFolder(process.env);
    if (IS_CHECKOUT) {
      if (folder !== undefined) require("node:module").enableCompileCache(folder);
      require(PROGRAM).main().then(undefined, failed);
      return;
    }
    var file = require("node:path").join(__dirname, PROGRAM);
    var loaded = require("./compiled-code.cjs").loadProgram(file, { folder: folder, build: BUILD });
    loaded.exports.main(loaded.keepCode).then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}

/**
 * Says which file is missing; whatever else is wrong is for Node to show.
 *
 * @param {unknown} error
 */
function failed(error) {
  var known = /** @type {NodeJS.ErrnoException} */ (error);
  if (!/^(?:ERR_)?MODULE_NOT_FOUND$/.test((known && known.code) || "")) throw error;
  fail(incomplete(known));
}

/** @param {{ problem: string, fix: string }} said */
function fail(said) {
  var language = readerLanguage();
  var mark = language === "en" ? "x" : "✖";
  var label = { en: "fix: ", "zh-TW": "修正：", "zh-CN": "修复：" }[language];
  process.stderr.write(mark + " " + said.problem + "\n  " + label + said.fix + "\n");
  process.exitCode = 1;
}

/** What is wrong with an old Node and what helps, in the reader's language. */
function oldNode() {
  var found = process.versions.node;
  switch (readerLanguage()) {
    case "zh-TW":
      return {
        problem: "oai-gateway 需要 Node 22.22 或更新的版本，目前是 " + found + "。",
        fix: IS_CHECKOUT
          ? "執行 npm ci（不要加 --omit=optional）會一併安裝 Node 24，或從 https://nodejs.org 安裝。"
          : "從 https://nodejs.org 安裝 Node 24，或改用不需要 Node 的單一執行檔。",
      };
    case "zh-CN":
      return {
        problem: "oai-gateway 需要 Node 22.22 或更高版本，当前是 " + found + "。",
        fix: IS_CHECKOUT
          ? "运行 npm ci（不要加 --omit=optional）会一并安装 Node 24，或从 https://nodejs.org 安装。"
          : "从 https://nodejs.org 安装 Node 24，或改用不需要 Node 的单个可执行文件。",
      };
    default:
      return {
        problem: "oai-gateway needs Node 22.22 or newer, and this is " + found + ".",
        fix: IS_CHECKOUT
          ? "run npm ci without --omit=optional, which brings Node 24, or install it from https://nodejs.org."
          : "install Node 24 from https://nodejs.org, or use the single executable, which needs no Node.",
      };
  }
}

/**
 * A file that should be there is not.
 *
 * @param {Error} error
 */
function incomplete(error) {
  var missing = /'([^']+)'/.exec(error.message);
  var name = missing ? missing[1] : error.message;
  switch (readerLanguage()) {
    case "zh-TW":
      return {
        problem: "oai-gateway 不完整，找不到 " + name + "。",
        fix: IS_CHECKOUT ? "執行 npm ci。" : "重新安裝：npm install --global oai-gateway。",
      };
    case "zh-CN":
      return {
        problem: "oai-gateway 不完整，找不到 " + name + "。",
        fix: IS_CHECKOUT ? "运行 npm ci。" : "重新安装：npm install --global oai-gateway。",
      };
    default:
      return {
        problem: "oai-gateway is not complete: " + name + " is missing.",
        fix: IS_CHECKOUT ? "run npm ci." : "install it again: npm install --global oai-gateway.",
      };
  }
}

/** The reader's language, by the rules of `src/language/language.ts`; a test holds the two together. */
function readerLanguage() {
  var asked = languageOfTag(languageFlag());
  if (asked) return asked;
  var env = process.env;
  var locale = env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"];
  var characters = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  // A terminal of another coding would show other signs.
  var isUtf8 = /utf-?8/i.test(characters) || !/^(?:C|POSIX)$|\./.test(characters);
  if (!isUtf8 || /^(?:C|POSIX)$/.test(locale || "")) return "en";
  var wanted = env["LANGUAGE"] ? env["LANGUAGE"].split(":") : [locale || systemLocale()];
  for (var at = 0; at < wanted.length; at += 1) {
    var language = languageOfTag(wanted[at]);
    if (language) return language;
  }
  return "en";
}

/** What `--lang` says; it wins over the locale where it is a language that there is. */
function languageFlag() {
  var words = process.argv.slice(2);
  for (var at = 0; at < words.length; at += 1) {
    var word = words[at] || "";
    if (word === "--lang") return words[at + 1];
    if (word.indexOf("--lang=") === 0) return word.slice(7);
  }
  return undefined;
}

/** Windows sets no variable for it. */
function systemLocale() {
  if (process.platform !== "win32" || typeof Intl === "undefined") return "";
  return new Intl.DateTimeFormat().resolvedOptions().locale;
}

/**
 * Undefined where the tag asks for none of the languages that there are.
 *
 * @param {string | undefined} tag
 * @returns {"en" | "zh-TW" | "zh-CN" | undefined}
 */
function languageOfTag(tag) {
  if (!tag) return undefined;
  if (/^en(?:[-_.@]|$)/i.test(tag)) return "en";
  if (!/^zh(?:[-_.@]|$)/i.test(tag)) return undefined;
  if (/[-_]Hant(?:[-_.@]|$)/i.test(tag)) return "zh-TW";
  return /[-_](?:Hans|CN|SG|MY)(?:[-_.@]|$)/i.test(tag) ? "zh-CN" : "zh-TW";
}
