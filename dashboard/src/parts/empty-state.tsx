// What stands where there is nothing yet, or no longer: why, and what helps.

import type { ComponentChildren } from "preact";
import { appWords } from "../words/app/words.ts";

/** A sentence, and below it what may be done. */
export function EmptyState({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <p>{title}</p>
      {children}
    </div>
  );
}

/** Stands for what is on its way. */
export function Loading() {
  return (
    <div class="loading" role="status">
      {appWords().loading}
    </div>
  );
}

/** Says that something could not be had, with a way to try again. */
export function Failed({ failure, onRetry }: { readonly failure: Error; readonly onRetry?: () => void }) {
  return (
    <div class="empty" role="alert">
      <p class="bad">{failure.message}</p>
      {onRetry !== undefined && (
        <button type="button" class="button" onClick={onRetry}>
          {appWords().tryAgain}
        </button>
      )}
    </div>
  );
}
