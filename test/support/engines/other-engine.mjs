// Makes the engine that is not the default the usual one, for the process that is started with this file
// (`node --import FILE --test …`) and for all that it starts in turn. The program knows nothing of it: the file with
// the default is changed as it is loaded. JavaScript, so that nothing has to be compiled before.

import * as module from "node:module";
import { withOtherEngine } from "./other-engine-source.mjs";

const CHANGED = new URL("../../../src/config/schema/engine-name.ts", import.meta.url).href;

// An older Node, on which npm may run, loads nothing of the program.
if ("registerHooks" in module)
  module.registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      return url === CHANGED ? { ...loaded, source: withOtherEngine(String(loaded.source)) } : loaded;
    },
  });

const options = process.env["NODE_OPTIONS"] ?? "";
if (!options.includes(import.meta.url))
  process.env["NODE_OPTIONS"] = `${options} --import=${import.meta.url}`.trim();
