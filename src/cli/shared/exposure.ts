// The refusal to serve strangers, in words.

import type { GatewayConfig } from "../../config/compile.ts";
import { SYSTEM_CONFIG_FOLDER } from "../../config/file/locate.ts";
import { message } from "../../language/messages.ts";
import { isExposed } from "../../supervise/reload-rules.ts";
import type { Failure } from "../terminal/command.ts";

/** Where the host may come from, for the words of a refusal; `shown` is the configuration file. */
export type HostOrigin = {
  readonly listen: { readonly isHostOfVariable: boolean };
  readonly shown: string | undefined;
};

/** Why this configuration must not be served: other machines could use it without a key. */
export function findExposure(config: GatewayConfig, { listen, shown }: HostOrigin): Failure | undefined {
  if (!isExposed(config)) return undefined;
  const { host } = config.server;
  const file = shown ?? `${SYSTEM_CONFIG_FOLDER}/config.yaml`;
  const fix = listen.isHostOfVariable ? message("variable.open", { file }) : message("fix.open");
  return { message: message("fail.open", { host }), fix };
}
