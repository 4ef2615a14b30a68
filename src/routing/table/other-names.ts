// What else a model's name may mean where nobody lists it as it was sent: spellings that people leave out, and suffixes
// that routers understand on every model. Pure. Exact names come first, in `table.ts`.

import { matchesGlob } from "../../core/glob.ts";
import type { Endpoint, Model, Target } from "../model.ts";

/** Google's API lists `models/gemini-…`, and takes the name without it. */
const LISTED_PREFIX = "models/";
/** Ollama lists `llama3:latest`, and takes the name without it; its clients add it to names of others. */
const USUAL_TAG = ":latest";
/** A suffix as routers have them (`:online`, `:nitro`, `:free`): a short word. */
const SUFFIX = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The names that mean the same, in the order in which they are looked for. */
export function otherNamesOf(name: string): readonly string[] {
  const last = name.slice(name.lastIndexOf("/") + 1);
  return [
    ...(last.includes(":") ? [] : [name + USUAL_TAG]),
    ...(last.endsWith(USUAL_TAG) ? [name.slice(0, -USUAL_TAG.length)] : []),
    ...(name.startsWith(LISTED_PREFIX) ? [name.slice(LISTED_PREFIX.length)] : [LISTED_PREFIX + name]),
  ];
}

/** A listed name in the spellings that people leave parts out of; each means the same model. */
export function spellingsOf(name: string): readonly string[] {
  const spellings = [name];
  if (name.startsWith(LISTED_PREFIX)) spellings.push(name.slice(LISTED_PREFIX.length));
  if (name.endsWith(USUAL_TAG)) spellings.push(name.slice(0, -USUAL_TAG.length));
  return spellings;
}

/** A name before its suffix and the suffix; undefined where it has none. */
export function splitSuffix(name: string): { readonly bare: string; readonly suffix: string } | undefined {
  const colon = name.lastIndexOf(":");
  const suffix = name.slice(colon + 1);
  if (colon <= name.lastIndexOf("/") + 1 || !SUFFIX.test(suffix)) return undefined;
  return { bare: name.slice(0, colon), suffix };
}

/**
 * Whether the endpoint may be asked for the name with a suffix although it lists the bare one only. Not where the
 * configuration says which names there are: a suffix may cost more.
 */
export function mayTakeSuffix(endpoint: Endpoint, name: string): boolean {
  const { models } = endpoint;
  if (models.kind === "static") return false;
  const { include, exclude } = models;
  if (exclude.some((pattern) => matchesGlob(pattern, name))) return false;
  return include.length === 0 || include.some((pattern) => matchesGlob(pattern, name));
}

/**
 * The model under a name with a suffix: its endpoints as far as they may be asked for it, in the rotation of the bare
 * one, so that both together keep the shares. Undefined where none may.
 */
export function withSuffix(bare: Model, name: string, suffix: string): Model | undefined {
  if (bare.origin !== "listed" && bare.origin !== "prefix") return undefined;
  const targets: Target[] = [];
  const rotation: Model["rotation"][number][] = [];
  bare.targets.forEach((target, index) => {
    const upstreamModel = `${target.upstreamModel}:${suffix}`;
    const cell = bare.rotation[index];
    if (cell === undefined || !mayTakeSuffix(target.endpoint, upstreamModel)) return;
    targets.push({ ...target, key: `${target.endpoint.name}/${upstreamModel}`, upstreamModel });
    rotation.push(cell);
  });
  if (targets.length === 0) return undefined;
  return { ...bare, name, origin: "suffix", isPublic: false, targets, rotation };
}
