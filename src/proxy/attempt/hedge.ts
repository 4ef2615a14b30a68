// Hedging: where the first token is late, a second request goes to another target, and whichever answers first is
// relayed; the other is abandoned. Opt-in, since each hedge is billed.

import type { AttemptOutcome } from "../outcome/outcome.ts";
import type { Attempt } from "./attempt.ts";

/**
 * The outcome of an attempt that is under way, or of a second one beside it that begins when nothing was taken after
 * `afterMs`. `acquire` begins the second; undefined where no target is free or the retry budget is spent.
 */
export async function hedge(
  first: Attempt,
  afterMs: number,
  acquire: () => Attempt | undefined,
): Promise<AttemptOutcome> {
  await overOrLate(first, afterMs);
  const second = isOpen(first) ? beginBeside(first, acquire) : undefined;
  return second === undefined ? first.outcome : better(await first.outcome, await second.outcome);
}

/** Waits until the attempt is over, or late. */
function overOrLate(attempt: Attempt, afterMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, afterMs);
    void attempt.outcome.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Whether its answer may still be overtaken: an answer that goes to the client already may not. */
function isOpen(attempt: Attempt): boolean {
  return attempt.phase === "waiting" || attempt.phase === "looking";
}

function beginBeside(first: Attempt, acquire: () => Attempt | undefined): Attempt | undefined {
  let second: Attempt | undefined;
  // Nobody else would hear of what is thrown here while the first is under way.
  first.guard(() => {
    second = acquire();
  });
  if (second === undefined) return undefined;
  const rival = second;
  first.rival = rival;
  rival.rival = first;
  return rival;
}

/** The answer, if there is one; else the later word. */
function better(first: AttemptOutcome, second: AttemptOutcome): AttemptOutcome {
  return first.kind === "answered" || second.kind === "lost" ? first : second;
}
