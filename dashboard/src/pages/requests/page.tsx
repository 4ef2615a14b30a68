// The log of requests: filtered by the address, live, with one request beside it.

import { useState } from "preact/hooks";
import { endpoints } from "../../api/endpoints.ts";
import type { RequestEntry } from "../../api/requests.ts";
import { place, setQuery } from "../../app/router.ts";
import { EmptyState, Failed, Loading } from "../../parts/empty-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { StatusChip } from "../../parts/status-chip.tsx";
import { type Column, VirtualTable } from "../../parts/table/virtual-table.tsx";
import { appWords } from "../../words/app/words.ts";
import { clock, duration, moment, money, UNKNOWN, whole } from "../../words/figures.ts";
import { requestsWords } from "../../words/requests/words.ts";
import { RequestDrawer } from "./drawer.tsx";
import { filtersNow, isFiltered, type RequestFilters, STATUSES } from "./filters.ts";
import { type RequestRows, useRows } from "./rows.ts";
import "./requests.css";

/** The page. */
export function Page() {
  const words = requestsWords();
  const filters = filtersNow();
  const isFollowing = place.value.query.get("live") !== "off";
  const found = useRows(filters, isFollowing);
  const opened = place.value.query.get("id") ?? undefined;
  return (
    <>
      <PageHead title={appWords().pages.requests}>
        <span class="soft">
          {words.shown(whole(found.rows.length))}
          {found.hasMore && ` · ${words.more}`}
        </span>
        <button
          type="button"
          class="button"
          aria-pressed={isFollowing}
          onClick={() => setQuery({ live: isFollowing ? "off" : undefined })}
        >
          <span class={isFollowing ? "dot good" : "dot"} />
          {words.live}
        </button>
      </PageHead>
      <FilterBar filters={filters} rows={found.rows} />
      {found.missed > 0 && <p class="banner">{words.missed(whole(found.missed))}</p>}
      <Rows found={found} filters={filters} opened={opened} />
      {opened !== undefined && (
        <RequestDrawer
          key={opened}
          id={opened}
          known={found.rows.find(({ id }) => id === opened)}
          onClose={() => setQuery({ id: undefined })}
        />
      )}
    </>
  );
}

type RowsProps = {
  readonly found: RequestRows;
  readonly filters: RequestFilters;
  readonly opened: string | undefined;
};

function Rows({ found, filters, opened }: RowsProps) {
  const words = requestsWords();
  const { rows, failure, isLoading } = found;
  if (rows.length === 0) {
    if (failure !== undefined) return <Failed failure={failure} onRetry={found.reload} />;
    if (isLoading) return <Loading />;
    if (!isFiltered(filters)) return <EmptyState title={words.nothingYet} />;
    return (
      <EmptyState title={words.nothing}>
        <button type="button" class="button" onClick={clearFilters}>
          {words.clear}
        </button>
      </EmptyState>
    );
  }
  return (
    <VirtualTable
      label={words.table}
      columns={columns()}
      rows={rows}
      keyOf={({ id }) => id}
      opened={opened}
      onOpen={({ id }) => setQuery({ id })}
      onNearEnd={found.loadMore}
      height="calc(100vh - 158px)"
      minWidth={980}
    />
  );
}

function columns(): readonly Column<RequestEntry>[] {
  const { columns: names } = requestsWords();
  return [
    {
      name: "at",
      label: names.at,
      width: "minmax(92px, 0.8fr)",
      render: ({ at }) => (
        <time dateTime={at} title={moment(at)}>
          {clock(at)}
        </time>
      ),
    },
    {
      name: "status",
      label: names.status,
      width: "72px",
      render: ({ status }) => <StatusChip status={status} />,
    },
    { name: "model", label: names.model, width: "minmax(0, 2fr)", render: ({ model }) => named(model) },
    {
      name: "endpoint",
      label: names.endpoint,
      width: "minmax(0, 1.2fr)",
      render: ({ endpoint }) => named(endpoint),
    },
    { name: "key", label: names.key, width: "minmax(0, 1.1fr)", render: ({ key }) => named(key) },
    { name: "tokens", label: names.tokens, width: "130px", isNumber: true, render: tokensOf },
    { name: "cost", label: names.cost, width: "92px", isNumber: true, render: ({ cost }) => money(cost) },
    {
      name: "first",
      label: names.first,
      width: "88px",
      isNumber: true,
      render: ({ first_byte_ms: ms }) => duration(ms),
    },
    {
      name: "duration",
      label: names.duration,
      width: "88px",
      isNumber: true,
      render: ({ duration_ms: ms }) => duration(ms),
    },
    {
      name: "tries",
      label: names.tries,
      width: "62px",
      isNumber: true,
      render: ({ attempts }) => (
        <span class={attempts.length > 1 ? "warn" : ""}>{whole(attempts.length)}</span>
      ),
    },
  ];
}

function tokensOf({ usage }: RequestEntry): string {
  return usage === null ? UNKNOWN : `${whole(usage.input)} / ${whole(usage.output)}`;
}

/** A name of any length and any letters. */
function named(name: string | null) {
  return name === null ? UNKNOWN : <bdi title={name.slice(0, 200)}>{name.slice(0, 200)}</bdi>;
}

function clearFilters(): void {
  setQuery({ model: undefined, endpoint: undefined, key: undefined, status: undefined });
}

function FilterBar({
  filters,
  rows,
}: {
  readonly filters: RequestFilters;
  readonly rows: readonly RequestEntry[];
}) {
  const words = requestsWords();
  const [id, setId] = useState("");
  const find = (event: Event): void => {
    event.preventDefault();
    if (id.trim() !== "") setQuery({ id: id.trim() });
  };
  const known = (of: (entry: RequestEntry) => string | null): readonly string[] =>
    [...new Set(rows.slice(0, 2_000).map(of))].filter((one) => one !== null).toSorted();
  return (
    <div class="filters">
      <form onSubmit={find} data-search>
        <input
          class="input"
          type="search"
          placeholder={words.search}
          aria-label={words.search}
          value={id}
          onInput={(event) => setId(event.currentTarget.value)}
        />
      </form>
      <Choice name="model" label={words.model} value={filters.model} choices={known(({ model }) => model)} />
      <Choice
        name="endpoint"
        label={words.endpoint}
        value={filters.endpoint}
        choices={endpoints.value?.map(({ name }) => name) ?? []}
      />
      <Choice name="key" label={words.key} value={filters.key} choices={known(({ key }) => key)} />
      <select
        class="select"
        aria-label={words.status}
        value={filters.status}
        onChange={(event) =>
          setQuery({ status: event.currentTarget.value === "all" ? undefined : event.currentTarget.value })
        }
      >
        {Object.keys(STATUSES).map((status) => (
          <option key={status} value={status} selected={status === filters.status}>
            {status === "all"
              ? `${words.status}: ${words.statuses.all}`
              : words.statuses[status as keyof typeof STATUSES]}
          </option>
        ))}
      </select>
      {isFiltered(filters) && (
        <button type="button" class="button is-plain" onClick={clearFilters}>
          {words.clear}
        </button>
      )}
    </div>
  );
}

type ChoiceProps = {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly choices: readonly string[];
};

/** A text that may be picked from what is known. It counts when it is picked, or when the field is left. */
function Choice({ name, label, value, choices }: ChoiceProps) {
  const listId = `known-${name}`;
  return (
    <>
      <input
        class="input"
        type="text"
        list={listId}
        placeholder={label}
        aria-label={label}
        value={value}
        spellcheck={false}
        autocomplete="off"
        onChange={(event) => setQuery({ [name]: event.currentTarget.value.trim() })}
      />
      <datalist id={listId}>
        {choices.map((choice) => (
          <option key={choice} value={choice} />
        ))}
      </datalist>
    </>
  );
}
