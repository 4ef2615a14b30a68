// What is wrong with a configuration, said in English or in Chinese. Not part of the gateway.

import { type Diagnostic, sayDiagnostic } from "../../../src/config/report/diagnostics.ts";
import { type RenderOptions, renderGithub, renderText } from "../../../src/config/report/render.ts";
import { type Message, type Translate, translator } from "../../../src/language/messages.ts";

const SAY: Translate = translator("en");

/** A sentence in English; empty where there is none. */
export function englishOf(message: Message | undefined): string {
  return message === undefined ? "" : SAY(message);
}

/** Problems with their sentences in English. */
export function english(problems: readonly Diagnostic[]): readonly Diagnostic<string>[] {
  return problems.map((problem) => sayDiagnostic(problem, SAY));
}

/** Problems laid out in English, without colour. */
export function englishText(
  problems: readonly Diagnostic[],
  options: Partial<Omit<RenderOptions, "say">> = {},
): string {
  return renderText(problems, { say: SAY, colour: false, ...options });
}

/** A sentence in Chinese; empty where there is none. */
export function chineseOf(message: Message | undefined): string {
  return message === undefined ? "" : translator("zh-TW")(message);
}

/** Problems laid out in Chinese, without colour. */
export function chineseText(problems: readonly Diagnostic[], options: Partial<RenderOptions> = {}): string {
  return renderText(problems, { say: translator("zh-TW"), colour: false, ...options });
}

/** All that anybody is told of a file, in both languages. */
export function toldOf(problems: readonly Diagnostic[]): string {
  const both = [SAY, translator("zh-TW")];
  return both
    .map((say) => renderText(problems, { say, colour: true }) + renderGithub(problems, say))
    .join("\n");
}
