// The page Usage: a figure over time, told apart by what is chosen, and the same as a table with sums.

import { useEffect } from "preact/hooks";
import "../../styles/forms.css";
import "./usage.css";
import { choosePeriod, PERIODS, period } from "../../app/period.ts";
import { hrefOf, place, setQuery } from "../../app/router.ts";
import { Chart } from "../../parts/chart.tsx";
import { EmptyState, Failed, Loading } from "../../parts/empty-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useResource } from "../../parts/resource.ts";
import { saveFile } from "../../parts/save-file.ts";
import { toast } from "../../parts/toast.tsx";
import { appWords } from "../../words/app/words.ts";
import { duration, money, short, whole } from "../../words/figures.ts";
import { language } from "../../words/language.ts";
import { usageWords } from "../../words/usage/words.ts";
import { ChoiceBar } from "./choice-bar.tsx";
import { type Choices, canTellLatency, choicesNow, choose, clearFilters } from "./choices.ts";
import { latencyColumns, totalOf, usageColumns } from "./columns.tsx";
import { latencySeries, timesOf, usageSeries } from "./course.ts";
import { loadFile, loadLatency, loadUsage } from "./usage-data.ts";
import { UsageTable } from "./usage-table.tsx";

const AGAIN_MS = 15_000;
const CHART_PX = 240;

/** The page. */
export function Page() {
  const words = usageWords();
  const choices = choicesNow();
  usePeriodOfAddress();
  return (
    <>
      <PageHead title={appWords().pages.usage}>
        <Download choices={choices} />
      </PageHead>
      <ChoiceBar choices={choices} />
      {choices.metric !== "latency" ? (
        <Used choices={choices} />
      ) : canTellLatency(choices) ? (
        <Took choices={choices} />
      ) : (
        <EmptyState title={words.latencyGroups}>
          <button
            type="button"
            class="button"
            onClick={() => {
              clearFilters();
              choose({ by: "model", within: "" });
            }}
          >
            {words.groups.model}
          </button>
        </EmptyState>
      )}
      <p class="soft usage-foot">
        {words.zone(Intl.DateTimeFormat().resolvedOptions().timeZone)}
        {[choices.by, choices.within].includes("tag") && ` · ${words.tags}`}
      </p>
    </>
  );
}

/** The period is chosen once for all pages; here a link names it too. */
function usePeriodOfAddress(): void {
  const chosen = period.value;
  useEffect(() => {
    const asked = PERIODS.find((one) => one === place.value.query.get("period"));
    if (asked !== undefined) choosePeriod(asked);
  }, []);
  useEffect(() => setQuery({ period: period.value }), [chosen]);
}

function useKeyOf(choices: Choices): string {
  const { by, within, filters } = choices;
  return JSON.stringify([by, within, filters, period.value]);
}

function Used({ choices }: { readonly choices: Choices }) {
  const words = usageWords();
  const { metric } = choices;
  const chosen = period.value;
  const { value, failure, reload } = useResource(
    (signal) => loadUsage(choices, chosen, signal),
    [useKeyOf(choices)],
    AGAIN_MS,
  );
  if (value === undefined || metric === "latency")
    return failure === undefined ? <Loading /> : <Failed failure={failure} onRetry={reload} />;
  const total = totalOf(value.steps);
  if (total.requests === 0) return <Nothing choices={choices} />;
  const { range } = value;
  return (
    <div class="stack">
      <Panel title={words.chart(words.metrics[metric])}>
        <Chart
          key={`${metric} ${language.value}`}
          label={words.chart(words.metrics[metric])}
          times={timesOf(range)}
          stepMs={range.stepMs}
          series={usageSeries(choices, value)}
          kind="bars"
          format={metric === "cost" ? (cost) => money(String(cost)) : metric === "tokens" ? short : whole}
          height={CHART_PX}
        />
      </Panel>
      {total.unpriced > 0 && (
        <p class="notice warn row">
          <span class="grow">{words.unpricedNote(whole(total.unpriced))}</span>
          <a class="button" href={hrefOf("/settings")}>
            {words.toPrices}
          </a>
        </p>
      )}
      {total.estimated > 0 && <p class="notice">{words.estimatedNote(whole(total.estimated))}</p>}
      <Panel title={words.table} isFlush>
        <UsageTable
          choices={choices}
          range={range}
          columns={usageColumns()}
          lines={value.lines}
          total={total}
          usual={metric === "tokens" ? "input_tokens" : metric}
        />
      </Panel>
    </div>
  );
}

function Took({ choices }: { readonly choices: Choices }) {
  const words = usageWords();
  const chosen = period.value;
  const { value, failure, reload } = useResource(
    (signal) => loadLatency(choices, chosen, signal),
    [useKeyOf(choices)],
    AGAIN_MS,
  );
  if (value === undefined)
    return failure === undefined ? <Loading /> : <Failed failure={failure} onRetry={reload} />;
  if (value.lines.length === 0) return <Nothing choices={choices} />;
  const { range } = value;
  return (
    <div class="stack">
      <Panel title={words.chart(words.metrics.latency)}>
        <Chart
          key={language.value}
          label={words.chart(words.metrics.latency)}
          times={timesOf(range)}
          stepMs={range.stepMs}
          series={latencySeries(choices, value)}
          kind="lines"
          format={duration}
          height={CHART_PX}
        />
      </Panel>
      <Panel title={words.table} isFlush>
        <UsageTable
          choices={choices}
          range={range}
          columns={latencyColumns()}
          lines={value.lines}
          total={value.all}
          usual="requests"
        />
      </Panel>
    </div>
  );
}

function Nothing({ choices }: { readonly choices: Choices }) {
  const words = usageWords();
  if (Object.keys(choices.filters).length === 0) return <EmptyState title={words.empty} />;
  return (
    <EmptyState title={words.emptyFiltered}>
      <button type="button" class="button" onClick={clearFilters}>
        {words.anything}
      </button>
    </EmptyState>
  );
}

function Download({ choices }: { readonly choices: Choices }) {
  const words = usageWords();
  const save = async (format: "csv" | "json"): Promise<void> => {
    try {
      const text = await loadFile(choices, period.value, format);
      saveFile(`usage.${format}`, format === "csv" ? "text/csv" : "application/json", text);
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      {(["csv", "json"] as const).map((format) => (
        <button
          key={format}
          type="button"
          class="button"
          aria-label={words.save(words[format])}
          onClick={() => void save(format)}
        >
          {words[format]}
        </button>
      ))}
    </>
  );
}
