// One lane: which model, its answer as it comes, and how that went.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { hrefOf } from "../../app/router.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { duration, money, UNKNOWN, whole } from "../../words/figures.ts";
import { playgroundWords } from "../../words/playground/words.ts";
import { curlOf, pythonOf } from "./copies.ts";
import type { Lane, LaneAnswer } from "./lane.ts";
import { question } from "./question.ts";

/** What a lane is given. */
export type LaneViewProps = {
  readonly number: number;
  readonly lane: Lane;
  readonly model: string;
  readonly names: readonly string[];
  readonly onChoose: (model: string) => void;
};

/** The lane. */
export function LaneView({ number, lane, model, names, onChoose }: LaneViewProps) {
  const words = playgroundWords();
  const listId = useId();
  const answer = lane.answer.value;
  const label = words.model(String(number));
  return (
    <section class="panel lane" aria-label={label}>
      <div class="panel-head">
        <input
          class="input"
          type="text"
          list={listId}
          aria-label={label}
          placeholder={number === 1 ? label : words.noSecond}
          value={model}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => onChoose(event.currentTarget.value)}
        />
        <datalist id={listId}>
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </div>
      <div class="panel-body stack">
        <AnswerView answer={answer} />
        {answer.state !== "none" && <Facts answer={answer} />}
        {model.trim() !== "" && <Copies model={model.trim()} />}
      </div>
    </section>
  );
}

function AnswerView({ answer }: { readonly answer: LaneAnswer }) {
  const words = playgroundWords();
  const { state, text, thinking, model, error, status } = answer;
  if (state === "none") return <p class="soft">{words.notAsked}</p>;
  return (
    <div class="stack" aria-busy={state === "waiting" || state === "coming"}>
      {thinking !== "" && (
        <details class="thinking">
          <summary>{words.thinking}</summary>
          <p class="said">{thinking}</p>
        </details>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <section class="said lane-answer" tabIndex={0} aria-label={words.answer(model.slice(0, 200))}>
        {text}
        {state === "waiting" && <span class="soft">{words.waiting}</span>}
        {state === "done" && text === "" && <span class="soft">{words.nothing}</span>}
      </section>
      {state === "stopped" && <p class="warn">{words.stopped}</p>}
      {state === "failed" && (
        <p class="notice bad" role="alert">
          {status !== undefined && status >= 400 && <strong>{status} </strong>}
          {text !== "" && `${words.brokenStream} `}
          <bdi>{error}</bdi>
        </p>
      )}
    </div>
  );
}

function Facts({ answer }: { readonly answer: LaneAnswer }) {
  const words = playgroundWords();
  const { entry, state, endpoint, attempts, firstMs, wholeMs, requestId } = answer;
  const usage = entry?.usage ?? null;
  const isOver = state === "done" || state === "failed" || state === "stopped";
  const settling = isOver && requestId !== undefined && entry === undefined ? words.settling : UNKNOWN;
  return (
    <dl class="facts lane-facts">
      <Fact name={words.first}>{firstMs === undefined ? UNKNOWN : duration(firstMs)}</Fact>
      <Fact name={words.whole}>{wholeMs === undefined ? UNKNOWN : duration(wholeMs)}</Fact>
      <Fact name={words.tokens}>
        {usage === null ? settling : `${whole(usage.input)} / ${whole(usage.output)}`}
        {usage?.isEstimate === true && <span class="soft"> · {words.estimated}</span>}
      </Fact>
      {usage !== null && usage.reasoning > 0 && <Fact name={words.reasoning}>{whole(usage.reasoning)}</Fact>}
      <Fact name={words.cost}>{entry === undefined ? settling : money(entry.cost, 3)}</Fact>
      <Fact name={words.endpoint}>
        <bdi>{entry?.endpoint ?? endpoint ?? UNKNOWN}</bdi>
      </Fact>
      <Fact name={words.attempts}>
        {entry === undefined ? (attempts ?? UNKNOWN) : whole(entry.attempts.length)}
      </Fact>
      {requestId !== undefined && (
        <Fact name={words.request}>
          <a href={hrefOf("/requests", { id: requestId })}>
            <code>{requestId}</code>
          </a>
        </Fact>
      )}
    </dl>
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

function Copies({ model }: { readonly model: string }) {
  const words = playgroundWords();
  const asked = question.value;
  const named = (what: string): string => `${what}, ${model.slice(0, 100)}`;
  return (
    <div class="row">
      <span class="soft">{words.asCurl}</span>
      <CopyButton text={curlOf(model, asked, words.key)} label={named(words.asCurl)} />
      <span class="soft">{words.asPython}</span>
      <CopyButton text={pythonOf(model, asked, words.key)} label={named(words.asPython)} />
    </div>
  );
}
