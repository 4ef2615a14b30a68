// The address below `/ui/` and what it means. Links are plain ones: a click on one of ours changes the address without
// loading the page anew.

import { computed, signal } from "@preact/signals";

const BASE = "/ui";

/** The address: its path below `/ui`, and its query. */
export type Place = { readonly path: string; readonly query: URLSearchParams };

/** Whether the viewer has gone from one page to another yet. */
export const hasMoved = signal(false);

/** Where the viewer is. */
export const place = signal<Place>(placeNow());

/** The first part of the path, which names the page. Empty on the first page. */
export const pageName = computed(() => place.value.path.split("/")[1] ?? "");

/** The address of a path of ours, for `href`. */
export function hrefOf(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== "") params.set(name, value);
  const text = params.toString();
  return `${BASE}${path}${text === "" ? "" : `?${text}`}`;
}

/** Goes to a path of ours, such as `/requests?status=5xx`. */
export function go(path: string): void {
  history.pushState(null, "", `${BASE}${path}`);
  hasMoved.value = true;
  place.value = placeNow();
  scrollTo(0, 0);
}

/** Changes the query of this page without a step in the history; undefined and empty values are taken away. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(place.value.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  history.replaceState(null, "", `${location.pathname}${text === "" ? "" : `?${text}`}`);
  place.value = placeNow();
}

/** Listens for steps in the history and for clicks on links of ours. */
export function startRouter(): void {
  addEventListener("popstate", () => {
    hasMoved.value = true;
    place.value = placeNow();
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || !isPlainClick(event) || link.target !== "" || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || !`${link.pathname}/`.startsWith(`${BASE}/`)) return;
    // A jump within the page is the browser's.
    if (link.hash !== "" && link.pathname === location.pathname) return;
    event.preventDefault();
    go(link.pathname.slice(BASE.length) + link.search);
  });
}

function isPlainClick(event: MouseEvent): boolean {
  const { button, ctrlKey, metaKey, shiftKey, altKey, defaultPrevented } = event;
  return button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey && !defaultPrevented;
}

function placeNow(): Place {
  const path = location.pathname.slice(BASE.length);
  return { path: path === "" ? "/" : path, query: new URLSearchParams(location.search) };
}
