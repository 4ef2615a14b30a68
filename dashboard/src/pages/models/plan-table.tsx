// The targets of a model: the share that each is meant to have beside the one that it had, and why one is left out now.

import { percent, UNKNOWN, whole } from "../../words/figures.ts";
import { modelsWords } from "../../words/models/words.ts";
import type { Candidate, Plan, RealShare } from "./models-data.ts";

type PlanTableProps = {
  readonly plan: Plan;
  /** Of this model; empty where nothing is known. */
  readonly shares: readonly RealShare[];
};

/** The table, and below it what is asked when none of the targets can serve. */
export function PlanTable({ plan, shares }: PlanTableProps) {
  const words = modelsWords();
  return (
    <div class="stack">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <figure class="scrolls" tabIndex={0} aria-label={words.targets}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.endpoint}</th>
              <th scope="col">{words.upstreamModel}</th>
              <th scope="col" class="number">
                {words.tier}
              </th>
              <th scope="col" class="number">
                {words.weight}
              </th>
              <th scope="col" class="number">
                {words.intended}
              </th>
              <th scope="col" class="number">
                {words.real}
              </th>
              <th scope="col">{words.state}</th>
            </tr>
          </thead>
          <tbody>
            {plan.candidates.map((one) => (
              <CandidateRow key={`${one.endpoint}/${one.model}`} candidate={one} shares={shares} />
            ))}
          </tbody>
        </table>
      </figure>
      {plan.fallbacks.length > 0 && (
        <dl class="facts">
          <dt>{words.fallbacks}</dt>
          {plan.fallbacks.map(({ model, on }) => (
            <dd key={model}>{words.fallback(model, on.map((one) => words.fallbackOn[one]).join(", "))}</dd>
          ))}
        </dl>
      )}
    </div>
  );
}

function CandidateRow({
  candidate,
  shares,
}: {
  readonly candidate: Candidate;
  readonly shares: readonly RealShare[];
}) {
  const words = modelsWords();
  const { endpoint, model, priority, weight, share_percent } = candidate;
  const real = shares.find((one) => one.endpoint === endpoint);
  const all = shares.reduce((sum, { requests }) => sum + requests, 0);
  return (
    <tr>
      <th scope="row" class="clip">
        <bdi>{endpoint.slice(0, 200)}</bdi>
      </th>
      <td class="clip" title={model.slice(0, 200)}>
        <bdi>{model.slice(0, 200)}</bdi>
      </td>
      <td class="number">{whole(priority)}</td>
      <td class="number">{whole(weight)}</td>
      <td class="number">{percent(share_percent / 100)}</td>
      <td class="number">
        {all === 0 ? UNKNOWN : words.realOf(percent((real?.percent ?? 0) / 100), whole(all))}
      </td>
      <td>
        <Now candidate={candidate} />
      </td>
    </tr>
  );
}

function Now({ candidate: { is_next, skipped, rests } }: { readonly candidate: Candidate }) {
  const words = modelsWords();
  if (skipped !== null) return <span class="bad">{skipped}</span>;
  if (is_next) return <span class="chip good">{words.isNext}</span>;
  const rest = rests[0];
  return rest === undefined ? <span class="soft">{words.usable}</span> : <span class="warn">{rest.why}</span>;
}
