// Checks the values of flags that commander leaves as text.

import { cleanText } from "../../core/clean-text.ts";
import type { CommandContext, Failure } from "./command.ts";

/** A checked flag, or why it is wrong. */
export type Flag<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "wrong"; readonly failure: Failure };

/** `--port`: undefined where it was not given. */
export function readPort(context: CommandContext, value: string | undefined): Flag<number | undefined> {
  if (value === undefined) return { kind: "ok", value: undefined };
  const port = Number(value);
  if (/^\d{1,5}$/.test(value) && port <= 65_535) return { kind: "ok", value: port };
  return wrong(context, "serve", { option: "--port", value, wanted: context.text("want.port") });
}

/** `--traffic`: requests a second. */
export function readTraffic(context: CommandContext, value: string): Flag<number> {
  const rate = Number(value);
  if (/^\d+(?:\.\d+)?$/.test(value) && rate <= 100) return { kind: "ok", value: rate };
  return wrong(context, "demo", { option: "--traffic", value, wanted: context.text("want.traffic") });
}

/** `name` is the command whose help has the option. */
function wrong(
  context: CommandContext,
  name: string,
  found: { readonly option: string; readonly value: string; readonly wanted: string },
): Flag<never> {
  const message = context.text("fail.option", { ...found, value: cleanText(found.value) });
  return { kind: "wrong", failure: { message, next: context.text("next.helpOf", { name }) } };
}
