// The field by which a page is filtered: its text is kept in the address, and `/` leads to it.

import { place, setQuery } from "../app/router.ts";

/** What is looked for now, in lower case and without spaces around it. */
export function searched(): string {
  return (place.value.query.get("q") ?? "").trim().toLowerCase();
}

/** The field; `label` says what can be typed. */
export function SearchField({ label }: { readonly label: string }) {
  return (
    <input
      type="search"
      class="input search-field"
      data-search
      placeholder={label}
      aria-label={label}
      value={place.value.query.get("q") ?? ""}
      onInput={(event) => setQuery({ q: event.currentTarget.value })}
    />
  );
}
