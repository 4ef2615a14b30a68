// The words of cool-downs, and a cool-down as it is written to disk. Types, and the reading of JSON that may be
// anything; `cooldown.ts` keeps the state.

/** Why something cools down. */
export type CooldownClass = "rate_limited" | "dead_key" | "quota" | "model_missing";

/** What cools down: one model under one key of an endpoint, or (`model` undefined) everything under that key. */
export type CooldownScope = {
  readonly endpoint: string;
  /** `Credential.id`. */
  readonly credential: number;
  readonly model: string | undefined;
};

/** A cool-down as it is written to disk. */
export type SavedCooldown = CooldownScope & {
  readonly class: CooldownClass;
  /** End, in milliseconds since 1970. */
  readonly untilWallMs: number;
  /** From the caller's function; tells a key that was replaced from the one that cooled. */
  readonly fingerprint: string | undefined;
};

/** Names the key that is configured now, by a hash or the like; undefined when there is none. */
export type FingerprintOf = (endpoint: string, credential: number) => string | undefined;

const CLASSES: readonly CooldownClass[] = ["rate_limited", "dead_key", "quota", "model_missing"];

/** A saved cool-down out of parsed JSON; undefined when it is none. */
export function readSavedCooldown(item: unknown): SavedCooldown | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const record: Partial<Record<keyof SavedCooldown, unknown>> = item;
  const { endpoint, credential, untilWallMs } = record;
  const model = record.model ?? undefined;
  const fingerprint = record.fingerprint ?? undefined;
  if (typeof endpoint !== "string" || typeof credential !== "number" || typeof untilWallMs !== "number")
    return undefined;
  if (model !== undefined && typeof model !== "string") return undefined;
  if (fingerprint !== undefined && typeof fingerprint !== "string") return undefined;
  const why = CLASSES.find((known) => known === record.class);
  if (why === undefined || !Number.isSafeInteger(credential) || !Number.isFinite(untilWallMs))
    return undefined;
  return { endpoint, credential, model, class: why, untilWallMs, fingerprint };
}
