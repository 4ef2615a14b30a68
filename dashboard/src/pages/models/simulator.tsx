// "Why was this chosen": what would happen now to a request for a name, one that nobody lists among them.

import { useEffect, useState } from "preact/hooks";
import { type Answer, call } from "../../api/client.ts";
import { TextField } from "../../parts/field.tsx";
import { Panel } from "../../parts/panel.tsx";
import { language } from "../../words/language.ts";
import { modelsWords } from "../../words/models/words.ts";
import type { ModelsNow } from "./models-data.ts";
import { PlanTable } from "./plan-table.tsx";

type Explained = {
  readonly answer: Answer<"explainRoute"> | undefined;
  readonly failure: string | undefined;
  explain(model: string): Promise<void>;
};

/** The last answer to what was asked, or why there is none. */
function useExplained(): Explained {
  const [answer, setAnswer] = useState<Answer<"explainRoute">>();
  const [failure, setFailure] = useState<string>();
  const [asked, setAsked] = useState<string>();
  const explain = async (model: string): Promise<void> => {
    setAsked(model);
    setFailure(undefined);
    try {
      setAnswer(await call("explainRoute", { query: { model } }));
    } catch (error) {
      setAnswer(undefined);
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };
  useEffect(() => {
    // What was refused is said in the language of before.
    if (asked !== undefined) void explain(asked);
  }, [language.value]);
  return { answer, failure, explain };
}

/** The simulator; the names of `models` are offered while one is typed. */
export function Simulator({ models, shares }: Pick<ModelsNow, "models" | "shares">) {
  const words = modelsWords();
  const [name, setName] = useState("");
  const { answer, failure, explain } = useExplained();
  return (
    <Panel title={words.simulator} span={6}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void explain(name.trim());
        }}
      >
        <p class="soft">{words.simulatorHint}</p>
        <div class="row simulator-name">
          <div class="grow">
            <TextField
              label={words.name}
              value={name}
              onInput={setName}
              choices={models.map(({ plan }) => plan.model)}
            />
          </div>
          <button type="submit" class="button" disabled={name.trim() === ""}>
            {words.explain}
          </button>
        </div>
        {failure !== undefined && (
          <p class="notice bad" role="alert">
            {failure}
          </p>
        )}
        {answer !== undefined && (
          <>
            <p role="status">
              {answer.plan.next === null ? words.becauseNobody : words.because(answer.plan.next)}
            </p>
            <PlanTable
              plan={answer.plan}
              shares={shares.filter(({ model }) => model === answer.plan.model)}
            />
          </>
        )}
      </form>
    </Panel>
  );
}
