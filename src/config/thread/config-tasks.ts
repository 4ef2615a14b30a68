// What takes long with a large configuration text: to check and compile it, to hide its secrets, to put them back. Plain
// values in, plain values out, so that another thread can do it.

import { serialize } from "node:v8";
import { type PackedConfig, type PackedEndpoint, packConfig } from "../config-parcel.ts";
import { configFromText, type LoadResult, type TextOptions } from "../file/load.ts";
import { MaskedTexts, type RestoredText } from "../file/masked-text.ts";
import { type SourcedValue, sourcesOf } from "../file/value-sources.ts";

type GoodLoad = Extract<LoadResult, { readonly kind: "ok" }>;

/** What a text comes to, in parts that are opened one by one: each in less time than a request may have to wait. */
type PackedLoad =
  | Exclude<LoadResult, GoodLoad>
  | (Omit<GoodLoad, "config" | "settings"> & {
      /** A `PackedConfig` without endpoints. */
      readonly config: Uint8Array;
      /** Lists of `PackedEndpoint`. */
      readonly endpoints: readonly Uint8Array[];
      readonly settings: Uint8Array;
    });

/** What can be asked for, and what is given. */
export type ConfigTasks = {
  load: {
    readonly asked: { readonly text: string; readonly options: TextOptions };
    readonly given: PackedLoad;
  };
  /** Every value of a text that is valid, with its source; none of one that is not. */
  sources: {
    readonly asked: { readonly text: string; readonly options: TextOptions };
    readonly given: readonly SourcedValue[];
  };
  mask: { readonly asked: { readonly text: string }; readonly given: string };
  restore: {
    readonly asked: { readonly masked: string; readonly known: string };
    readonly given: RestoredText;
  };
};

/** One of them. */
export type ConfigTask = keyof ConfigTasks;

/** A question with its number. */
export type ConfigQuestion = {
  [Task in ConfigTask]: {
    readonly id: number;
    readonly task: Task;
    readonly asked: ConfigTasks[Task]["asked"];
  };
}[ConfigTask];

/** What came of one. */
export type ConfigAnswer =
  | { readonly id: number; readonly isDone: true; readonly given: unknown }
  | { readonly id: number; readonly isDone: false; readonly reason: string };

/** Does what is asked for, one after the other. */
export class ConfigWork {
  readonly #texts: MaskedTexts;

  /** `salt` is part of every mark: those of another salt mean nothing here. */
  constructor(salt: string) {
    this.#texts = new MaskedTexts(salt);
  }

  /** The answer to a question. Never throws. */
  answer({ id, task, asked }: ConfigQuestion): ConfigAnswer {
    try {
      return { id, isDone: true, given: this.#given({ id, task, asked } as ConfigQuestion) };
    } catch (error) {
      return { id, isDone: false, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  #given(question: ConfigQuestion): ConfigTasks[ConfigTask]["given"] {
    switch (question.task) {
      case "load":
        return packed(configFromText(question.asked.text, question.asked.options));
      case "sources": {
        const loaded = configFromText(question.asked.text, question.asked.options);
        return loaded.kind === "ok" ? sourcesOf(loaded.settings) : [];
      }
      case "mask":
        return this.#texts.mask(question.asked.text);
      case "restore":
        return this.#texts.restore(question.asked.masked, [question.asked.known]);
    }
  }
}

const ENDPOINTS_A_PART = 100;

function packed(loaded: LoadResult): PackedLoad {
  if (loaded.kind !== "ok") return loaded;
  const config = packConfig(loaded.config);
  const endpoints: Uint8Array[] = [];
  for (let at = 0; at < config.plan.endpoints.length; at += ENDPOINTS_A_PART)
    endpoints.push(
      serialize(config.plan.endpoints.slice(at, at + ENDPOINTS_A_PART) satisfies readonly PackedEndpoint[]),
    );
  const rest: PackedConfig = { ...config, plan: { ...config.plan, endpoints: [] } };
  return { ...loaded, config: serialize(rest), endpoints, settings: loaded.settings.packed() };
}
