// What is wrong now, where alerts go, and whether they arrive there.

import { useState } from "preact/hooks";
import { type Answer, call } from "../../api/client.ts";
import { Panel } from "../../parts/panel.tsx";
import { useResource } from "../../parts/resource.ts";
import { toast } from "../../parts/toast.tsx";
import { ago, whole } from "../../words/figures.ts";
import { settingsWords } from "../../words/settings/words.ts";

type Alerts = Answer<"listAlerts">;

const AGAIN_MS = 10_000;
const COLOURS = { info: "", warning: "warn", error: "bad" } as const;

/** The panel. */
export function AlertsPanel() {
  const words = settingsWords();
  const alerts = useResource((signal) => call("listAlerts", {}, { signal }), [], AGAIN_MS);
  const { data = [], webhooks = [] } = alerts.value ?? {};
  return (
    <Panel title={words.alerts} span={6}>
      <div class="stack">
        {data.map(({ kind, subject, level, text, first_seen }) => (
          <p key={`${kind} ${subject}`} class="row">
            <span class={`dot ${COLOURS[level]}`} />
            <span class="grow">
              <bdi>{text}</bdi>
            </span>
            <span class="soft">{ago(first_seen)}</span>
          </p>
        ))}
        {data.length === 0 && <p class="soft">{words.nothingWrong}</p>}
        {webhooks.length === 0 && alerts.value !== undefined && <p class="soft">{words.noAlerts}</p>}
        {webhooks.length > 0 && <Webhooks webhooks={webhooks} onTested={alerts.reload} />}
      </div>
    </Panel>
  );
}

function Webhooks({
  webhooks,
  onTested,
}: {
  readonly webhooks: Alerts["webhooks"];
  readonly onTested: () => void;
}) {
  const words = settingsWords();
  const [told, setTold] = useState<Answer<"testAlerts">["data"]>([]);
  const [isBusy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    try {
      setTold((await call("testAlerts")).data);
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
    onTested();
  };
  return (
    <>
      {webhooks.map(({ number, name, format, delivered, failed, last_failure }) => (
        <p key={number}>
          <bdi>{name ?? `#${number}`}</bdi> <span class="chip">{format}</span>{" "}
          {words.delivered(whole(delivered), whole(failed))}{" "}
          {last_failure !== null && (
            <span class="bad">
              {last_failure.reason}, {ago(last_failure.at)}
            </span>
          )}
        </p>
      ))}
      <div>
        <button type="button" class="button" disabled={isBusy} onClick={() => void send()}>
          {words.sendTest}
        </button>
      </div>
      <div role="status">
        {told.map(({ number, name, is_delivered, reason }) => (
          <p key={number} class={is_delivered ? "good" : "bad"}>
            <bdi>{name ?? `#${number}`}</bdi>: {is_delivered ? words.sent : (reason ?? "")}
          </p>
        ))}
      </div>
    </>
  );
}
