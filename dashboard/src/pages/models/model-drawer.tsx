// One model in detail.

import { Drawer } from "../../parts/drawer.tsx";
import { whole } from "../../words/figures.ts";
import { modelsWords } from "../../words/models/words.ts";
import type { RealShare, ServedModel } from "./models-data.ts";
import { PlanTable } from "./plan-table.tsx";

/** The drawer. */
export function ModelDrawer({
  model: { plan, isListed, retryBudget },
  shares,
  onClose,
}: {
  readonly model: ServedModel;
  readonly shares: readonly RealShare[];
  readonly onClose: () => void;
}) {
  const words = modelsWords();
  return (
    <Drawer title={<bdi>{plan.model.slice(0, 200)}</bdi>} onClose={onClose}>
      <dl class="facts">
        <dt>{words.strategy}</dt>
        <dd>{words.strategies[plan.strategy]}</dd>
        <dt>{words.origin}</dt>
        <dd>
          {words.origins[plan.origin]} {!isListed && <span class="chip">{words.unlisted}</span>}
        </dd>
        <dt>{words.next}</dt>
        <dd>{plan.next ?? words.nobody}</dd>
        {retryBudget !== null && (
          <>
            <dt>{words.budget}</dt>
            <dd>{words.budgetOf(whole(retryBudget.retriesInWindow), whole(retryBudget.requestsInWindow))}</dd>
          </>
        )}
      </dl>
      <div class="section">
        <h3>{words.targets}</h3>
        <PlanTable plan={plan} shares={shares} />
      </div>
    </Drawer>
  );
}
