// How old the prices are, and what has been used without one.

import { call } from "../../api/client.ts";
import { Failed, Loading } from "../../parts/empty-state.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useResource } from "../../parts/resource.ts";
import { whole } from "../../words/figures.ts";
import { settingsWords } from "../../words/settings/words.ts";

/** The panel. */
export function PricesPanel() {
  const words = settingsWords();
  const { value, failure, reload } = useResource((signal) => call("listPrices", {}, { signal }), []);
  if (value === undefined)
    return (
      <Panel title={words.prices} span={6}>
        {failure === undefined ? <Loading /> : <Failed failure={failure} onRetry={reload} />}
      </Panel>
    );
  const { table, imported } = value.tables;
  return (
    <Panel title={words.prices} span={6}>
      <div class="stack">
        <dl class="facts">
          {(
            [
              [words.table, table],
              [words.imported, imported],
            ] as const
          ).map(([label, head]) => (
            <>
              <dt>{label}</dt>
              <dd class={head?.is_old === true ? "warn" : ""}>
                {head === null ? "–" : words.tableAge(head.date, whole(head.age_days))}
              </dd>
            </>
          ))}
        </dl>
        {(imported ?? table)?.is_old === true && <p class="notice warn">{words.old}</p>}
        <h3>{words.unpriced}</h3>
        {value.unpriced.length === 0 ? (
          <p class="good">{words.allPriced}</p>
        ) : (
          <div class="chips">
            {value.unpriced.map((name) => (
              <span key={name} class="chip warn" title={name.slice(0, 200)}>
                <bdi>{name.slice(0, 120)}</bdi>
              </span>
            ))}
          </div>
        )}
      </div>
    </Panel>
  );
}
