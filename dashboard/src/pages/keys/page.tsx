// The page Keys: who may call the gateway, how much, and how apps are connected.

import { useState } from "preact/hooks";
import "../../styles/forms.css";
import "./keys.css";
import { call } from "../../api/client.ts";
import { place, setQuery } from "../../app/router.ts";
import { EmptyState, Failed, Loading } from "../../parts/empty-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { useResource } from "../../parts/resource.ts";
import { SearchField, searched } from "../../parts/search-field.tsx";
import { type Column, VirtualTable } from "../../parts/table/virtual-table.tsx";
import { toast } from "../../parts/toast.tsx";
import { appWords } from "../../words/app/words.ts";
import { keysWords } from "../../words/keys/words.ts";
import { KeyDialog, type NewKey } from "./key-dialog.tsx";
import { dayOf, type KeyView } from "./key-draft.ts";
import { BudgetBar, type BudgetNow, KeyDrawer, limitsText, stateOf } from "./key-drawer.tsx";
import { ShownOnce } from "./shown-once.tsx";

const AGAIN_MS = 15_000;

/** Whether the address asks for the form of a new key. */
function isAsked(): boolean {
  return place.value.query.has("add");
}

/** The page. */
export function Page() {
  const words = keysWords();
  const keys = useResource(loadKeys, [], AGAIN_MS);
  const [form, setForm] = useState<"create" | KeyView | undefined>(() => (isAsked() ? "create" : undefined));
  const [made, setMade] = useState<NewKey>();
  const opened = keys.value?.rows.find(({ id }) => id === place.value.query.get("key"));
  const open = (id: string | undefined): void => setQuery({ key: id });
  const closeForm = (): void => {
    setForm(undefined);
    setQuery({ add: undefined });
    keys.reload();
  };
  return (
    <>
      <PageHead title={appWords().pages.keys}>
        <button type="button" class="button is-main" onClick={() => setForm("create")}>
          {words.create}
        </button>
      </PageHead>
      {keys.value === undefined && keys.failure === undefined && <Loading />}
      {keys.value === undefined && keys.failure !== undefined && (
        <Failed failure={keys.failure} onRetry={keys.reload} />
      )}
      {keys.value !== undefined && <Keys {...keys.value} opened={opened?.id} onOpen={open} />}
      {opened !== undefined && (
        <KeyDrawer
          target={opened}
          budget={keys.value?.budgets.get(opened.name)}
          onEdit={() => setForm(opened)}
          onRotated={setMade}
          onChanged={keys.reload}
          onClose={() => open(undefined)}
        />
      )}
      {form !== undefined && (
        <KeyDialog
          {...(form !== "create" && { target: form })}
          onCreated={(created) => {
            closeForm();
            setMade(created);
          }}
          onChanged={(changed) => {
            closeForm();
            toast(words.saved(changed.name));
          }}
          onClose={closeForm}
        />
      )}
      {made !== undefined && (
        <ShownOnce
          made={made}
          onClose={() => {
            setMade(undefined);
            keys.reload();
          }}
        />
      )}
    </>
  );
}

type KeyRows = {
  readonly rows: readonly KeyView[];
  /** By the name of the key. */
  readonly budgets: ReadonlyMap<string, BudgetNow>;
};

async function loadKeys(signal: AbortSignal): Promise<KeyRows> {
  const [keys, budgets] = await Promise.all([
    call("listKeys", {}, { signal }),
    call("listBudgets", {}, { signal }),
  ]);
  return {
    rows: keys.data,
    budgets: new Map(budgets.data.flatMap((one) => (one.kind === "key" ? [[one.name ?? "", one]] : []))),
  };
}

function Keys({
  rows,
  budgets,
  opened,
  onOpen,
}: KeyRows & { readonly opened: string | undefined; readonly onOpen: (id: string) => void }) {
  const words = keysWords();
  if (rows.length === 0) return <EmptyState title={words.none} />;
  const wanted = searched();
  const shown = rows.filter((row) => isMeant(row, wanted));
  return (
    <div class="stack">
      <SearchField label={words.search} />
      {shown.length === 0 ? (
        <EmptyState title={words.noMatch} />
      ) : (
        <VirtualTable
          label={appWords().pages.keys}
          columns={columnsOf(budgets)}
          rows={shown}
          keyOf={({ id }) => id}
          opened={opened}
          onOpen={({ id }) => onOpen(id)}
          height="calc(100vh - 180px)"
          minWidth={820}
        />
      )}
    </div>
  );
}

function isMeant({ name, owner, tags }: KeyView, wanted: string): boolean {
  return [name, owner ?? "", ...tags].some((text) => text.toLowerCase().includes(wanted));
}

function columnsOf(budgets: ReadonlyMap<string, BudgetNow>): readonly Column<KeyView>[] {
  const words = keysWords();
  const narrow = "minmax(80px, 1fr)";
  return [
    {
      name: "name",
      label: words.name,
      width: "minmax(130px, 1.4fr)",
      render: (row) => <KeyName row={row} />,
    },
    {
      name: "prefix",
      label: words.prefix,
      width: "130px",
      render: (row) => <code>{row.prefix ?? "–"}</code>,
    },
    { name: "owner", label: words.owner, width: narrow, render: ({ owner }) => owner ?? "" },
    { name: "models", label: words.models, width: narrow, render: modelsText },
    { name: "limits", label: words.limits, width: "minmax(100px, 1.2fr)", render: limitsText },
    {
      name: "budget",
      label: words.budget,
      width: "minmax(150px, 1.4fr)",
      render: ({ name }) => {
        const budget = budgets.get(name);
        return budget && <BudgetBar budget={budget} />;
      },
    },
    {
      name: "expires",
      label: words.expires,
      width: "110px",
      render: ({ expires_at }) => (expires_at === null ? words.never : dayOf(expires_at)),
    },
  ];
}

function modelsText({ models }: KeyView): string {
  return models === null ? keysWords().all : models.join(", ");
}

function KeyName({ row }: { readonly row: KeyView }) {
  const state = stateOf(row);
  return (
    <>
      <bdi>{row.name}</bdi> {state !== "active" && <span class="chip bad">{keysWords().state[state]}</span>}
    </>
  );
}
