// Keeps compiled code between the processes of the tests, of which there are hundreds (`node --import FILE --test …`).
// JavaScript, so that nothing has to be compiled before.

import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

enableCompileCache(fileURLToPath(new URL("../../node_modules/.cache/tests", import.meta.url)));
