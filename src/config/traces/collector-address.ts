// The address of a collector of traces, as a person writes it or a variable has it. Pure; opens no connection.

import { type Message, message } from "../../language/messages.ts";

/** What was made of it. */
export type CollectorAddress =
  | { readonly kind: "ok"; readonly url: URL }
  | { readonly kind: "bad"; readonly message: Message };

const SIGNAL_PATH = "/v1/traces";
/** The port on which collectors speak gRPC, which is no HTTP/1.1. */
const GRPC_PORT = "4317";

/**
 * Where spans are posted to. `form`: `whole` has its path already, `base` is what all signals have in common, `either` is
 * whole where it ends with `/traces`.
 */
export function collectorAddress(text: string, form: "whole" | "base" | "either"): CollectorAddress {
  const input = text.trim();
  if (
    /[\u0000-\u0020\u007f-\u009f\\]/.test(input) ||
    !/^https?:\/\/[^/?#]/i.test(input) ||
    !URL.canParse(input)
  )
    return { kind: "bad", message: message("traces.noAddress") };
  const url = new URL(input);
  if (url.username !== "" || url.password !== "")
    return { kind: "bad", message: message("traces.noCredentials") };
  if (url.port === GRPC_PORT) return { kind: "bad", message: message("traces.grpc") };
  url.hash = "";
  const path = url.pathname.replace(/\/+$/, "");
  const isWhole = form === "whole" || (form === "either" && path.endsWith("/traces"));
  if (!isWhole) url.pathname = `${path}${SIGNAL_PATH}`;
  return { kind: "ok", url };
}
