// Runs inside the gateway's process (`node --import`): lets the machine say that it has less memory than it has. No part
// of the gateway. Loaded by `peaks.ts`.

import { syncBuiltinESMExports } from "node:module";
import os from "node:os";

const bytes = Number(process.env["PRETENDED_MEMORY_MIB"]) * 1024 * 1024;
os.totalmem = () => bytes;
process.constrainedMemory = () => bytes;
syncBuiltinESMExports();
