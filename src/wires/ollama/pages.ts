// What Ollama's clients ask for that has nothing to do with one model.

import type { VendorPages } from "../paths/router.ts";

/** The version of Ollama whose API this is; its clients refuse servers that are too old for what they want. */
const API_VERSION = "0.12.11";

/** By path. */
export const OLLAMA_PAGES: VendorPages = new Map([
  ["/api/tags", { kind: "model_list" }],
  ["/api/version", { kind: "page", json: JSON.stringify({ version: API_VERSION }) }],
  // What is loaded where is not known here.
  ["/api/ps", { kind: "page", json: JSON.stringify({ models: [] }) }],
]);
