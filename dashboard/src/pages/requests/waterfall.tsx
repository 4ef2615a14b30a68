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
      {attempts.map((attempt) => (
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
          <Choice attempt={attempt} />
        </li>
      ))}
    </ol>
  );
}

function isGood({ outcome }: AttemptEntry): boolean {
  return outcome === "ok" || outcome === "refused";
}

/** Why this endpoint was asked and not another; nothing of a request from before that was written down. */
function Choice({ attempt: { choice } }: { readonly attempt: AttemptEntry }) {
  const words = requestsWords();
  if (choice === undefined) return null;
  const passed = choice.passedOver.map(({ endpoint, why }) =>
    words.passedWhy(endpoint, words.passedReasons[why] ?? why),
  );
  return (
    <div class="soft">
      {words.chosen[choice.reason] ?? choice.reason}
      {passed.length > 0 && ` · ${words.passedOver(words.listOf(passed))}`}
    </div>
  );
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
