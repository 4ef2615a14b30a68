// What the demo's clients ask for: a few uses of models with their shares, for the traffic under way and for the past that is
// made up at the start.

/** A use of a model. */
export type SampleUse = {
  /** Of all requests; the shares come to 1. */
  readonly share: number;
  /** The name of the client key; undefined: without one. */
  readonly client: string | undefined;
  readonly operation: "chat" | "embeddings";
  readonly model: string;
  readonly isStream: boolean;
  /** Of the question, in characters of the traffic under way and in tokens of the past. */
  readonly length: readonly [min: number, max: number];
};

/** The alias of the demo, and what it stands for. */
export const DEMO_ALIAS = { name: "fast", targets: ["alpha/mock-chat-mini", "beta/mock-chat-mini"] } as const;

const CHAT = { operation: "chat", isStream: true } as const;
const EMBEDDINGS = { operation: "embeddings", isStream: false } as const;

/** The uses. */
export const USES: readonly SampleUse[] = [
  { ...CHAT, share: 0.24, client: "coding-agent", model: "claude-haiku-4-5", length: [1_500, 9_000] },
  { ...CHAT, share: 0.2, client: "coding-agent", model: "gpt-5-mini", length: [800, 5_000] },
  { ...CHAT, share: 0.14, client: "phone-app", model: "gpt-5-mini", isStream: false, length: [80, 600] },
  { ...CHAT, share: 0.1, client: "phone-app", model: DEMO_ALIAS.name, isStream: false, length: [40, 300] },
  { ...CHAT, share: 0.12, client: undefined, model: "mock-chat", length: [40, 400] },
  { ...EMBEDDINGS, share: 0.15, client: "search-index", model: "text-embedding-3-small", length: [200, 900] },
  { ...EMBEDDINGS, share: 0.05, client: "search-index", model: "mock-embed", length: [200, 900] },
];

/** The use that a number in [0, 1) stands for. */
export function useOf(draw: number): SampleUse {
  let sum = 0;
  for (const use of USES) {
    sum += use.share;
    if (draw < sum) return use;
  }
  return USES[0] as SampleUse;
}

/** A whole number of the use's span, for a number in [0, 1); short ones are the most. */
export function lengthOf({ length: [min, max] }: SampleUse, draw: number): number {
  return Math.round(min + draw * draw * (max - min));
}
