// Makes the engine that is not the default the usual one, for the process that is started with this file
// (`node --import FILE --test …`) and for all that it starts in turn. The program knows nothing of it: the file with
// the default is changed as it is loaded. JavaScript, so that nothing has to be compiled before.

import * as module from "node:module";

const CHANGED = new URL("../../../src/config/schema/engine-name.ts", import.meta.url).href;
const DEFAULT = /(?<=USUAL_ENGINE: EngineName = )"(fast|node)"/;

// An older Node, on which npm may run, loads nothing of the program.
if ("registerHooks" in module)
  module.registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      return url === CHANGED ? { ...loaded, source: changed(String(loaded.source)) } : loaded;
    },
  });

/**
 * @param {string} source
 * @returns {string}
 */
function changed(source) {
  const usual = DEFAULT.exec(source)?.[1];
  // Else a run on the other engine would be one more on the same.
  if (usual === undefined) throw new Error(`no default engine in ${CHANGED}`);
  return source.replace(DEFAULT, usual === "fast" ? '"node"' : '"fast"');
}

const options = process.env["NODE_OPTIONS"] ?? "";
if (!options.includes(import.meta.url))
  process.env["NODE_OPTIONS"] = `${options} --import=${import.meta.url}`.trim();
