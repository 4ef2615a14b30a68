// The page that the address names, loaded when it is opened for the first time; and what stands there when it fails.

import { Component, type ComponentChildren, type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { EmptyState, Failed, Loading } from "../parts/empty-state.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { appWords } from "../words/app/words.ts";
import { PAGES, type PageEntry } from "./pages.ts";
import { hrefOf, pageName } from "./router.ts";

/** The page of the address. */
export function PageView() {
  const name = pageName.value;
  const entry = PAGES.find(({ path }) => path === name);
  return entry === undefined ? <NotFound /> : <LoadedPage key={entry.name} entry={entry} />;
}

function NotFound() {
  const words = appWords();
  return (
    <>
      <PageHead title={words.notFound} />
      <EmptyState title={words.notFound}>
        <a class="button" href={hrefOf("/")}>
          {words.toOverview}
        </a>
      </EmptyState>
    </>
  );
}

function LoadedPage({ entry }: { readonly entry: PageEntry }) {
  const [page, setPage] = useState<{ readonly Page: ComponentType }>();
  const [failure, setFailure] = useState<Error>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    setFailure(undefined);
    // Of an older build the file is gone; the banner then says to reload.
    entry
      .load()
      .then(setPage, (error: unknown) =>
        setFailure(error instanceof Error ? error : new Error(String(error))),
      );
  }, [entry, round]);
  if (failure !== undefined) return <Failed failure={failure} onRetry={() => setRound(round + 1)} />;
  if (page === undefined) return <Loading />;
  return (
    <ErrorBoundary>
      <page.Page />
    </ErrorBoundary>
  );
}

type BoundaryState = { readonly error: Error | undefined };

/** Keeps a failure of one page to that page. */
class ErrorBoundary extends Component<{ readonly children: ComponentChildren }, BoundaryState> {
  override state: BoundaryState = { error: undefined };

  static override getDerivedStateFromError(error: unknown): BoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    const words = appWords();
    return (
      <>
        <PageHead title={words.broken} />
        <Failed failure={error} onRetry={() => this.setState({ error: undefined })} />
      </>
    );
  }
}
