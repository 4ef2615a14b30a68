// The questions of `init`, on a terminal, one line each; an empty answer takes what stands in brackets.

import { createInterface, type Interface } from "node:readline/promises";
import { cleanText } from "../../core/clean-text.ts";
import type { MessageKey } from "../../language/messages.ts";
import type { CommandContext } from "./command.ts";
import type { NewEndpoint } from "./config-text.ts";

/** The endpoints that the person wants: of those found, and others. Undefined when the person breaks off. */
export async function askForEndpoints(
  context: CommandContext,
  found: readonly NewEndpoint[],
): Promise<readonly NewEndpoint[] | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const breakingOff = new AbortController();
  // Ctrl-C and Ctrl-D close the lines; a question under way would otherwise never be answered.
  lines.once("close", () => breakingOff.abort());
  const questions = new Questions(context, lines, breakingOff.signal);
  try {
    const chosen: NewEndpoint[] = [];
    for (const endpoint of found) {
      const source = cleanText(endpoint.keyVariable ?? endpoint.baseUrl);
      if (await questions.confirm("ask.useFound", { name: endpoint.name, source }, true))
        chosen.push(endpoint);
    }
    while (await questions.confirm("ask.another", {}, chosen.length === 0)) {
      chosen.push(await questions.endpoint(chosen));
    }
    return chosen;
  } catch (error) {
    if (breakingOff.signal.aborted) return undefined;
    throw error;
  } finally {
    lines.close();
  }
}

class Questions {
  readonly #context: CommandContext;
  readonly #lines: Interface;
  readonly #signal: AbortSignal;

  constructor(context: CommandContext, lines: Interface, signal: AbortSignal) {
    this.#context = context;
    this.#lines = lines;
    this.#signal = signal;
  }

  async confirm(
    key: MessageKey,
    values: Readonly<Record<string, string>>,
    isDefault: boolean,
  ): Promise<boolean> {
    const question = `${this.#context.text(key, values)} [${isDefault ? "Y/n" : "y/N"}] `;
    const answer = (await this.#question(question)).trim().toLowerCase();
    return answer === "" ? isDefault : /^(?:y|yes|是|好)$/.test(answer);
  }

  async endpoint(taken: readonly NewEndpoint[]): Promise<NewEndpoint> {
    const baseUrl = await this.#ask("ask.url", "", "ask.badUrl", isHttpUrl);
    const isFree = (name: string) =>
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name) && !taken.some((one) => one.name === name);
    const name = await this.#ask("ask.name", suggestName(baseUrl, isFree), "ask.badName", isFree);
    const isVariable = (text: string) => text === "" || /^[A-Z_][A-Z0-9_]*$/.test(text);
    const keyVariable = await this.#ask("ask.keyVariable", "", "ask.badVariable", isVariable);
    const isWeight = (text: string) => /^\d{1,4}$/.test(text) && Number(text) <= 1000;
    const weight = await this.#ask("ask.weight", "1", "ask.badWeight", isWeight);
    return {
      name,
      baseUrl,
      keyVariable: keyVariable === "" ? undefined : keyVariable,
      weight: Number(weight),
    };
  }

  #question(text: string): Promise<string> {
    return this.#lines.question(text, { signal: this.#signal });
  }

  /** Asks until the answer will do. */
  async #ask(
    key: MessageKey,
    proposal: string,
    complaint: MessageKey,
    isGood: (answer: string) => boolean,
  ): Promise<string> {
    const { text, terminal } = this.#context;
    const shown = proposal === "" ? "" : ` [${proposal}]`;
    for (;;) {
      const answer = (await this.#question(`${text(key)}${shown}: `)).trim() || proposal;
      if (isGood(answer)) return answer;
      terminal.err(`  ${terminal.symbols.warn} ${text(complaint)}`);
    }
  }
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") && url.username === "";
}

/** `openai` of `https://api.openai.com/v1`; `local` for an address; empty where that is taken. */
function suggestName(baseUrl: string, isFree: (name: string) => boolean): string {
  const { hostname } = new URL(baseUrl);
  const isAddress = /^[\d.]+$|^\[/.test(hostname) || hostname === "localhost";
  const name = isAddress ? "local" : (hostname.split(".").at(-2) ?? hostname);
  return isFree(name) ? name : "";
}
