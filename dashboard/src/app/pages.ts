// The pages: where each lives, the key that leads to it, and how it is loaded.

import type { ComponentType } from "preact";
import type { IconName } from "../parts/icon.tsx";

/** The name of a page, which is that of its words and of its folder. */
type PageName =
  | "overview"
  | "requests"
  | "usage"
  | "endpoints"
  | "models"
  | "keys"
  | "playground"
  | "config"
  | "settings";

/** What a page's folder exports. */
type PageModule = { readonly Page: ComponentType };

/** One page. */
export type PageEntry = {
  readonly name: PageName & IconName;
  /** The first part of its path; empty for the first page. */
  readonly path: string;
  /** After `g`. */
  readonly key: string;
  readonly load: () => Promise<PageModule>;
};

/** All of them, in the order of the navigation. */
export const PAGES: readonly PageEntry[] = [
  { name: "overview", path: "", key: "o", load: () => import("../pages/overview/page.tsx") },
  { name: "requests", path: "requests", key: "r", load: () => import("../pages/requests/page.tsx") },
  { name: "usage", path: "usage", key: "u", load: () => import("../pages/usage/page.tsx") },
  { name: "endpoints", path: "endpoints", key: "e", load: () => import("../pages/endpoints/page.tsx") },
  { name: "models", path: "models", key: "m", load: () => import("../pages/models/page.tsx") },
  { name: "keys", path: "keys", key: "k", load: () => import("../pages/keys/page.tsx") },
  { name: "playground", path: "playground", key: "p", load: () => import("../pages/playground/page.tsx") },
  { name: "config", path: "config", key: "c", load: () => import("../pages/config/page.tsx") },
  { name: "settings", path: "settings", key: "s", load: () => import("../pages/settings/page.tsx") },
];
