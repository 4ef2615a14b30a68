// The names of tools. A chat knows functions by one name each; Responses has tools in namespaces and tools that take free
// text besides. Here is written down which function stands for which tool, so that its calls come back as they were meant.

import { createHash } from "node:crypto";

/** A tool as the client calls it. */
export type CalledTool = {
  readonly kind: "function" | "custom";
  readonly name: string;
  readonly namespace: string | undefined;
};

/** The longest name that chat APIs take. */
const MAX_NAME_CHARS = 64;
const DIGEST_CHARS = 8;

/** The tools of one request. */
export class FlatNames {
  readonly #byFlatName = new Map<string, CalledTool>();
  readonly #flatNames = new Map<string, string>();

  /** The name of the function that stands for a tool, the same each time it is asked for. */
  flatNameOf(tool: CalledTool): string {
    const key = `${tool.namespace ?? ""}\n${tool.name}`;
    const known = this.#flatNames.get(key);
    if (known !== undefined) return known;
    const wanted = tool.namespace === undefined ? tool.name : joined(tool.namespace, tool.name);
    const name = this.#freeName(wanted, key);
    this.#flatNames.set(key, name);
    this.#byFlatName.set(name, tool);
    return name;
  }

  /** Whose call it is; a function of that name where the request had none. */
  toolOf(flatName: string): CalledTool {
    return this.#byFlatName.get(flatName) ?? { kind: "function", name: flatName, namespace: undefined };
  }

  /** Another tool may be called so already. */
  #freeName(wanted: string, key: string): string {
    let name = wanted;
    for (let salt = ""; this.#byFlatName.has(name); salt += "+") name = withDigest(wanted, key + salt);
    return name;
  }
}

function joined(namespace: string, name: string): string {
  const whole = (namespace.endsWith("__") ? namespace + name : `${namespace}__${name}`).replace(
    /[^\w-]/g,
    "_",
  );
  return whole.length <= MAX_NAME_CHARS ? whole : withDigest(whole, whole);
}

function withDigest(name: string, of: string): string {
  const digest = createHash("sha256").update(of).digest("hex").slice(0, DIGEST_CHARS);
  return `${name.slice(0, MAX_NAME_CHARS - DIGEST_CHARS - 1)}_${digest}`;
}
