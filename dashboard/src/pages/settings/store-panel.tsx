// What is kept, how long, and how the store does.

import type { Answer } from "../../api/client.ts";
import { Panel } from "../../parts/panel.tsx";
import { bytes, whole } from "../../words/figures.ts";
import { settingsWords } from "../../words/settings/words.ts";

/** The panel. */
export function StorePanel({ settings }: { readonly settings: Answer<"getSettings"> }) {
  const words = settingsWords();
  const { store, retention } = settings;
  const log =
    retention.requests_days === 0
      ? words.none
      : `${words.days(whole(retention.requests_days))} · ${words.atMost(bytes(retention.requests_bytes))}`;
  return (
    <Panel title={words.store} span={6}>
      <div class="stack">
        {store.health !== "ok" && (
          <p class="notice bad" role="alert">
            {store.reason ?? store.health}
          </p>
        )}
        <dl class="facts">
          <dt>{words.kind}</dt>
          <dd>{words.kinds[store.kind]}</dd>
          <dt>{words.health}</dt>
          <dd class={store.health === "ok" ? "good" : "bad"}>{store.health}</dd>
          <dt>{words.size}</dt>
          <dd>{bytes(store.bytes)}</dd>
          <dt>{words.queued}</dt>
          <dd>{whole(store.queued)}</dd>
          <dt>{words.lost}</dt>
          <dd class={store.lost > 0 ? "bad" : ""}>{whole(store.lost)}</dd>
          <dt>{words.usageDays}</dt>
          <dd>{words.days(whole(retention.usage_days))}</dd>
          <dt>{words.minutes}</dt>
          <dd>{words.hoursOf(whole(retention.minute_hours))}</dd>
          <dt>{words.hours}</dt>
          <dd>{words.days(whole(retention.hour_days))}</dd>
          <dt>{words.requestLog}</dt>
          <dd>{log}</dd>
        </dl>
        <p>{words.privacy}</p>
        <p class="soft">{words.change}</p>
      </div>
    </Panel>
  );
}
