// One endpoint in detail: what rests and why, its list of models, where its settings stand.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { type Answer, call } from "../../api/client.ts";
import { ConfirmDialog } from "../../parts/dialog.tsx";
import { Drawer } from "../../parts/drawer.tsx";
import { toast } from "../../parts/toast.tsx";
import { endpointsWords } from "../../words/endpoints/words.ts";
import { ago, duration, whole } from "../../words/figures.ts";
import { attempt, moveSwitch } from "./actions.ts";
import { type EndpointRow, HEALTH_COLOURS, MODEL_COLOURS } from "./endpoint-data.ts";
import { TimeLeft } from "./endpoint-table.tsx";
import { TestResult } from "./test-result.tsx";
import { testEndpoint } from "./tests.ts";

type DrawerProps = {
  readonly row: EndpointRow;
  readonly onEdit: () => void;
  readonly onChanged: () => void;
  readonly onClose: () => void;
};

/** The drawer. */
export function EndpointDrawer(props: DrawerProps) {
  const { row, onClose } = props;
  const words = endpointsWords();
  const { now, health } = row;
  return (
    <Drawer title={<bdi>{now.name.slice(0, 200)}</bdi>} onClose={onClose}>
      <Actions {...props} />
      <div class="section">
        <TestResult name={now.name} />
        <dl class="facts">
          <dt>{words.state}</dt>
          <dd class="row">
            <span class={HEALTH_COLOURS[health]}>{words.states[health]}</span>
            <TimeLeft until={row.until} />
          </dd>
          <Facts row={row} />
        </dl>
      </div>
      {now.rests.length > 0 && <Rests row={row} />}
      <FetchedModels name={now.name} />
    </Drawer>
  );
}

function Facts({ row: { now, source } }: { readonly row: EndpointRow }) {
  const words = endpointsWords();
  const { list, breaker, inFlight, gate } = now;
  const age = list.ageMs === null ? undefined : ago(Date.now() - list.ageMs);
  const rows: (readonly [string, ComponentChildren] | false)[] = [
    breaker !== null && breaker.ejections > 0 && ["", words.ejections(whole(breaker.ejections))],
    [words.weight, whole(now.weight)],
    [words.priority, whole(now.priority)],
    [words.keys, whole(now.keyCount)],
    [words.inFlight, gate === null ? whole(inFlight) : words.gate(whole(gate.inFlight), whole(gate.waiting))],
    [words.list, `${words.lists[list.state]} · ${whole(list.modelCount)}`],
    age !== undefined && [words.age, `${age} · ${duration(list.tookMs)}`],
    list.reason !== null && [
      "",
      <span key="reason" class="bad">
        {list.reason}
      </span>,
    ],
    source !== undefined && [
      words.source,
      source.source === "store" ? words.store : <code key="source">{source.source}</code>,
    ],
    source?.problem != null && [
      "",
      <span key="problem" class="bad">
        {source.problem}
      </span>,
    ],
  ];
  return (
    <>
      {rows.map(
        (one) =>
          one !== false && (
            <>
              <dt>{one[0]}</dt>
              <dd>{one[1]}</dd>
            </>
          ),
      )}
    </>
  );
}

function Rests({ row: { now } }: { readonly row: EndpointRow }) {
  const words = endpointsWords();
  return (
    <div class="section">
      <h3>{words.rests}</h3>
      <ul class="plain">
        {now.rests.map((rest) => (
          <li key={`${rest.key} ${rest.model} ${rest.operation} ${rest.until}`} class="row">
            <span>
              {words.rest(
                [rest.key !== null && words.keyNumber(String(rest.key)), rest.model, rest.operation]
                  .filter((part) => part !== false && part !== null)
                  .join(" · ") || words.whole,
                rest.why,
              )}
            </span>
            <TimeLeft until={rest.until} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Actions({ row, onEdit, onChanged, onClose }: DrawerProps) {
  const words = endpointsWords();
  const [isAsked, setAsked] = useState(false);
  const { name } = row.now;
  const isOfStore = row.source?.source === "store";
  const run = async (work: () => Promise<boolean>): Promise<void> => {
    await work();
    onChanged();
  };
  const remove = (): Promise<boolean> =>
    attempt(async () => {
      const query = { version: row.source?.version ?? 0 };
      await call("deleteEndpoint", { params: { name }, query });
      toast(words.removed(name));
      onClose();
    });
  const button = (label: string, work: () => Promise<boolean>) => (
    <button type="button" class="button" onClick={() => void run(work)}>
      {label}
    </button>
  );
  return (
    <div class="stack">
      <div class="row">
        {button(words.test, () => attempt(() => testEndpoint(name)))}
        {row.health !== "disabled" && row.health !== "draining"
          ? button(words.drain, () => moveSwitch("drainEndpoint", row))
          : button(words.enable, () => moveSwitch("enableEndpoint", row))}
        {row.health !== "disabled" && button(words.disable, () => moveSwitch("disableEndpoint", row))}
        {row.now.rests.length > 0 &&
          button(words.reset, () => attempt(() => call("resetEndpoint", { params: { name } })))}
        {isOfStore && (
          <>
            <button type="button" class="button" onClick={onEdit}>
              {words.edit}
            </button>
            <button type="button" class="button is-danger" onClick={() => setAsked(true)}>
              {words.remove}
            </button>
          </>
        )}
      </div>
      {!isOfStore && row.source !== undefined && (
        <p class="notice">
          {words.fromFile} <code>{row.source.source}</code>
        </p>
      )}
      {isAsked && (
        <ConfirmDialog
          title={words.remove}
          says={words.removeAsk(name)}
          onConfirm={() => void run(remove)}
          onClose={() => setAsked(false)}
        />
      )}
    </div>
  );
}

function FetchedModels({ name }: { readonly name: string }) {
  const words = endpointsWords();
  const [answer, setAnswer] = useState<Answer<"fetchModels">>();
  const fetchNow = (): Promise<boolean> =>
    attempt(async () => setAnswer(await call("fetchModels", { params: { name } })));
  return (
    <div class="section">
      <div class="row">
        <h3 class="grow">{words.models}</h3>
        <button type="button" class="button" onClick={() => void fetchNow()}>
          {words.fetch}
        </button>
      </div>
      {answer?.error != null && (
        <p class="notice bad">
          {answer.error.message} {answer.error.fix}
        </p>
      )}
      {answer?.is_ok === true && (
        <>
          <p class="soft">{words.fetched(whole(answer.data.length), duration(answer.duration_ms))}</p>
          <ul class="plain models-fetched">
            {answer.data.map(({ id, state }) => (
              <li key={id} class={state === "left_out" ? "soft" : ""}>
                <bdi>{id.slice(0, 200)}</bdi>{" "}
                {state !== "known" && (
                  <span class={`chip ${MODEL_COLOURS[state]}`}>{words.modelStates[state]}</span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
