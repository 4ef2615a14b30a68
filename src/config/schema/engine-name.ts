// The names of the HTTP engines, as `server.engine` has them.

/** All of them. */
export const ENGINE_NAMES = ["fast", "node"] as const;

/** One of them. */
export type EngineName = (typeof ENGINE_NAMES)[number];

/** The one that is used where nothing is said. */
export const USUAL_ENGINE: EngineName = "fast";
