// Checks the values of flags that commander leaves as text.

import { type Message, message } from "../../language/messages.ts";
import type { Failure } from "./command.ts";

/** A checked flag, or why it is wrong. */
export type Flag<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "wrong"; readonly failure: Failure };

/** `--port`: undefined where it was not given. */
export function readPort(value: string | undefined): Flag<number | undefined> {
  if (value === undefined) return { kind: "ok", value: undefined };
  const port = Number(value);
  if (/^\d{1,5}$/.test(value) && port <= 65_535) return { kind: "ok", value: port };
  return wrong("serve", { option: "--port", value, wanted: message("want.port") });
}

/** `--traffic`: requests a second. */
export function readTraffic(value: string): Flag<number> {
  const rate = Number(value);
  if (/^\d+(?:\.\d+)?$/.test(value) && rate <= 100) return { kind: "ok", value: rate };
  return wrong("demo", { option: "--traffic", value, wanted: message("want.traffic") });
}

/** `name` is the command whose help has the option. */
function wrong(
  name: string,
  found: { readonly option: string; readonly value: string; readonly wanted: Message },
): Flag<never> {
  return {
    kind: "wrong",
    failure: { message: message("fail.option", found), next: message("next.helpOf", { name }) },
  };
}
