// What the status page has to say, in whatever language. Types.

import type { Beat } from "./beats.ts";

/** Its sentences in one language. */
export type StatusWords = {
  readonly lang: string;
  readonly title: string;
  readonly allUp: string;
  readonly someDown: string;
  readonly allDown: string;
  readonly none: string;
  readonly stopping: string;
  readonly model: string;
  readonly now: string;
  readonly day: string;
  readonly up: string;
  readonly down: string;
  readonly beats: Readonly<Record<Beat, string>>;
  readonly more: (count: number) => string;
  readonly at: (time: string) => string;
};
