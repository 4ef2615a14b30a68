// All sentences, 繁體中文.

import { accountsZhTw } from "./accounts.ts";
import { adminZhTw } from "./admin.ts";
import { commandsZhTw } from "./commands.ts";
import { configCodesZhTw } from "./config-codes.ts";
import { configFileZhTw } from "./config-file.ts";
import { configRulesZhTw } from "./config-rules.ts";
import { configShapeZhTw } from "./config-shape.ts";
import { doctorZhTw } from "./doctor.ts";
import { errorsZhTw } from "./errors.ts";
import { failuresZhTw } from "./failures.ts";
import { initZhTw } from "./init.ts";
import { keysZhTw } from "./keys.ts";
import { networkZhTw } from "./network.ts";
import { optionsZhTw } from "./options.ts";
import { programZhTw } from "./program.ts";
import { reasonsZhTw } from "./reasons.ts";
import { refusalsZhTw } from "./refusals.ts";
import { serverZhTw } from "./server.ts";
import { startZhTw } from "./start.ts";

/** Makes the sentences, 繁體中文: a table is made where somebody reads the language, and not before. */
export const sentencesZhTw = () => ({
  ...accountsZhTw(),
  ...adminZhTw(),
  ...commandsZhTw(),
  ...configCodesZhTw(),
  ...configFileZhTw(),
  ...configRulesZhTw(),
  ...configShapeZhTw(),
  ...doctorZhTw(),
  ...errorsZhTw(),
  ...failuresZhTw(),
  ...initZhTw(),
  ...keysZhTw(),
  ...networkZhTw(),
  ...optionsZhTw(),
  ...programZhTw(),
  ...reasonsZhTw(),
  ...refusalsZhTw(),
  ...serverZhTw(),
  ...startZhTw(),
});
