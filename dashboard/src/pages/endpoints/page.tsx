// The page Endpoints: how each does, and what can be done about it.

import { useState } from "preact/hooks";
import "../../styles/forms.css";
import "./endpoints.css";
import { onLive } from "../../api/live.ts";
import { place, setQuery } from "../../app/router.ts";
import { EmptyState, Failed, Loading } from "../../parts/empty-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { useResource } from "../../parts/resource.ts";
import { appWords } from "../../words/app/words.ts";
import { endpointsWords } from "../../words/endpoints/words.ts";
import { type EndpointRow, loadDay, loadRows } from "./endpoint-data.ts";
import { EndpointDialog } from "./endpoint-dialog.tsx";
import { EndpointDrawer } from "./endpoint-drawer.tsx";
import { EndpointTable } from "./endpoint-table.tsx";
import { testAll } from "./tests.ts";
import { useLiveReload } from "./use-live-reload.ts";

const AGAIN_MS = 10_000;
const DAY_AGAIN_MS = 30_000;

/** Whether the address asks for the form of a new endpoint. */
function isAsked(): boolean {
  return place.value.query.has("add");
}

/** The page. */
export function Page() {
  const words = endpointsWords();
  const rows = useResource(loadRows, [], AGAIN_MS);
  const day = useResource(loadDay, [], DAY_AGAIN_MS);
  const [form, setForm] = useState<"add" | EndpointRow | undefined>(() => (isAsked() ? "add" : undefined));
  useLiveReload(rows.reload, onLive);
  const opened = rows.value?.find(({ now }) => now.name === place.value.query.get("name"));
  const open = (name: string | undefined): void => setQuery({ name });
  const closeForm = (): void => {
    setForm(undefined);
    setQuery({ add: undefined });
  };
  const active = (rows.value ?? []).filter(({ health }) => health !== "disabled").map(({ now }) => now.name);
  return (
    <>
      <PageHead title={appWords().pages.endpoints}>
        <button
          type="button"
          class="button"
          disabled={active.length === 0}
          onClick={() => void testAll(active)}
        >
          {words.testAll}
        </button>
        <button type="button" class="button is-main" onClick={() => setForm("add")}>
          {words.add}
        </button>
      </PageHead>
      {rows.value === undefined && rows.failure === undefined && <Loading />}
      {rows.value === undefined && rows.failure !== undefined && (
        <Failed failure={rows.failure} onRetry={rows.reload} />
      )}
      {rows.value?.length === 0 && <EmptyState title={words.none} />}
      {rows.value !== undefined && rows.value.length > 0 && (
        <EndpointTable rows={rows.value} day={day.value} onOpen={open} onChanged={rows.reload} />
      )}
      {opened !== undefined && (
        <EndpointDrawer
          row={opened}
          onEdit={() => setForm(opened)}
          onChanged={rows.reload}
          onClose={() => open(undefined)}
        />
      )}
      {form !== undefined && (
        <EndpointDialog
          {...(form !== "add" && { row: form })}
          onSaved={() => {
            closeForm();
            rows.reload();
          }}
          onClose={closeForm}
        />
      )}
    </>
  );
}
