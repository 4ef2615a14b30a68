// `schema`: prints the JSON Schema of config.yaml, for editors.

import type { CommandContext, ExitCode } from "../terminal/command.ts";

/** Prints the schema. */
export async function runSchema(context: CommandContext): Promise<ExitCode> {
  const { configJsonSchemaText } = await import("../../config/schema/json-schema.ts");
  context.terminal.out(configJsonSchemaText().trimEnd());
  return 0;
}
