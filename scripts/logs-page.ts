// Makes the text of docs/logs.md and of the same page in Chinese from the table of what the log says.

import { LOG_EVENTS, type LogWord, REQUEST_FIELDS } from "./log-words.ts";

type PageText = {
  readonly head: string;
  readonly intro: string;
  readonly requests: string;
  readonly events: string;
  readonly rest: string;
};

const SAMPLE = `\`\`\`json
{"level":"info","time":"2027-01-31T09:26:00.123Z","event":"request","request_id":"req_1","method":"POST","path":"/v1/chat/completions","client_key":"phone","client_address":"127.0.0.1","operation":"chat","model":"m","endpoint":"alpha","status":200,"stream":false,"attempts":1,"duration_ms":412.5,"first_byte_ms":410.1,"bytes_in":98,"bytes_out":512,"tokens_in":12,"tokens_out":40,"cost_usd":0.0004,"cost_source":"table"}
\`\`\``;

const ROTATION = `\`\`\`
/var/log/oai-gateway.log {
  daily
  rotate 14
  compress
  copytruncate
}
\`\`\``;

const TAIL = `\`\`\`sh
oai-gateway logs tail --model gpt-5.4-mini --failed
oai-gateway logs tail --json | jq .cost
\`\`\``;

const TEXTS: Readonly<Record<"en" | "zh-TW", PageText>> = {
  en: {
    head: "# The log\n\nEnglish | [繁體中文](zh-TW/logs.md)",
    intro: `The log goes to standard output: one line a request and one an event, for people on a terminal and as JSON elsewhere (\`log.format\`, \`--log-format\`, \`--json\`). Names of fields and events are stable. No line holds a key or a piece of a prompt; control characters, marks that reorder text and what looks like a key are made harmless.

- **Levels** (\`log.level\`, \`--log-level\`, which wins): \`debug\` and \`info\` write everything, \`warn\` what failed, \`error\` what somebody has to mend, \`silent\` nothing.
- Fields that say nothing are left out. Every line that is no request has \`level\`, \`time\`, \`event\`, fields of its own and \`message\`, a sentence for people.`,
    requests: "## The line of a request",
    events: "## Events",
    rest: `## Keeping it

The gateway writes and never rotates: that is the system's. With systemd the journal keeps it (\`journalctl -u oai-gateway -o cat\` gives the lines as they are), with containers the runtime does. Into a file it goes by \`>> /var/log/oai-gateway.log\`, which logrotate cuts in place:

${ROTATION}

## Looking at it live

${TAIL}

shows requests as they end, of the [store](usage.md), whatever the level of the log: \`--key\`, \`--model\`, \`--endpoint\` and \`--failed\` choose. It waits while the gateway restarts, and goes on with what it has missed.`,
  },
  "zh-TW": {
    head: "# 記錄\n\n[English](../logs.md) | 繁體中文",
    intro: `記錄寫到標準輸出：每個請求一行，每個事件一行；在終端機上是給人看的格式，其他地方是 JSON（\`log.format\`、\`--log-format\`、\`--json\`）。欄位與事件的名稱不會變動。任何一行都不含金鑰，也不含提示詞的內容；控制字元、會改變文字方向的標記，以及看起來像金鑰的內容都會處理成無害的樣子。

- **等級**（\`log.level\`；\`--log-level\` 優先）：\`debug\` 與 \`info\` 全部寫出，\`warn\` 只寫失敗的，\`error\` 只寫需要有人處理的，\`silent\` 什麼都不寫。
- 沒有內容的欄位會省略。不是請求的每一行都有 \`level\`、\`time\`、\`event\`、各自的欄位，以及給人看的句子 \`message\`。`,
    requests: "## 請求的那一行",
    events: "## 事件",
    rest: `## 保存

閘道只負責寫，不會輪替檔案：那是系統的工作。使用 systemd 時由 journal 保存（\`journalctl -u oai-gateway -o cat\` 會列出原本的內容），使用容器時由執行環境保存。要寫進檔案就用 \`>> /var/log/oai-gateway.log\`，再由 logrotate 就地截短：

${ROTATION}

## 即時檢視

${TAIL}

會在請求結束時顯示，內容來自[儲存區](usage.md)，不受記錄等級影響：以 \`--key\`、\`--model\`、\`--endpoint\` 與 \`--failed\` 篩選。閘道重新啟動時它會等待，之後補上錯過的部分。`,
  },
};

/** The page, in one language; `notice` says that it is generated. */
export function logsPage(language: "en" | "zh-TW", notice: string): string {
  const { head, intro, requests, events, rest } = TEXTS[language];
  const at = language === "en" ? 1 : 2;
  const table = (first: string, words: readonly LogWord[]): string =>
    [
      `| ${first} | ${language === "en" ? "meaning" : "意義"} |`,
      "|---|---|",
      ...words.map((word) => `| \`${word[0]}\` | ${word[at]} |`),
    ].join("\n");
  const fields = table(language === "en" ? "field" : "欄位", REQUEST_FIELDS);
  const named = table(language === "en" ? "event" : "事件", LOG_EVENTS);
  return `${[head, notice, intro, requests, SAMPLE, fields, events, named, rest].join("\n\n")}\n`;
}
