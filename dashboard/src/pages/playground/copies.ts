// The question as others send it: to be copied into a terminal or a program.

import { bodyOf, type Question } from "./question.ts";

/** As a command of curl. The body goes in by a here-document, since a picture is too long for an argument. */
export function curlOf(model: string, question: Question, key: string): string {
  return `curl ${location.origin}/v1/chat/completions \\
  -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\
  -d @- <<'JSON'
${JSON.stringify(bodyOf(model, question, false), null, 2)}
JSON`;
}

/** As a program of Python with the SDK of OpenAI. */
export function pythonOf(model: string, question: Question, key: string): string {
  // Texts, numbers, lists and objects are written alike in both languages; there is nothing else in it.
  const lines = Object.entries(bodyOf(model, question, false)).map(
    ([name, value]) => `    ${name}=${JSON.stringify(value, null, 4).replaceAll("\n", "\n    ")},`,
  );
  return `from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(`${location.origin}/v1`)}, api_key=${JSON.stringify(key)})
answer = client.chat.completions.create(
${lines.join("\n")}
)
print(answer.choices[0].message.content)`;
}
