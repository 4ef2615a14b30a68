// What a client is to the rows of the table, and what is found out about it.

import type { ModelApi } from "../test/support/models/serve-model.ts";
import type { NoteName } from "./notes.ts";
import type { SetName } from "./versions.ts";

/** What is tried with agents, then what is tried with libraries. */
export const CAPABILITIES = [
  "tool",
  "again",
  "models",
  "plain",
  "async",
  "stream",
  "raw",
  "tools",
  "parse",
  "errors",
  "versions",
  "count",
  "responses",
  "socket",
  "embeddings",
  "files",
  "images",
  "audio",
] as const;

/** One column of the table. */
export type Capability = (typeof CAPABILITIES)[number];

/** Which endpoint is behind the gateway: one that speaks what the client speaks, or one that knows chats only. */
export const WAYS = ["own", "chats"] as const;

/** One of the two. */
export type Way = (typeof WAYS)[number];

/** What came of one capability: it works, a note says why it is not asked for, or it does not work. */
export type Outcome =
  | { readonly kind: "works" }
  | { readonly kind: "noted"; readonly note: NoteName }
  | { readonly kind: "fails"; readonly reason: string };

/** By capability; what is left out was not tried. */
export type Outcomes = Partial<Record<Capability, Outcome>>;

/** Where one client runs. */
export type Place = {
  /** Its folder in the cache. */
  readonly folder: string;
  /** Empty, and its own: the home folder of all that is started. */
  readonly home: string;
  /** The gateway's address, without a path. */
  readonly url: string;
  readonly model: string;
  readonly way: Way;
};

/** A client of the table. */
export type Client = {
  /** What `--only` takes. */
  readonly key: string;
  /** As people know it. */
  readonly name: string;
  readonly kind: "agent" | "library";
  /** What it speaks, in the words of the table. */
  readonly speaks: string;
  readonly set: SetName;
  /** What the endpoint of its own kind knows; `everything` is all that OpenAI has. */
  readonly own: readonly ModelApi[] | "everything";
  /** The model that is asked for at its own endpoint, and at the other. */
  readonly models: Readonly<Record<Way, string>>;
  /** Limits that are known: what a failure there means. It is tried all the same. */
  readonly notes: Readonly<Partial<Record<Capability, NoteName>>>;
  /** Whether what it is tried with has to go over a socket. */
  readonly needsSocket?: boolean;
  run(place: Place): Promise<Outcomes>;
};
