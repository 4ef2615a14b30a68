// What the viewer chooses for all pages: language, theme, period.

import { Icon } from "../parts/icon.tsx";
import { appWords } from "../words/app/words.ts";
import { chooseLanguage, LANGUAGES, language, languageOf } from "../words/language.ts";
import { choosePeriod, PERIODS, period } from "./period.ts";
import { nextTheme, theme } from "./theme.ts";

/** The language, by its own name. */
export function LanguageChoice() {
  return (
    <select
      class="select"
      aria-label={appWords().language}
      value={language.value}
      onChange={(event) => chooseLanguage(languageOf(event.currentTarget.value) ?? "en")}
    >
      {Object.entries(LANGUAGES).map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag} selected={tag === language.value}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** Goes through the themes. */
export function ThemeButton() {
  const words = appWords();
  const label = `${words.theme}: ${words.themes[theme.value]}`;
  return (
    <button
      type="button"
      class="button is-plain is-icon"
      aria-label={label}
      title={label}
      onClick={nextTheme}
    >
      <Icon name={theme.value} />
    </button>
  );
}

/** The period of all figures. */
export function PeriodChoice() {
  const words = appWords();
  return (
    <select
      class="select"
      aria-label={words.period}
      value={period.value}
      onChange={(event) => {
        const chosen = PERIODS.find((one) => one === event.currentTarget.value);
        if (chosen !== undefined) choosePeriod(chosen);
      }}
    >
      {PERIODS.map((one) => (
        <option key={one} value={one} selected={one === period.value}>
          {words.periods[one]}
        </option>
      ))}
    </select>
  );
}
