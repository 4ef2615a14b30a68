// The attempts of a request on one scale of time, each with why it was made and how it ended.

import type { AttemptEntry, RequestEntry } from "../../api/requests.ts";
import { duration, whole } from "../../words/figures.ts";
import { requestsWords } from "../../words/requests/words.ts";

/** The attempts in their order. */
export function Waterfall({ entry }: { readonly entry: RequestEntry }) {
  const words = requestsWords();
  const { attempts, duration_ms: wholeMs, first_byte_ms: firstMs, is_cached: isCached } = entry;
  if (attempts.length === 0) return <p class="soft">{isCached ? words.cached : words.noAttempts}</p>;
  const scaleMs = Math.max(1, wholeMs, ...attempts.map((one) => one.startedAfterMs + one.durationMs));
  return (
    <ol class="waterfall">
      {attempts.map((attempt, at) => (
        <li key={`${attempt.startedAfterMs} ${attempt.endpoint}`}>
          <div class="row">
            <strong class="clip">{attempt.endpoint}</strong>
            {attempt.credential !== undefined && (
              <span class="soft">{words.credential(whole(attempt.credential))}</span>
            )}
            <span class={isGood(attempt) ? "good" : attempt.outcome === "lost" ? "soft" : "bad"}>
              {attempt.status} {words.outcomes[attempt.outcome] ?? attempt.outcome}
              {attempt.reason !== undefined && ` (${attempt.reason})`}
            </span>
            <span class="soft">{duration(attempt.durationMs)}</span>
          </div>
          <Track attempt={attempt} scaleMs={scaleMs} firstMs={firstMs} />
          <div class="soft">{reasonOf(attempts, at)}</div>
        </li>
      ))}
    </ol>
  );
}

function isGood({ outcome }: AttemptEntry): boolean {
  return outcome === "ok" || outcome === "refused";
}

/** Why an attempt was made: the first by the routing, another because one had failed, or beside a slow one. */
function reasonOf(attempts: readonly AttemptEntry[], at: number): string {
  const words = requestsWords();
  const own = attempts[at];
  if (own === undefined || at === 0) return words.first;
  const failed = attempts
    .slice(0, at)
    .findLast(
      (one) =>
        !isGood(one) &&
        one.outcome !== "lost" &&
        one.startedAfterMs + one.durationMs <= own.startedAfterMs + 1,
    );
  if (failed === undefined) return words.beside;
  const why = [failed.status, failed.reason ?? failed.outcome].filter((part) => part !== undefined).join(" ");
  return words.afterThat(failed.endpoint, why);
}

type TrackProps = {
  readonly attempt: AttemptEntry;
  readonly scaleMs: number;
  readonly firstMs: number | null;
};

function Track({ attempt, scaleMs, firstMs }: TrackProps) {
  const words = requestsWords();
  const { startedAfterMs: fromMs, durationMs } = attempt;
  const share = (ms: number): string => `${((ms / scaleMs) * 100).toFixed(2)}%`;
  if (!isGood(attempt))
    return (
      <div class="waterfall-track">
        <span
          class={attempt.outcome === "lost" ? "lost" : "failed"}
          style={{ insetInlineStart: share(fromMs), width: share(durationMs) }}
        />
      </div>
    );
  const waitMs = firstMs === null ? durationMs : Math.max(0, Math.min(durationMs, firstMs - fromMs));
  return (
    <div class="waterfall-track">
      <span
        class="wait"
        title={`${words.waitingPart}: ${duration(waitMs)}`}
        style={{ insetInlineStart: share(fromMs), width: share(waitMs) }}
      />
      <span
        class="stream"
        title={`${words.streamingPart}: ${duration(durationMs - waitMs)}`}
        style={{ insetInlineStart: share(fromMs + waitMs), width: share(durationMs - waitMs) }}
      />
    </div>
  );
}
