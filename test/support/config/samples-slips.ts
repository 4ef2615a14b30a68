// Slips of the keyboard in configuration files: full-width, non-breaking and invisible characters, and what is often
// mistyped in plain ones. Not part of the gateway.

import { endpoint, overrides, server } from "./samples.ts";
import type { Case } from "./samples-limits.ts";

const one = endpoint();

/** Full-width, non-breaking and invisible characters. */
const WIDE_CASES: readonly Case[] = [
  [
    "a full-width colon after a key of the file",
    one.replace("endpoints:", "endpoints："),
    ["OG106 1:10"],
    /full-width character "：" \(U\+FF1A\) stands where YAML needs ":".*write "endpoints:" and a space/,
  ],
  ["… with a value right behind it", one.replace("name: a", "name：a"), ["OG106 2:9"], /write "name:"/],
  ["… behind a quoted key", one.replace("name: a", '"name"：a'), ["OG106 2:11"]],
  ["… in braces", 'endpoints:\n  - {name：a, base_url: "http://h/v1"}\n', ["OG106 2:10"]],
  ["… after a comma", 'endpoints:\n  - {name: a，base_url："http://h/v1"}\n', ["OG106 2:13"]],
  ["… in every line: told in every line", one.replaceAll(": ", "："), ["OG106 2:9", "OG106 3:13"]],
  ["a small colon", one.replace("name: a", "name﹕ a"), ["OG106 2:9"]],
  ["quotes “…”", one.replace("name: a", "name: “a”"), ["OG106 2:11"], /is no quote to YAML.*plain quotes/],
  ["an address in “…”", one.replace("http://h:1/v1", "“http://h:1/v1”"), ["OG106 3:15"]],
  ["brackets 「…」", one.replace("name: a", "name: 「a」"), ["OG106 2:11"]],
  ["brackets 『…』 in a list", endpoint("models:", "  - 『m』"), ["OG106 5:9"]],
  ["full-width quotes", one.replace("name: a", "name: ＂a＂"), ["OG106 2:11"]],
  ["a quote that is closed by another", one.replace("name: a", 'name: “a"'), ["OG106 2:11"]],
  ["a plain quote that is closed by an odd one", one.replace("name: a", 'name: "a”'), ["OG106 2:13"]],
  [
    "ideographic spaces as indentation",
    one.replace("    base", "　　base"),
    ["OG106 3:1"],
    /full-width space \(U\+3000\)/,
  ],
  [
    "a non-breaking space in it",
    one.replace("    base", "  \u00a0 base"),
    ["OG106 3:3"],
    /non-breaking space/,
  ],
  ["a wide space after a dash", one.replace("- name", "-　name"), ["OG106 2:4"]],
  ["a wide space after a colon", one.replace("name: a", "name:　a"), ["OG106 2:10"]],
  [
    "a non-breaking space after a colon and a plain one",
    one.replace("name: a", "name: \u00a0a"),
    ["OG106 2:11"],
  ],
  ["a non-breaking space at the end", endpoint("weight: 2\u00a0"), ["OG106 4:14"], /delete it/],
  ["a wide space on a line of its own", `${one}　\n`, ["OG106 4:1"]],
  [
    "a byte order mark in the middle",
    `${one}\ufefflog: {level: info}\n`,
    ["OG106 4:1"],
    /invisible character \(U\+FEFF\)/,
  ],
  ["an invisible character in a key", endpoint("wei\u200bght: 2"), ["OG106 4:8"], /write "weight:"/],
  ["an invisible character in a value", one.replace("http://h", "http://\u200bh"), ["OG106 3:22"]],
  ["a key in full-width letters", one.replace("name", "ｎａｍｅ"), ["OG106 2:5"], /write "name:"/],
  [
    "one full-width letter in a key",
    one.replace("base_url", "base＿url"),
    ["OG106 3:9"],
    /write "base_url:"/,
  ],
  ["a non-breaking space before a colon", endpoint("weight\u00a0: 2"), ["OG106 4:11"]],
  ["a full-width number", endpoint("weight: ２"), ["OG106 4:13"], /write 2/],
  ["a full-width word", endpoint("enabled: ｔｒｕｅ"), ["OG106 4:14"], /write true/],
  ["a full-width comma between names", endpoint("models: [m，n]"), ["OG106 4:15"], /write ","/],
  ["an enumeration comma between names", endpoint("models: [m、n]"), ["OG106 4:15"]],
  ["full-width brackets", endpoint("models: ［m］"), ["OG106 4:13"]],
  ["a full-width dash for an entry", "endpoints:\n  － name: a\n    base_url: http://h/v1\n", ["OG106 2:3"]],
  ["a full-width hash for a comment", `${one}＃ note\n`, ["OG106 4:1"]],
  ["a full-width variable", endpoint("api_key: ＄{KEY}"), ["OG106 4:14"], /write \$\{NAME\}/],
  ["… in plain quotes", endpoint('api_key: "$｛KEY｝"'), ["OG106 4:16"]],
  ["a colon in an address", one.replace("http://h:1", "http：//h：1"), ["OG106 3:19"], /write :/],
  ["… in plain quotes", one.replace("http://h:1/v1", '"http：//h/v1"'), ["OG106 3:15"], /U\+FF1A/],
  ["a quote within an address", one.replace("http://h:1/v1", '"http://“http://h”/v1"'), ["OG106 3:15"]],
  ["a full-width letter in its path", one.replace("/v1", "/ｖ1"), ["OG106 3:26"]],
  ["a host in another script", one.replace("h:1", "例え.テスト"), []],
  ["an override whose name has no plain colon", overrides("快速：", "  - a/x"), ["OG106 9:7"]],
  // What is meant.
  ["comments", `# 說明：「全形」，　都可以\n${one}`, []],
  ["a comment behind a value", endpoint("weight: 2 # 權重：２，　對"), []],
  ["names in Chinese", endpoint("models: [通義千問：七b, 模型（測試）, 「x」y]"), []],
  ["names in Chinese, one a line", endpoint("models:", "  - 模型：測試，一", "  - 全　形"), []],
  ["a name in Chinese with a comma", endpoint("models: [甲，乙]"), []],
  ["whatever is in plain quotes", endpoint('models: ["“m”", "m，n", "m：", "全　形"]'), []],
  ["override names in Chinese", overrides("快速（便宜）：新: [a/x]", '"深度：": [a/y]'), []],
  ["a byte order mark at the beginning", `\ufeff${one}`, []],
  ["a colon elsewhere than the fault", `${endpoint("models: [甲：乙]")}log: {colour: x}\n`, ["OG110 5:7"]],
];

/** Slips in plain characters. */
const PLAIN_CASES: readonly Case[] = [
  [
    "no space after a dash",
    "endpoints:\n  -name: a\n    base_url: http://h/v1\n",
    ["OG102 2:3"],
    /write "- name:"/,
  ],
  ["… where it is valid YAML", "endpoints:\n  -name: a\n", ["OG102 2:3"], /write "- name:"/],
  ["no space after a colon", endpoint("weight:2"), ["OG102 4:11"], /write "weight: "/],
  ["… on the first line of an entry", "endpoints:\n  - name:a\n    base_url: http://h/v1\n", ["OG102 2:9"]],
  [
    "a colon in a value",
    one.replace("name: a", "name: a: b"),
    ["OG102 2:12"],
    /put the whole value into quotes/,
  ],
  [
    "a comma at the end of each line: told in every line",
    one.replace("name: a", "name: a,").replace("/v1", "/v1,").concat("    weight: 2,\n"),
    ["OG102 2:12", "OG102 3:28", "OG102 4:14"],
  ],
  [
    "a block in place of a list of blocks",
    "endpoints:\n  name: a\n  base_url: http://h/v1\n",
    ["OG112 2:3"],
    /write it as a list: put "- " before the first key of each entry/,
  ],
  ["a comma at the end of a line", endpoint("weight: 2,"), ["OG102 4:14"], /remove the comma/],
  ["… behind a key", endpoint("api_key: sk-x,"), ["OG138 4:14"], /a part of the key.*remove the comma/],
  ["… behind a client's key", server('api_keys: ["abc,"]'), ["OG138 5:14"]],
  ["… behind quotes", one.replace("http://h:1/v1", '"http://h:1/v1",'), ["OG102 3:30"], /remove the comma/],
  ["JSON with a comma before its end", '{"endpoints": [{"name": "a", "base_url": "http://h/v1",},],}', []],
];

/** What other programs and tools write. */
const FOREIGN_CASES: readonly Case[] = [
  [
    "LiteLLM's list of models",
    "model_list:\n  - model_name: m\n    litellm_params: {model: openai/m, api_key: os.environ/KEY}\n",
    ["OG110 1:1", "OG126 1:1"],
    /this is LiteLLM's: here each provider is an entry of endpoints/,
  ],
  ["its other sections", "endpoints: []\nrouter_settings: {}\n", ["OG126 1:1", "OG110 2:1"], /LiteLLM/],
  ["another name for base_url", one.replace("base_url", "api_base"), ["OG110 3:5"], /write "base_url"/],
  ["another name for api_key", endpoint("key: sk-1"), ["OG110 4:5"], /write "api_key"/],
  ["… where there is one already", endpoint("api_key: sk-1", "token: x"), ["OG110 5:5"], /remove it/],
  [
    "`on` as YAML 1.1 writes it",
    `${one}routing:\n  fallbacks:\n    m: {to: n, true: [any]}\n`,
    ["OG110 6:16"],
    /write "on", with the quotes/,
  ],
  ["`on` in its own spelling", `${one}routing:\n  fallbacks:\n    m: {to: n, on: [any]}\n`, []],
  [
    "an address of Azure with a deployment and a version",
    one.replace(
      "http://h:1/v1",
      "https://x.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
    ),
    ["OG124 3:15"],
    /the API is at "\/openai\/v1" there.*write "https:\/\/x\.openai\.azure\.com\/openai\/v1"/,
  ],
  [
    "an address with a query and the path of a request",
    one.replace("http://h:1/v1", "https://h/v1/chat/completions?x=1"),
    ["OG122 3:15"],
    /write "https:\/\/h\/v1"/,
  ],
];

/** All of them. */
export const SLIP_CASES: readonly Case[] = [
  ...WIDE_CASES,
  ...PLAIN_CASES,
  ...FOREIGN_CASES,
  ["a placeholder of another program", endpoint("api_key: os.environ/KEY"), ["OG135 4:14"]],
];
