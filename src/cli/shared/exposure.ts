// The refusal to serve strangers, in words.

import type { GatewayConfig } from "../../config/compile.ts";
import { SYSTEM_CONFIG_FOLDER } from "../../config/file/locate.ts";
import { isExposed } from "../../supervise/reload-rules.ts";
import type { CommandContext, Failure } from "../terminal/command.ts";

/** Where the host may come from, for the words of a refusal; `shown` is the configuration file. */
export type HostOrigin = {
  readonly listen: { readonly isHostOfVariable: boolean };
  readonly shown: string | undefined;
};

/** Why this configuration must not be served: other machines could use it without a key. */
export function findExposure(
  context: CommandContext,
  config: GatewayConfig,
  { listen, shown }: HostOrigin,
): Failure | undefined {
  if (!isExposed(config)) return undefined;
  const { text } = context;
  const { host } = config.server;
  const file = shown ?? `${SYSTEM_CONFIG_FOLDER}/config.yaml`;
  const fix = listen.isHostOfVariable ? text("variable.open", { file }) : text("fix.open");
  return { message: text("fail.open", { host }), fix };
}
