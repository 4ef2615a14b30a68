// One request: what was tried, what it used, what it cost.

import type { ComponentChildren } from "preact";
import { call } from "../../api/client.ts";
import { Failure } from "../../api/failure.ts";
import type { RequestEntry } from "../../api/requests.ts";
import { hrefOf } from "../../app/router.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { Drawer } from "../../parts/drawer.tsx";
import { EmptyState, Failed, Loading } from "../../parts/empty-state.tsx";
import { useResource } from "../../parts/resource.ts";
import { StatusChip } from "../../parts/status-chip.tsx";
import { bytes, duration, moment, money, UNKNOWN, whole } from "../../words/figures.ts";
import { requestsWords } from "../../words/requests/words.ts";
import { Waterfall } from "./waterfall.tsx";

/** The request of an id, in a drawer; `known` where it is among the rows. */
export function RequestDrawer({
  id,
  known,
  onClose,
}: {
  readonly id: string;
  readonly known: RequestEntry | undefined;
  readonly onClose: () => void;
}) {
  const words = requestsWords();
  const { value, failure, reload } = useResource(
    (signal) => call("getRequest", { params: { id } }, { signal }),
    [id],
  );
  // A request that is only just over may not be in the log yet.
  const entry = value ?? known;
  const isGone = failure instanceof Failure && failure.status === 404;
  return (
    <Drawer
      onClose={onClose}
      title={
        <>
          {entry !== undefined && <StatusChip status={entry.status} />}{" "}
          <bdi>{entry?.model?.slice(0, 200) ?? id.slice(0, 200)}</bdi>
        </>
      }
    >
      {entry !== undefined ? (
        <Details entry={entry} />
      ) : isGone ? (
        <EmptyState title={words.notThere} />
      ) : failure !== undefined ? (
        <Failed failure={failure} onRetry={reload} />
      ) : (
        <Loading />
      )}
    </Drawer>
  );
}

function Details({ entry }: { readonly entry: RequestEntry }) {
  const words = requestsWords();
  return (
    <>
      <h3>{words.attempts}</h3>
      <Waterfall entry={entry} />
      {entry.model !== null && (
        <p>
          <a href={hrefOf("/models", { name: entry.model })}>{words.why}</a>
        </p>
      )}
      <h3>{words.tokens}</h3>
      <Tokens entry={entry} />
      <h3>{words.cost}</h3>
      <dl class="facts">
        <Fact name={words.cost}>{money(entry.cost, 6)}</Fact>
        <Fact name={words.source}>
          {words.sources[entry.cost_source] ?? entry.cost_source}
          {entry.cost_date !== null && ` · ${entry.cost_date}`}
        </Fact>
      </dl>
      <h3>{words.facts}</h3>
      <Facts entry={entry} />
      <h3>{words.bodies}</h3>
      <Bodies entry={entry} />
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Tokens({ entry: { usage } }: { readonly entry: RequestEntry }) {
  const words = requestsWords();
  if (usage === null) return <p class="soft">{UNKNOWN}</p>;
  return (
    <dl class="facts">
      <Fact name={words.input}>
        {whole(usage.input)}
        {usage.isEstimate && <span class="soft"> · {words.estimated}</span>}
      </Fact>
      <Fact name={words.cachedTokens}>{whole(usage.cached)}</Fact>
      <Fact name={words.output}>{whole(usage.output)}</Fact>
      <Fact name={words.reasoning}>{whole(usage.reasoning)}</Fact>
    </dl>
  );
}

function Facts({ entry }: { readonly entry: RequestEntry }) {
  const words = requestsWords();
  const { columns } = words;
  return (
    <dl class="facts">
      <Fact name={words.id}>
        <span class="row">
          <code>{entry.id}</code>
          <CopyButton text={entry.id} label={words.id} />
        </span>
      </Fact>
      <Fact name={words.at}>{moment(entry.at)}</Fact>
      {entry.error !== null && (
        <Fact name={words.error}>
          <code class="bad">{entry.error}</code>
        </Fact>
      )}
      <Fact name={words.path}>
        <code>
          {entry.method} {entry.path}
        </code>
      </Fact>
      <Fact name={words.operation}>{entry.operation ?? UNKNOWN}</Fact>
      <Fact name={words.endpoint}>{entry.endpoint ?? UNKNOWN}</Fact>
      <Fact name={words.upstreamModel}>{entry.upstream_model ?? UNKNOWN}</Fact>
      <Fact name={words.key}>{entry.key ?? UNKNOWN}</Fact>
      <Fact name={words.client}>{entry.client === "" ? UNKNOWN : entry.client}</Fact>
      <Fact name={words.stream}>{entry.is_stream ? words.yes : words.no}</Fact>
      <Fact name={columns.first}>{duration(entry.first_byte_ms)}</Fact>
      <Fact name={columns.duration}>{duration(entry.duration_ms)}</Fact>
      <Fact name={words.size}>
        {bytes(entry.bytes_in)} / {bytes(entry.bytes_out)}
      </Fact>
    </dl>
  );
}

/** Lists have no bodies: those of one request are asked for. */
function Bodies({ entry: { id } }: { readonly entry: RequestEntry }) {
  const words = requestsWords();
  const one = useResource((signal) => call("getRequest", { params: { id } }, { signal }), [id]);
  const bodies = one.value?.bodies ?? null;
  if (bodies === null) return <p class="soft">{one.isLoading ? "" : words.noBodies}</p>;
  return (
    <div class="stack">
      {(["asked", "answered"] as const).map((side) => {
        const { text, type, bytes: length, is_cut } = bodies[side];
        return (
          <section key={side} aria-label={words[side]}>
            <div class="row">
              <span class="soft">
                {words[side]} · {type} · {bytes(length)} {is_cut && words.cut}
              </span>
              {text !== null && <CopyButton text={text} label={words[side]} />}
            </div>
            {text !== null && <pre>{text}</pre>}
          </section>
        );
      })}
    </div>
  );
}
