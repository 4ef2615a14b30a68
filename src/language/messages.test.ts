// Tests of `messages.ts`: all languages say the same things with the same values.

import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test } from "node:test";
import { chooseLanguage, LANGUAGES, languageOfTag } from "./language.ts";
import { allSentences, message, translator, verbatim } from "./messages.ts";

const ENGLISH = allSentences("en");
const OTHERS = LANGUAGES.filter((language) => language !== "en");

for (const language of OTHERS) {
  test(`each sentence is there in ${language}, with the values of the English one`, () => {
    const valuesOf = (text = "") => [...text.matchAll(/\{[a-z]\w*\}/g)].map(([name]) => name).sort();
    const sentences = allSentences(language);
    assert.deepEqual([...sentences.keys()].sort(), [...ENGLISH.keys()].sort());
    for (const [key, text] of sentences) {
      assert.notEqual(text, "", key);
      assert.deepEqual(valuesOf(text), valuesOf(ENGLISH.get(key)), key);
    }
  });

  test(`what can be pasted is the same in ${language}`, () => {
    const codeOf = (text = "") =>
      [...text.matchAll(/`[^`]*`|(?<![\w-])--[a-z][\w-]*/g)].map(([code]) => code);
    // The meaning of its code, which stands before this one in Chinese, says it already.
    const sentences = [...allSentences(language)].filter(([key]) => key !== "refused.thisMachine");
    const lost = sentences.flatMap(([key, text]) => {
      const said = new Set(codeOf(text));
      return codeOf(ENGLISH.get(key))
        .filter((code) => !said.has(code))
        .map((code) => `${key}: ${code}`);
    });
    assert.deepEqual(lost, []);
  });

  test(`sentences in ${language} use full-width punctuation`, () => {
    for (const [key, text] of allSentences(language))
      assert.doesNotMatch(text, /[\u4e00-\u9fff][,:;!?()]|[,:;!?()][\u4e00-\u9fff]/, key);
  });
}

test("no key is in two tables, of which one would be said in the place of the other", async () => {
  const tableOf = new Map<string, string>();
  for (const file of globSync("tables/*.ts", { cwd: import.meta.dirname })) {
    const tables: Readonly<Record<string, object>> = await import(`./${file.replaceAll("\\", "/")}`);
    for (const key of Object.values(tables).flatMap((table) => Object.keys(table))) {
      assert.equal(tableOf.get(key), undefined, `${key} is in ${file} too`);
      tableOf.set(key, file);
    }
  }
  assert.ok(tableOf.size >= ENGLISH.size - 1);
});

test("values are put in; a missing one stays visible", () => {
  assert.equal(translator("en")("start.ready", { seconds: "0.2" }), "ready in 0.2 s");
  assert.equal(translator("zh-TW")("start.ready"), "{seconds} 秒就緒");
  assert.equal(translator("zh-CN")("start.ready", { seconds: 2 }), "2 秒就绪");
});

test("a message is said late, and those in it are said in the same language", () => {
  const total = message("start.total", {
    models: message("start.models", { count: 3 }),
    shared: verbatim("{none}"),
  });
  assert.equal(translator("en")(total), "3 models models, {none} offered by more than one endpoint.");
  assert.equal(translator("zh-TW")(total), "共 3 個模型 個模型，其中 {none} 個由多個端點提供。");
});

test("the list of LANGUAGE goes before the locale, but not before the C one", () => {
  const lang = "en_US.UTF-8";
  assert.equal(chooseLanguage(undefined, { LANG: lang, LANGUAGE: "zh_TW:en" }), "zh-TW");
  assert.equal(chooseLanguage(undefined, { LANG: lang, LANGUAGE: "ja:zh_TW:en" }), "zh-TW");
  assert.equal(chooseLanguage(undefined, { LANG: lang, LANGUAGE: "zh_Hant" }), "zh-TW");
  assert.equal(chooseLanguage(undefined, { LANG: "zh_TW.UTF-8", LANGUAGE: "en:zh_TW" }), "en");
  assert.equal(chooseLanguage(undefined, { LANG: "zh_TW.UTF-8", LANGUAGE: "ja" }), "en");
  assert.equal(chooseLanguage(undefined, { LANG: "zh_TW.UTF-8", LANGUAGE: "" }), "zh-TW");
  assert.equal(chooseLanguage(undefined, { LANG: "C", LANGUAGE: "zh_TW" }), "en");
  assert.equal(chooseLanguage(undefined, { LANG: "C.UTF-8", LANGUAGE: "zh_TW" }), "zh-TW");
  assert.equal(chooseLanguage(undefined, { LANG: "POSIX", LANGUAGE: "zh_TW" }), "en");
  assert.equal(chooseLanguage(undefined, { LANG: "zh_TW.UTF-8", LC_ALL: "C", LANGUAGE: "zh_TW" }), "en");
  assert.equal(chooseLanguage("en", { LANG: "zh_TW.UTF-8", LANGUAGE: "zh_TW" }), "en");
});

test("the language of the system counts where no variable names one", () => {
  assert.equal(chooseLanguage(undefined, {}, "zh-TW"), "zh-TW");
  assert.equal(chooseLanguage(undefined, {}, "zh-Hant-HK"), "zh-TW");
  assert.equal(chooseLanguage(undefined, {}, "zh-CN"), "zh-CN");
  assert.equal(chooseLanguage(undefined, { LANG: "en_US.UTF-8" }, "zh-TW"), "en");
  assert.equal(chooseLanguage(undefined, { LANGUAGE: "en" }, "zh-TW"), "en");
});

test("the language follows the flag, then the locale", () => {
  assert.equal(chooseLanguage("zh-TW", {}), "zh-TW");
  assert.equal(chooseLanguage("en", { LANG: "zh_TW.UTF-8" }), "en");
  assert.equal(chooseLanguage(undefined, { LANG: "zh_TW.UTF-8" }), "zh-TW");
  assert.equal(chooseLanguage(undefined, { LANG: "zh_TW.UTF-8", LC_ALL: "en_US.UTF-8" }), "en");
  assert.equal(chooseLanguage(undefined, { LANG: "zh_TW.UTF-8", LC_MESSAGES: "en_US.UTF-8" }), "en");
  assert.equal(chooseLanguage(undefined, { LANG: "zh_TW.BIG5" }), "en");
  // LC_CTYPE is about characters: a shell on another machine often sets it alone, and an input method needs it.
  assert.equal(chooseLanguage(undefined, { LANG: "zh_TW.UTF-8", LC_CTYPE: "UTF-8" }), "zh-TW");
  assert.equal(chooseLanguage(undefined, { LANG: "en_US.UTF-8", LC_CTYPE: "zh_TW.UTF-8" }), "en");
  assert.equal(chooseLanguage(undefined, { LANG: "zh_TW.UTF-8", LC_CTYPE: "C" }), "en");
  assert.equal(chooseLanguage(undefined, {}, ""), "en");
  for (const locale of ["zh_HK.UTF-8", "zh-Hant", "zh_Hant_TW.UTF-8"])
    assert.equal(chooseLanguage(undefined, { LANG: locale }), "zh-TW", locale);
  for (const locale of ["zh_CN.UTF-8", "zh-Hans", "zh_SG.UTF-8", "zh-Hans-HK", "zh_CN.utf8@pinyin"])
    assert.equal(chooseLanguage(undefined, { LANG: locale }), "zh-CN", locale);
  assert.equal(chooseLanguage(undefined, { LANG: "zh_CN.GB18030" }), "en");
  assert.equal(chooseLanguage(undefined, { LANG: "en_US.UTF-8", LANGUAGE: "zh_CN:zh_TW" }), "zh-CN");
});

test("--lang takes the languages that there are, however they are written", () => {
  const rows = {
    en: ["en", "en_US"],
    "zh-TW": ["zh", "zh-TW", "zh_TW", "zh-Hant", "zh_HK.UTF-8", "ZH-tw", "zh-Hant-CN"],
    "zh-CN": ["zh-CN", "zh_CN", "zh-Hans", "zh-Hans-TW", "zh_CN.UTF-8", "ZH-cn"],
  };
  for (const [language, flags] of Object.entries(rows))
    for (const flag of flags) assert.equal(languageOfTag(flag), language, flag);
  for (const flag of ["xx", "", "english", "tw", "zhuang"])
    assert.equal(languageOfTag(flag), undefined, flag);
});
