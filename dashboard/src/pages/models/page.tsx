// The page Models: which names there are, who serves each, in which shares, and the aliases.

import "../../styles/forms.css";
import "./models.css";
import { hrefOf, place, setQuery } from "../../app/router.ts";
import { EmptyState, Failed, Loading } from "../../parts/empty-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { useResource } from "../../parts/resource.ts";
import { SearchField, searched } from "../../parts/search-field.tsx";
import { type Column, heightOf, VirtualTable } from "../../parts/table/virtual-table.tsx";
import { appWords } from "../../words/app/words.ts";
import { modelsWords } from "../../words/models/words.ts";
import { AliasesPanel } from "./aliases-panel.tsx";
import { ModelDrawer } from "./model-drawer.tsx";
import { loadModels, type ModelsNow, type ServedModel } from "./models-data.ts";
import { Simulator } from "./simulator.tsx";

const AGAIN_MS = 10_000;

/** The page. */
export function Page() {
  const now = useResource(loadModels, [], AGAIN_MS);
  const { value } = now;
  const name = place.value.query.get("name");
  const opened = value?.models.find(({ plan }) => plan.model === name);
  return (
    <>
      <PageHead title={appWords().pages.models} />
      {value === undefined && now.failure === undefined && <Loading />}
      {value === undefined && now.failure !== undefined && (
        <Failed failure={now.failure} onRetry={now.reload} />
      )}
      {value !== undefined && (
        <div class="stack">
          <Models models={value.models} opened={opened?.plan.model} />
          <div class="grid">
            <AliasesPanel aliases={value.aliases} models={value.models} onChanged={now.reload} />
            <Simulator models={value.models} shares={value.shares} />
          </div>
        </div>
      )}
      {opened !== undefined && value !== undefined && (
        <ModelDrawer
          model={opened}
          shares={value.shares.filter(({ model }) => model === opened.plan.model)}
          onClose={() => setQuery({ name: undefined })}
        />
      )}
    </>
  );
}

function Models({ models, opened }: Pick<ModelsNow, "models"> & { readonly opened: string | undefined }) {
  const words = modelsWords();
  const wanted = searched();
  const shown = models.filter(({ plan }) =>
    [plan.model, ...plan.candidates.map(({ endpoint }) => endpoint)].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
  if (models.length === 0)
    return (
      <EmptyState title={words.none}>
        <a class="button" href={hrefOf("/endpoints")}>
          {words.toEndpoints}
        </a>
      </EmptyState>
    );
  return (
    <>
      <SearchField label={words.search} />
      {shown.length === 0 && <EmptyState title={words.noMatch} />}
      {shown.length > 0 && (
        <VirtualTable
          label={appWords().pages.models}
          columns={columns()}
          rows={shown}
          keyOf={({ plan }) => plan.model}
          opened={opened}
          onOpen={({ plan }) => setQuery({ name: plan.model })}
          height={heightOf(shown.length, "calc(100vh - 220px)")}
          minWidth={700}
        />
      )}
    </>
  );
}

function columns(): readonly Column<ServedModel>[] {
  const words = modelsWords();
  return [
    {
      name: "model",
      label: words.model,
      width: "minmax(160px, 1.3fr)",
      render: ({ plan, isListed }) => (
        <>
          <bdi title={plan.model.slice(0, 200)}>{plan.model.slice(0, 200)}</bdi>{" "}
          {!isListed && <span class="chip">{words.unlisted}</span>}
        </>
      ),
    },
    { name: "targets", label: words.targets, width: "minmax(200px, 2fr)", render: targetsOf },
    {
      name: "strategy",
      label: words.strategy,
      width: "150px",
      render: ({ plan }) => words.strategies[plan.strategy],
    },
    {
      name: "next",
      label: words.next,
      width: "minmax(110px, 1fr)",
      render: ({ plan }) => plan.next ?? <span class="bad">{words.nobody}</span>,
    },
  ];
}

function targetsOf({ plan }: ServedModel) {
  return plan.candidates.map(({ endpoint, share_percent, skipped }, at) => (
    <span key={`${endpoint} ${at}`} class={skipped === null ? "" : "soft"}>
      {at > 0 && " · "}
      <bdi>{endpoint.slice(0, 60)}</bdi> {Math.round(share_percent)}%
    </span>
  ));
}
