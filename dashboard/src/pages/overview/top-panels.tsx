// The models and the keys that are used most.

import type { ComponentChildren } from "preact";
import { type Answer, call } from "../../api/client.ts";
import { period, rangeOf } from "../../app/period.ts";
import { hrefOf } from "../../app/router.ts";
import { Bar } from "../../parts/bar.tsx";
import { EmptyState, Failed, Loading } from "../../parts/empty-state.tsx";
import { Panel } from "../../parts/panel.tsx";
import { type Resource, useResource } from "../../parts/resource.ts";
import { money, percent, whole } from "../../words/figures.ts";
import { overviewWords } from "../../words/overview/words.ts";
import { spanOf, type UsageLine } from "./figures.ts";

type Budget = Answer<"listBudgets">["data"][number];

const SHOWN = 6;
const AGAIN_MS = 10_000;

/** The models. */
export function TopModels() {
  const words = overviewWords();
  const top = useTop("model");
  const most = Math.max(1, ...(top.value ?? []).map(({ requests }) => requests));
  return (
    <TopPanel title={words.topModels} top={top} heads={[words.model, words.requests, words.cost]}>
      {(line) => {
        const name = line.group["model"] ?? "";
        return (
          <tr key={name}>
            <th scope="row" class="top-name">
              <a class="clip" href={hrefOf("/requests", { model: name })}>
                {name === "" ? "–" : name.slice(0, 200)}
              </a>
              <Bar share={(line.requests / most) * 0.79} label={whole(line.requests)} />
            </th>
            <td class="number">{whole(line.requests)}</td>
            <td class="number">{money(line.cost)}</td>
          </tr>
        );
      }}
    </TopPanel>
  );
}

/** The keys, each with its budget. */
export function TopKeys() {
  const words = overviewWords();
  const top = useTop("key");
  const budgets = useResource((signal) => call("listBudgets", {}, { signal }), [], AGAIN_MS);
  return (
    <TopPanel title={words.topKeys} top={top} heads={[words.key, words.requests, words.cost]}>
      {(line) => {
        const name = line.group["key"] ?? "";
        const budget = budgets.value?.data.find((one) => one.kind === "key" && one.name === name);
        return (
          <tr key={line.group["key_id"] ?? name}>
            <th scope="row" class="top-name">
              <a class="clip" href={hrefOf("/requests", { key: name })}>
                {name === "" ? words.anonymous : name.slice(0, 200)}
              </a>
              {budget !== undefined && <BudgetBar budget={budget} />}
            </th>
            <td class="number">{whole(line.requests)}</td>
            <td class="number">{money(line.cost)}</td>
          </tr>
        );
      }}
    </TopPanel>
  );
}

function BudgetBar({ budget: { usd, spent_usd: spent } }: { readonly budget: Budget }) {
  const share = Number(usd) === 0 ? 1 : Number(spent) / Number(usd);
  const says = overviewWords().ofBudget(percent(share), money(usd));
  return (
    <span class="top-budget">
      <Bar share={share} label={says} />
      <span class="soft">{says}</span>
    </span>
  );
}

function useTop(by: "model" | "key"): Resource<readonly UsageLine[]> {
  const chosen = period.value;
  return useResource(
    async (signal) => {
      const { data } = await call("getUsage", { query: { by, ...spanOf(rangeOf(chosen)) } }, { signal });
      return data.toSorted((one, other) => other.requests - one.requests).slice(0, SHOWN);
    },
    [by, chosen],
    AGAIN_MS,
  );
}

type TopProps = {
  readonly title: string;
  readonly top: Resource<readonly UsageLine[]>;
  readonly heads: readonly [name: string, requests: string, cost: string];
  readonly children: (line: UsageLine) => ComponentChildren;
};

function TopPanel({ title, top: { value, failure, reload }, heads, children }: TopProps) {
  const words = overviewWords();
  return (
    <Panel title={title} span={6} isFlush>
      {value === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} onRetry={reload} />
        )
      ) : value.length === 0 ? (
        <EmptyState title={words.nothingYet} />
      ) : (
        <table class="top-table">
          <thead>
            <tr>
              <th scope="col">{heads[0]}</th>
              <th scope="col" class="number">
                {heads[1]}
              </th>
              <th scope="col" class="number">
                {heads[2]}
              </th>
            </tr>
          </thead>
          <tbody>{value.map(children)}</tbody>
        </table>
      )}
    </Panel>
  );
}
