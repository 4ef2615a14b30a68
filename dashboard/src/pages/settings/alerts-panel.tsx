// Where alerts go, and whether they arrive there.

import { useState } from "preact/hooks";
import { type Answer, call } from "../../api/client.ts";
import { Panel } from "../../parts/panel.tsx";
import { toast } from "../../parts/toast.tsx";
import { settingsWords } from "../../words/settings/words.ts";

/** The panel. */
export function AlertsPanel({ alerts }: { readonly alerts: Answer<"getSettings">["alerts"] }) {
  const words = settingsWords();
  const [told, setTold] = useState<Answer<"testAlert">["data"]>([]);
  const [isBusy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    try {
      setTold((await call("testAlert")).data);
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  if (!alerts.is_configured)
    return (
      <Panel title={words.alerts} span={6}>
        <p class="soft">{words.noAlerts}</p>
      </Panel>
    );
  return (
    <Panel title={words.alerts} span={6}>
      <div class="stack">
        {alerts.targets.map((target) => (
          <code key={target}>{target}</code>
        ))}
        <div>
          <button type="button" class="button" disabled={isBusy} onClick={() => void send()}>
            {words.sendTest}
          </button>
        </div>
        <div role="status">
          {told.map(({ target, is_ok: isOk, status, error }) => (
            <p key={target} class={isOk ? "good" : "bad"}>
              {target}: {isOk ? words.sent : (error ?? "")} {status}
            </p>
          ))}
        </div>
      </div>
    </Panel>
  );
}
