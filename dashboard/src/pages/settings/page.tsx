// The page Settings: what is kept and for how long, prices, alerts, who administers; and what this browser remembers.

import "../../styles/forms.css";
import { call } from "../../api/client.ts";
import { LanguageChoice, ThemeButton } from "../../app/choices.tsx";
import { Failed, Loading } from "../../parts/empty-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useResource } from "../../parts/resource.ts";
import { saveFile } from "../../parts/save-file.ts";
import { toast } from "../../parts/toast.tsx";
import { appWords } from "../../words/app/words.ts";
import { duration } from "../../words/figures.ts";
import { settingsWords } from "../../words/settings/words.ts";
import { AdminPanel } from "./admin-panel.tsx";
import { AlertsPanel } from "./alerts-panel.tsx";
import { AuditPanel } from "./audit-panel.tsx";
import { PricesPanel } from "./prices-panel.tsx";
import { StorePanel } from "./store-panel.tsx";

/** The page. */
export function Page() {
  const { value, failure, reload } = useResource((signal) => call("getSettings", {}, { signal }), []);
  return (
    <>
      <PageHead title={appWords().pages.settings} />
      {value === undefined ? (
        failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={failure} onRetry={reload} />
        )
      ) : (
        <div class="grid">
          <StorePanel settings={value} />
          <PricesPanel />
          <GatewayPanel />
          <AlertsPanel />
          <AdminPanel admin={value.admin} />
          <HerePanel />
          <AuditPanel />
        </div>
      )}
    </>
  );
}

function GatewayPanel() {
  const words = settingsWords();
  const { value } = useResource((signal) => call("getState", {}, { signal }), [], 30_000);
  const save = async (): Promise<void> => {
    try {
      const bundle = await call("getDiagnostics");
      saveFile("oai-gateway-diagnostics.json", "application/json", JSON.stringify(bundle, null, 2));
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Panel title={words.gateway} span={6}>
      <div class="stack">
        <dl class="facts">
          <dt>{words.version}</dt>
          <dd>{value?.version ?? "–"}</dd>
          <dt>{words.uptime}</dt>
          <dd>{duration(value?.uptime_ms)}</dd>
        </dl>
        <p class="soft">{words.diagnosticsHint}</p>
        <div>
          <button type="button" class="button" onClick={() => void save()}>
            {words.diagnostics}
          </button>
        </div>
      </div>
    </Panel>
  );
}

function HerePanel() {
  const words = settingsWords();
  const { language, theme } = appWords();
  return (
    <Panel title={words.here} span={6}>
      <dl class="facts">
        <dt>{language}</dt>
        <dd>
          <LanguageChoice />
        </dd>
        <dt>{theme}</dt>
        <dd>
          <ThemeButton />
        </dd>
      </dl>
    </Panel>
  );
}
