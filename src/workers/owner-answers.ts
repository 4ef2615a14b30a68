// Answers what serving processes ask: endpoints are asked for all of them at once, however many want to know.

import type { DataPlane } from "../data-plane.ts";
import type { OwnerQuestion } from "./messages.ts";

/** An answer counts for all who ask within this time. */
const SAME_MS = 10_000;

type Known = { readonly askedMs: number; readonly answer: Promise<unknown> };

/** What endpoints are asked, or the catalogue. */
type PlaneQuestion = Exclude<OwnerQuestion, { readonly ask: "objects" }>;

/** Asks endpoints, each the same question at most once in ten seconds. */
export class OwnerAnswers {
  readonly #plane: DataPlane;
  readonly #nowMs: () => number;
  /** By question; as many as there are endpoints, their keys and models that were missing. */
  readonly #known = new Map<string, Known>();

  constructor(plane: DataPlane, nowMs: () => number) {
    this.#plane = plane;
    this.#nowMs = nowMs;
  }

  /** Never rejects. */
  answer(question: PlaneQuestion): Promise<unknown> {
    const { checks, catalogue, lastingAnswers } = this.#plane;
    switch (question.ask) {
      case "kept_answer":
        // Its time is bounded by whoever asks, who counts as well.
        return lastingAnswers.shelf?.find(question.key).catch(() => undefined) ?? Promise.resolve(undefined);
      case "unknown_name":
        return catalogue.askForUnknownName();
      case "model":
        return checks.askModel(question.endpoint, question.model);
      case "alive":
        return this.#once(`alive ${question.endpoint}`, () => checks.askAlive(question.endpoint));
      case "key":
        return this.#once(`key ${question.credential} ${question.endpoint}`, async () => {
          const endpoint = this.#plane.endpoint(question.endpoint);
          const credential = endpoint?.credentials.find(({ id }) => id === question.credential);
          return endpoint === undefined || credential === undefined
            ? "unknown"
            : await checks.askKey(endpoint, credential);
        });
    }
  }

  /** After a reload an endpoint, or its key, may be another one. */
  forget(): void {
    this.#known.clear();
  }

  #once(key: string, ask: () => Promise<unknown>): Promise<unknown> {
    const nowMs = this.#nowMs();
    const known = this.#known.get(key);
    if (known !== undefined && nowMs - known.askedMs < SAME_MS) return known.answer;
    const answer = ask();
    this.#known.set(key, { askedMs: nowMs, answer });
    return answer;
  }
}
