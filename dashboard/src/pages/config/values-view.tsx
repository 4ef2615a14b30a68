// Every value with where it comes from: a line of the file, the store, or the default.

import { call } from "../../api/client.ts";
import { setQuery } from "../../app/router.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { useResource } from "../../parts/resource.ts";
import { SearchField, searched } from "../../parts/search-field.tsx";
import { type Column, VirtualTable } from "../../parts/table/virtual-table.tsx";
import { configWords } from "../../words/config/words.ts";
import { base } from "./file-state.ts";

type ValueRow = {
  readonly path: string;
  readonly value: unknown;
  readonly source: string;
  readonly line: number | null;
};

const MOST = 200;

/** The table. */
export function ValuesView() {
  const words = configWords();
  const file = base.value;
  const stored = useResource(
    async (signal) => (await call("getConfig", {}, { signal })).data,
    [file?.version],
  );
  const ofStore = (stored.value ?? []).filter(({ source }) => source === "store");
  const rows: readonly ValueRow[] = [
    ...(file?.sources ?? []),
    ...ofStore.map(({ kind, name, source, value }) => ({
      path: `${kind === "endpoint" ? "endpoints" : "routing.model_overrides"}.${name}`,
      value: JSON.stringify(value),
      source,
      line: null,
    })),
  ];
  if (rows.length === 0) return <EmptyState title={words.noValues} />;
  const wanted = searched();
  const shown = rows.filter((row) =>
    [row.path, textOf(row.value), sourceOf(row)].some((text) => text.toLowerCase().includes(wanted)),
  );
  return (
    <div class="stack">
      <SearchField label={words.search} />
      {shown.length === 0 ? (
        <EmptyState title={words.noMatch} />
      ) : (
        <VirtualTable
          label={words.tabs.values}
          columns={columns()}
          rows={shown}
          keyOf={({ path, source }) => `${path} ${source}`}
          onOpen={({ line }) => {
            if (line !== null) setQuery({ tab: undefined, line: String(line) });
          }}
          height="calc(100vh - 180px)"
          minWidth={620}
        />
      )}
    </div>
  );
}

function columns(): readonly Column<ValueRow>[] {
  const words = configWords();
  return [
    {
      name: "path",
      label: words.setting,
      width: "minmax(0, 1.6fr)",
      render: ({ path }) => <code title={path.slice(0, MOST)}>{path.slice(0, MOST)}</code>,
    },
    {
      name: "value",
      label: words.value,
      width: "minmax(0, 1.6fr)",
      render: ({ value }) =>
        value === null ? (
          <span class="soft">{words.hidden}</span>
        ) : (
          <code>{textOf(value).slice(0, MOST)}</code>
        ),
    },
    {
      name: "source",
      label: words.source,
      width: "minmax(0, 1fr)",
      render: (row) => (
        <span class={row.source === "default" ? "soft" : ""} title={row.source}>
          {sourceOf(row)}
        </span>
      ),
    },
  ];
}

function sourceOf({ source }: ValueRow): string {
  const { sources } = configWords();
  return source === "default" || source === "store" ? sources[source] : source;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
}
