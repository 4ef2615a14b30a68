// The last requests, the newest on top.

import { useEffect } from "preact/hooks";
import { call } from "../../api/client.ts";
import { isLive, onLive } from "../../api/live.ts";
import { type RequestEntry, requestIn } from "../../api/requests.ts";
import { hrefOf } from "../../app/router.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useResource } from "../../parts/resource.ts";
import { StatusChip } from "../../parts/status-chip.tsx";
import { clock, duration, UNKNOWN } from "../../words/figures.ts";
import { overviewWords } from "../../words/overview/words.ts";
import { useNewest } from "./newest.ts";

const SHOWN = 11;
const AGAIN_MS = 3_000;

/** The last requests. Without a stream they are asked for. */
export function LivePanel() {
  const words = overviewWords();
  const [newest, add] = useNewest(SHOWN);
  const asked = useResource(
    (signal) => call("listRequests", { query: { limit: SHOWN } }, { signal }),
    // Once more when the stream is open: it tells nothing of what came since the last question.
    [isLive.value],
    isLive.value ? undefined : AGAIN_MS,
  );
  const data = asked.value?.data;
  useEffect(() => {
    if (data !== undefined) add(data);
  }, [data, add]);
  useEffect(
    () =>
      onLive("request", (sent) => {
        const entry = requestIn(sent);
        if (entry !== undefined) add([entry]);
      }),
    [add],
  );
  return (
    <Panel
      title={words.live}
      span={6}
      isFlush
      actions={<a href={hrefOf("/requests")}>{words.allRequests}</a>}
    >
      {newest.length === 0 && data !== undefined && <EmptyState title={words.nothingYet} />}
      <ul class="lines">
        {newest.map((entry) => (
          <LiveLine key={entry.id} entry={entry} />
        ))}
      </ul>
    </Panel>
  );
}

function LiveLine({ entry }: { readonly entry: RequestEntry }) {
  const words = overviewWords();
  const { id, at, status, model, endpoint, duration_ms: ms, attempts } = entry;
  const failed = attempts.find(
    ({ outcome }) => outcome !== "ok" && outcome !== "refused" && outcome !== "lost",
  );
  return (
    <li class="live-line">
      <time class="soft" dateTime={at}>
        {clock(at)}
      </time>
      <StatusChip status={status} />
      <a class="clip" href={hrefOf("/requests", { id })}>
        {(model ?? UNKNOWN).slice(0, 200)}
      </a>
      <span class="clip soft">
        {(endpoint ?? UNKNOWN).slice(0, 200)}
        {failed !== undefined && attempts.length > 1 && (
          <span class="warn">
            {" "}
            ·{" "}
            {words.after(
              failed.endpoint.slice(0, 60),
              String(failed.status ?? failed.reason ?? failed.outcome),
            )}
          </span>
        )}
      </span>
      <span class="number soft">{duration(ms)}</span>
    </li>
  );
}
