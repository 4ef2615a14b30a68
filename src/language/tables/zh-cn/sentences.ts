// All sentences, 简体中文.

import { accountsZhCn } from "./accounts.ts";
import { adminZhCn } from "./admin.ts";
import { commandsZhCn } from "./commands.ts";
import { configCodesZhCn } from "./config-codes.ts";
import { configFileZhCn } from "./config-file.ts";
import { configRulesZhCn } from "./config-rules.ts";
import { configShapeZhCn } from "./config-shape.ts";
import { doctorZhCn } from "./doctor.ts";
import { errorsZhCn } from "./errors.ts";
import { failuresZhCn } from "./failures.ts";
import { initZhCn } from "./init.ts";
import { keysZhCn } from "./keys.ts";
import { networkZhCn } from "./network.ts";
import { optionsZhCn } from "./options.ts";
import { programZhCn } from "./program.ts";
import { reasonsZhCn } from "./reasons.ts";
import { refusalsZhCn } from "./refusals.ts";
import { serverZhCn } from "./server.ts";
import { startZhCn } from "./start.ts";

/** Makes the sentences, 简体中文: a table is made where somebody reads the language, and not before. */
export const sentencesZhCn = () => ({
  ...accountsZhCn(),
  ...adminZhCn(),
  ...commandsZhCn(),
  ...configCodesZhCn(),
  ...configFileZhCn(),
  ...configRulesZhCn(),
  ...configShapeZhCn(),
  ...doctorZhCn(),
  ...errorsZhCn(),
  ...failuresZhCn(),
  ...initZhCn(),
  ...keysZhCn(),
  ...networkZhCn(),
  ...optionsZhCn(),
  ...programZhCn(),
  ...reasonsZhCn(),
  ...refusalsZhCn(),
  ...serverZhCn(),
  ...startZhCn(),
});
