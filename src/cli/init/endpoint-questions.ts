// The questions of `init`: which endpoints, from a list or by their address, each tried before it is taken.

import { readBaseUrl } from "../../config/rules/base-url.ts";
import { cleanText } from "../../core/clean-text.ts";
import { padEnd, padStart, textWidth } from "../../core/text-width.ts";
import { PRESETS, type Preset } from "../../wires/registry/providers.ts";
import type { CommandContext } from "../terminal/command.ts";
import type { NewEndpoint } from "./config-text.ts";
import type { Questions } from "./questions.ts";
import type { EndpointTrial } from "./try-endpoint.ts";

/** What the person wants. */
export type WantedEndpoints = {
  readonly endpoints: readonly NewEndpoint[];
  /** Keys that were typed, by their variables: for `.env`, never for the file. */
  readonly keys: ReadonlyMap<string, string>;
};

/** What the questions are about. */
export type EndpointQuestionParts = {
  readonly context: CommandContext;
  readonly questions: Questions;
  readonly found: readonly NewEndpoint[];
  /** A variable of the environment or of `.env`. */
  readonly lookup: (variable: string) => string | undefined;
  /** Asks an endpoint for its models. */
  readonly tryOut: (endpoint: NewEndpoint, key: string | undefined) => Promise<EndpointTrial>;
};

/** Asks for endpoints. Rejects with `BrokenOff` where the person breaks off. */
export async function askForEndpoints(parts: EndpointQuestionParts): Promise<WantedEndpoints> {
  const { questions, found } = parts;
  const endpoints: NewEndpoint[] = [];
  const keys = new Map<string, string>();
  for (const endpoint of found) {
    const source = cleanText(endpoint.keyVariable ?? endpoint.baseUrl);
    if (await questions.confirm("ask.useFound", { name: endpoint.name, source }, true))
      endpoints.push(endpoint);
  }
  while (
    await questions.confirm(endpoints.length === 0 ? "ask.first" : "ask.another", {}, endpoints.length === 0)
  ) {
    const added = await new OneEndpoint(parts, endpoints, keys).ask();
    if (added !== undefined) endpoints.push(added);
  }
  return { endpoints, keys };
}

type EndpointDraft = {
  readonly baseUrl: string;
  readonly isFixed: boolean;
  readonly name: string | undefined;
  readonly keyVariable: string | undefined;
};

/** One endpoint, from the choice of its vendor to the answer of its test. */
class OneEndpoint {
  readonly #parts: EndpointQuestionParts;
  readonly #taken: readonly NewEndpoint[];
  readonly #keys: Map<string, string>;

  constructor(parts: EndpointQuestionParts, taken: readonly NewEndpoint[], keys: Map<string, string>) {
    this.#parts = parts;
    this.#taken = taken;
    this.#keys = keys;
  }

  /** Undefined where the person leaves it out after all. */
  async ask(): Promise<NewEndpoint | undefined> {
    let draft = await this.#choose();
    for (;;) {
      const endpoint = await this.#details(draft);
      const verdict = await this.#tryOut(endpoint);
      if (verdict === "keep") return endpoint;
      if (verdict === "leave") return undefined;
      // What may have been wrong is asked anew.
      if (endpoint.keyVariable !== undefined) this.#keys.delete(endpoint.keyVariable);
      draft = { ...endpoint, isFixed: false };
    }
  }

  async #choose(): Promise<EndpointDraft> {
    const { context, questions } = this.#parts;
    for (const line of presetLines()) questions.tell(line);
    const answer = await questions.ask({
      key: "init.which",
      complaint: (text) => {
        if (presetOf(text) !== undefined) return undefined;
        if (text.includes("://")) return this.#urlComplaint(text);
        return context.text("init.badChoice", { last: PRESETS.length });
      },
    });
    const preset = presetOf(answer);
    if (preset === undefined)
      return { baseUrl: answer, isFixed: true, name: undefined, keyVariable: undefined };
    const { name, keyVariable, isFixed } = preset;
    if (!preset.baseUrl.includes("{resource}"))
      return { baseUrl: preset.baseUrl, isFixed, name, keyVariable };
    const resource = await questions.ask({
      key: "init.resource",
      values: { title: preset.title },
      complaint: (text) =>
        /^[a-z0-9][a-z0-9-]*$/i.test(text) ? undefined : context.text("init.badResource"),
    });
    return { baseUrl: preset.baseUrl.replace("{resource}", resource), isFixed, name, keyVariable };
  }

  async #details(draft: EndpointDraft): Promise<NewEndpoint> {
    const { context, questions } = this.#parts;
    const { text } = context;
    const baseUrl = draft.isFixed
      ? draft.baseUrl
      : await questions.ask({
          key: "ask.url",
          proposal: draft.baseUrl,
          complaint: (answer) => this.#urlComplaint(answer),
        });
    const isFree = (name: string) =>
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name) && !this.#taken.some((one) => one.name === name);
    const name = await questions.ask({
      key: "ask.name",
      proposal: suggestName(draft.name ?? nameOf(baseUrl), isFree),
      complaint: (answer) => (isFree(answer) ? undefined : text("ask.badName")),
    });
    const keyVariable = await questions.ask({
      key: draft.keyVariable === undefined ? "ask.keyVariable" : "init.keyVariable",
      proposal: draft.keyVariable ?? "",
      complaint: (answer) => (/^(?:-|[A-Z_][A-Z0-9_]*|)$/.test(answer) ? undefined : text("ask.badVariable")),
    });
    const variable = /^-?$/.test(keyVariable) ? undefined : keyVariable;
    if (variable !== undefined) await this.#askForKey(variable);
    const weight = await questions.ask({
      key: "ask.weight",
      proposal: "1",
      complaint: (answer) =>
        /^\d{1,4}$/.test(answer) && Number(answer) <= 1000 ? undefined : text("ask.badWeight"),
    });
    return { name, baseUrl, keyVariable: variable, weight: Number(weight) };
  }

  async #askForKey(variable: string): Promise<void> {
    const { context, questions } = this.#parts;
    if (this.#keyOf(variable) !== undefined) return;
    const key = await questions.secret({
      key: "init.key",
      values: { variable },
      complaint: (answer) => (/^[\x21-\x7e]*$/.test(answer) ? undefined : context.text("init.badKey")),
    });
    if (key !== "") this.#keys.set(variable, key);
  }

  #keyOf(variable: string | undefined): string | undefined {
    if (variable === undefined) return undefined;
    return this.#keys.get(variable) ?? (this.#parts.lookup(variable)?.trim() || undefined);
  }

  async #tryOut(endpoint: NewEndpoint): Promise<"keep" | "again" | "leave"> {
    const { context, questions, tryOut } = this.#parts;
    const { text, terminal } = context;
    const { name, keyVariable } = endpoint;
    const key = this.#keyOf(keyVariable);
    if (keyVariable !== undefined && key === undefined) {
      questions.tell(`  ${terminal.symbols.none} ${text("init.untried", { name, variable: keyVariable })}`);
      return "keep";
    }
    const trial = await questions.during(tryOut(endpoint, key));
    if (trial.isGood) {
      const { models, durationMs } = trial;
      const mark = terminal.paint.green(terminal.symbols.ok);
      const count = text(models === 1 ? "start.model" : "start.models", { count: models });
      questions.tell(`  ${mark} ${text("init.tried", { name, models: count, ms: Math.round(durationMs) })}`);
      return "keep";
    }
    const mark = terminal.paint.red(terminal.symbols.bad);
    questions.tell(`  ${mark} ${text("init.failed", { name, reason: cleanText(text(trial.reason)) })}`);
    const answer = await questions.ask({
      key: "init.whatNow",
      proposal: "a",
      complaint: (word) => (/^[akl]/i.test(word) ? undefined : text("init.badWhatNow")),
    });
    if (/^a/i.test(answer)) return "again";
    return /^k/i.test(answer) ? "keep" : "leave";
  }

  /** What is wrong with an address, in the words that `check` would have for it. */
  #urlComplaint(answer: string): string | undefined {
    const { text } = this.#parts.context;
    if (!/^https?:\/\//i.test(answer)) return text("ask.badUrl");
    const result = readBaseUrl(answer);
    if (result.kind === "ok") return undefined;
    return cleanText(text("init.badUrl", { reason: result.message, fix: result.fix }));
  }
}

const COLUMNS = 3;

/** The list to choose from, in columns that fit 80 characters. */
function presetLines(): string[] {
  const rows = Math.ceil(PRESETS.length / COLUMNS);
  const width = Math.max(...PRESETS.map(({ title }) => textWidth(title)));
  const cell = (index: number): string => {
    const preset = PRESETS[index];
    if (preset === undefined) return "";
    return `${padStart(String(index + 1), 2)} ${padEnd(preset.title, width)}`;
  };
  return Array.from({ length: rows }, (_, row) =>
    `  ${Array.from({ length: COLUMNS }, (_, column) => cell(column * rows + row)).join(" ")}`.trimEnd(),
  );
}

/** By number, by name, or by the beginning of one name. */
function presetOf(answer: string): Preset | undefined {
  if (/^\d+$/.test(answer)) return PRESETS[Number(answer) - 1];
  const word = answer.toLowerCase();
  if (word === "") return undefined;
  const same = PRESETS.find(({ name, title }) => name === word || title.toLowerCase() === word);
  const begun = PRESETS.filter(
    ({ name, title }) => name.startsWith(word) || title.toLowerCase().startsWith(word),
  );
  return same ?? (begun.length === 1 ? begun[0] : undefined);
}

/** `example` of `https://api.example.com/v1`; `local` for an address. */
function nameOf(baseUrl: string): string {
  const { hostname } = new URL(baseUrl);
  const isAddress = /^[\d.]+$|^\[/.test(hostname) || hostname === "localhost";
  return isAddress ? "local" : (hostname.split(".").at(-2) ?? hostname);
}

/** The name, or with a number where it is taken; none where it cannot be one. */
function suggestName(name: string, isFree: (name: string) => boolean): string {
  for (let number = 1; number <= 100; number += 1) {
    const proposal = number === 1 ? name : `${name}-${number}`;
    if (isFree(proposal)) return proposal;
  }
  return "";
}
