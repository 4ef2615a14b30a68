// The source that names the usual engine, with the other one named. JavaScript, so that nothing has to be compiled before.

const USUAL = /(?<=USUAL_ENGINE: EngineName = )"(fast|node)"/;

/**
 * @param {string} source of `src/config/schema/engine-name.ts`
 * @returns {string}
 */
export function withOtherEngine(source) {
  const usual = USUAL.exec(source)?.[1];
  // Else a run on the other engine would be one more on the same.
  if (usual === undefined) throw new Error("the source names no usual engine");
  return source.replace(USUAL, usual === "fast" ? '"node"' : '"fast"');
}
