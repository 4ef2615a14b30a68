// What the standard variables of OpenTelemetry say of traces. One that says nothing that can be used counts as not set,
// and is told as a warning. Reads no environment by itself.

import type { Lookup } from "../../core/env.ts";
import { type Message, message } from "../../language/messages.ts";
import { type Diagnostic, fileDiagnostic } from "../report/diagnostics.ts";
import { headerNameProblem, headerValueProblem } from "../yaml/text-rules.ts";
import { collectorAddress } from "./collector-address.ts";

/** What they say; undefined for what they leave open. */
export type TraceVariables = {
  /** With the path that spans are posted to. */
  readonly address: URL | undefined;
  /** Flat, lower-case names. */
  readonly headers: readonly string[] | undefined;
  readonly ratio: number | undefined;
  readonly followsParent: boolean | undefined;
  readonly serviceName: string | undefined;
  readonly resource: Readonly<Record<string, string>>;
  readonly timeoutMs: number | undefined;
  readonly intervalMs: number | undefined;
};

const OTLP = "OTEL_EXPORTER_OTLP_";
/** By the name of the sampler: whether a client's decision counts, and the share (undefined: that of the argument). */
const SAMPLERS: ReadonlyMap<string, readonly [followsParent: boolean, ratio: number | undefined]> = new Map([
  ["always_on", [false, 1]],
  ["always_off", [false, 0]],
  ["traceidratio", [false, undefined]],
  ["parentbased_always_on", [true, 1]],
  ["parentbased_always_off", [true, 0]],
  ["parentbased_traceidratio", [true, undefined]],
]);

/** Reads them; `onBad` is told of each that cannot be used. */
export function readTraceVariables(
  lookup: Lookup,
  onBad: (variable: string, problem: Message) => void = () => undefined,
): TraceVariables {
  const reader = new VariableReader(lookup, onBad);
  const isOff = reader.word("OTEL_SDK_DISABLED") === "true" || reader.word("OTEL_TRACES_EXPORTER") === "none";
  const { ratio, followsParent } = reader.sampler();
  const attributes = reader.pairs("OTEL_RESOURCE_ATTRIBUTES") ?? [];
  const { "service.name": service, ...resource } = Object.fromEntries(attributes);
  return {
    address: isOff ? undefined : reader.address(),
    headers: reader.headers(),
    ratio,
    followsParent,
    serviceName: reader.text("OTEL_SERVICE_NAME") ?? service,
    resource,
    timeoutMs: reader.milliseconds(`${OTLP}TRACES_TIMEOUT`) ?? reader.milliseconds(`${OTLP}TIMEOUT`),
    intervalMs: reader.milliseconds("OTEL_BSP_SCHEDULE_DELAY"),
  };
}

/** What is wrong with them, each once. */
export function traceWarnings(lookup: Lookup): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  readTraceVariables(lookup, (variable, problem) => {
    const words = message("traces.inVariable", { variable, problem });
    found.set(variable, fileDiagnostic("OG176", variable, words, message("traces.fixVariable")));
  });
  return [...found.values()];
}

/** Milliseconds that a batch may wait or take at most. */
const MAX_MS = 3_600_000;

class VariableReader {
  readonly #lookup: Lookup;
  readonly #onBad: (variable: string, problem: Message) => void;

  constructor(lookup: Lookup, onBad: (variable: string, problem: Message) => void) {
    this.#lookup = lookup;
    this.#onBad = onBad;
  }

  text(variable: string): string | undefined {
    const text = this.#lookup(variable)?.trim();
    return text === "" ? undefined : text;
  }

  word(variable: string): string | undefined {
    return this.text(variable)?.toLowerCase();
  }

  /** The one for traces is taken as it is; the other one is what all signals have in common. */
  address(): URL | undefined {
    const own = this.#address(`${OTLP}TRACES_ENDPOINT`, false);
    return own ?? this.#address(`${OTLP}ENDPOINT`, true);
  }

  headers(): readonly string[] | undefined {
    const variable = [`${OTLP}TRACES_HEADERS`, `${OTLP}HEADERS`].find(
      (name) => this.text(name) !== undefined,
    );
    const pairs = variable === undefined ? undefined : this.pairs(variable);
    if (variable === undefined || pairs === undefined) return undefined;
    const isGood = pairs.every(
      ([name, value]) =>
        headerNameProblem(name, false) === undefined && headerValueProblem(value) === undefined,
    );
    if (isGood) return pairs.flatMap(([name, value]) => [name.toLowerCase(), value]);
    this.#onBad(variable, message("traces.badPairs"));
    return undefined;
  }

  /** `key=value,key=value`, the values percent-encoded. */
  pairs(variable: string): readonly (readonly [string, string])[] | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    try {
      return text
        .split(",")
        .filter((pair) => pair.trim() !== "")
        .map((pair) => {
          const equals = pair.indexOf("=");
          const key = pair.slice(0, Math.max(equals, 0)).trim();
          if (key === "") throw new URIError(key);
          return [decodeURIComponent(key), decodeURIComponent(pair.slice(equals + 1).trim())] as const;
        });
    } catch {
      this.#onBad(variable, message("traces.badPairs"));
      return undefined;
    }
  }

  sampler(): { readonly ratio: number | undefined; readonly followsParent: boolean | undefined } {
    const word = this.word("OTEL_TRACES_SAMPLER");
    if (word === undefined) return { ratio: undefined, followsParent: undefined };
    const sampler = SAMPLERS.get(word);
    if (sampler === undefined) {
      this.#onBad("OTEL_TRACES_SAMPLER", message("traces.badSampler"));
      return { ratio: undefined, followsParent: undefined };
    }
    const [followsParent, ratio] = sampler;
    return { ratio: ratio ?? this.#ratio(), followsParent };
  }

  milliseconds(variable: string): number | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    const ms = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    if (ms >= 1 && ms <= MAX_MS) return ms;
    this.#onBad(variable, message("traces.badMilliseconds"));
    return undefined;
  }

  #ratio(): number | undefined {
    const variable = "OTEL_TRACES_SAMPLER_ARG";
    const text = this.text(variable);
    if (text === undefined) return undefined;
    const ratio = Number(text);
    if (ratio >= 0 && ratio <= 1) return ratio;
    this.#onBad(variable, message("traces.badRatio"));
    return undefined;
  }

  #address(variable: string, isBase: boolean): URL | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    const found = collectorAddress(text, isBase ? "base" : "whole");
    if (found.kind === "ok") return found.url;
    this.#onBad(variable, found.message);
    return undefined;
  }
}
