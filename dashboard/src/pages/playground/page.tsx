// The page Playground: one question to two models, their answers side by side.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import "../../styles/forms.css";
import "./playground.css";
import { call } from "../../api/client.ts";
import { onLive } from "../../api/live.ts";
import { requestIn } from "../../api/requests.ts";
import { hrefOf } from "../../app/router.ts";
import { EmptyState, Failed, Loading } from "../../parts/empty-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { useResource } from "../../parts/resource.ts";
import { appWords } from "../../words/app/words.ts";
import { playgroundWords } from "../../words/playground/words.ts";
import { lanes } from "./lane.ts";
import { LaneView } from "./lane-view.tsx";
import { badFields, EMPTY, models, question } from "./question.ts";
import { QuestionForm } from "./question-form.tsx";

/** As the style sheet has it: narrower, and two answers do not fit beside each other. */
const NARROW = matchMedia("(max-width: 760px)");

/** Such models do not talk: they are offered, and not chosen unasked. */
const NO_CHAT = /embed|rerank|whisper|tts|dall-e|image|moderation/i;

const isNarrow = signal(NARROW.matches);
NARROW.addEventListener("change", ({ matches }) => {
  isNarrow.value = matches;
});

/** The page. */
export function Page() {
  const words = playgroundWords();
  const served = useResource(loadNames, []);
  useEffect(
    () =>
      onLive("request", (data) => {
        const entry = requestIn(data);
        if (entry !== undefined) for (const lane of lanes) lane.settle(entry);
      }),
    [],
  );
  const names = served.value;
  return (
    <>
      <PageHead title={appWords().pages.playground}>
        <button
          type="button"
          class="button"
          onClick={() => {
            question.value = EMPTY;
          }}
        >
          {words.clear}
        </button>
      </PageHead>
      {names === undefined && served.failure === undefined && <Loading />}
      {names === undefined && served.failure !== undefined && (
        <Failed failure={served.failure} onRetry={served.reload} />
      )}
      {names?.length === 0 && (
        <EmptyState title={words.noModels}>
          <a class="button" href={hrefOf("/endpoints")}>
            {words.toEndpoints}
          </a>
        </EmptyState>
      )}
      {names !== undefined && names.length > 0 && <Playground names={names} />}
    </>
  );
}

function Playground({ names }: { readonly names: readonly string[] }) {
  const asked = question.value;
  const [first, second] = chosenOf(names);
  const wanted = isNarrow.value ? [first] : [first, second];
  const isBusy = lanes.some((lane) => lane.isBusy());
  const canAsk =
    badFields(asked).size === 0 &&
    wanted.some((model) => model.trim() !== "") &&
    (asked.user.trim() !== "" || asked.pictures.length > 0);
  const ask = (): void => {
    if (!canAsk) return;
    for (const [at, lane] of lanes.entries()) {
      const model = wanted[at]?.trim() ?? "";
      if (model === "") lane.stop();
      else void lane.ask(model, asked);
    }
  };
  return (
    <div class="stack">
      <QuestionForm
        canAsk={canAsk}
        isBusy={isBusy}
        onAsk={ask}
        onStop={() => {
          for (const lane of lanes) lane.stop();
        }}
      />
      <div class="lanes">
        {wanted.map((model, at) => {
          const lane = lanes[at];
          return (
            lane !== undefined && (
              <LaneView
                key={at}
                number={at + 1}
                lane={lane}
                model={model}
                names={names}
                onChoose={(chosen) => {
                  models.value = at === 0 ? [chosen, second] : [first, chosen];
                }}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

/** The first two where nothing is chosen. */
function chosenOf(names: readonly string[]): readonly [first: string, second: string] {
  const [first, second] = models.value;
  const likely = names.filter((name) => !NO_CHAT.test(name));
  return [first ?? likely[0] ?? names[0] ?? "", second ?? likely[1] ?? ""];
}

async function loadNames(stopping: AbortSignal): Promise<readonly string[]> {
  const { data } = await call("listServedModels", {}, { signal: stopping });
  return data.filter(({ isPublic }) => isPublic).map(({ plan }) => plan.model);
}
