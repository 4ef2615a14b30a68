// The page Config: the file with its marks, where each value comes from, and the texts that it had before.

import { useEffect } from "preact/hooks";
import "../../styles/forms.css";
import "./config.css";
import { Failure } from "../../api/failure.ts";
import { onLive } from "../../api/live.ts";
import { place, setQuery } from "../../app/router.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { EmptyState, Failed, Loading } from "../../parts/empty-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { useResource } from "../../parts/resource.ts";
import { appWords } from "../../words/app/words.ts";
import { configWords } from "../../words/config/words.ts";
import { base, readFile, typed } from "./file-state.ts";
import { FileView } from "./file-view.tsx";
import { HistoryView } from "./history-view.tsx";
import { ValuesView } from "./values-view.tsx";

const TABS = ["file", "values", "history"] as const;

/** A file with errors is not taken, and tells nobody of itself. */
const AGAIN_MS = 5_000;

/** Makes a file out of what the gateway has found by itself. */
const INIT = "oai-gateway init";

/** The page. */
export function Page() {
  const words = configWords();
  const { failure, reload } = useResource((signal) => readFile(signal), [], AGAIN_MS);
  useEffect(() => onLive("config", reload), [reload]);
  useLeaveWarning();
  const tab = TABS.find((one) => one === place.value.query.get("tab")) ?? "file";
  const isThere = base.value !== undefined;
  return (
    <>
      <PageHead title={appWords().pages.config}>
        {isThere && (
          <nav class="row" aria-label={words.views}>
            {TABS.map((one) => (
              <button
                key={one}
                type="button"
                class="button"
                aria-pressed={one === tab}
                onClick={() => setQuery({ tab: one === "file" ? undefined : one })}
              >
                {words.tabs[one]}
              </button>
            ))}
          </nav>
        )}
      </PageHead>
      {!isThere && failure === undefined && <Loading />}
      {!isThere && failure !== undefined && <NoFile failure={failure} onRetry={reload} />}
      {isThere && tab === "file" && <FileView onReload={reload} />}
      {isThere && tab === "values" && <ValuesView />}
      {isThere && tab === "history" && <HistoryView />}
    </>
  );
}

function NoFile({ failure, onRetry }: { readonly failure: Error; readonly onRetry: () => void }) {
  const words = configWords();
  if (!(failure instanceof Failure && failure.status === 404))
    return <Failed failure={failure} onRetry={onRetry} />;
  return (
    <EmptyState title={words.noFile}>
      <p>{words.noFileNext}</p>
      <div class="row">
        <code>{INIT}</code>
        <CopyButton text={INIT} label={INIT} />
      </div>
      <p>{failure.message}</p>
    </EmptyState>
  );
}

/** The browser asks before a tab with something typed is closed. */
function useLeaveWarning(): void {
  const isTyped = typed.value !== undefined;
  useEffect(() => {
    if (!isTyped) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isTyped]);
}
