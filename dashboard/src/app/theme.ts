// Light, dark, or as the system has it.

import { signal } from "@preact/signals";
import { kept } from "./kept.ts";

/** The themes, in the order in which a button goes through them. */
const THEMES = ["system", "light", "dark"] as const;

/** What the viewer has chosen. */
export type Theme = (typeof THEMES)[number];

const KEPT = "theme";

/** The theme in use. */
export const theme = signal<Theme>("system");

/** Takes the remembered theme, at the start. */
export function startTheme(): void {
  const known = kept(KEPT);
  chooseTheme(THEMES.find((one) => one === known) ?? "system");
}

/** Takes a theme and remembers it. */
function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  kept(KEPT, chosen);
  document.documentElement.dataset["theme"] = chosen;
}

/** The next one, for a button. */
export function nextTheme(): void {
  chooseTheme(THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "system");
}
