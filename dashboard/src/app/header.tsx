// The top of every page.

import { useEffect, useRef, useState } from "preact/hooks";
import { endpoints } from "../api/endpoints.ts";
import { Icon } from "../parts/icon.tsx";
import { toast } from "../parts/toast.tsx";
import icon from "../styles/icon.svg";
import { appWords } from "../words/app/words.ts";
import { whole } from "../words/figures.ts";
import { LanguageChoice, PeriodChoice, ThemeButton } from "./choices.tsx";
import { isHelpShown } from "./keyboard.tsx";
import { go, hrefOf } from "./router.ts";
import { logOut } from "./session-actions.ts";

/** The top of every page. */
export function Header() {
  const words = appWords();
  return (
    <header class="header">
      <a class="brand" href={hrefOf("/")} aria-label="oai-gateway">
        <img src={icon} alt="" />
        <span class="brand-name">oai-gateway</span>
      </a>
      <Health />
      <span class="header-space" />
      <PeriodChoice />
      <LanguageChoice />
      <ThemeButton />
      <button
        type="button"
        class="button is-plain is-icon help"
        aria-label={words.help}
        title={words.help}
        onClick={() => (isHelpShown.value = true)}
      >
        <kbd>?</kbd>
      </button>
      <AccountMenu />
    </header>
  );
}

function Health() {
  const all = endpoints.value?.filter(({ mood }) => mood !== "off");
  if (all === undefined || all.length === 0) return null;
  const healthy = all.filter(({ mood }) => mood === "good" || mood === "rest").length;
  const mood = healthy === all.length ? "good" : healthy === 0 ? "bad" : "warn";
  const says = appWords().healthy(whole(healthy), whole(all.length));
  return (
    <a class="health" href={hrefOf("/endpoints")} title={says} aria-label={says}>
      <span class={`dot ${mood}`} />
      <span class="health-words">{says}</span>
    </a>
  );
}

function AccountMenu() {
  const words = appWords();
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    place.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const onAway = (event: Event): void => {
      const isInside = event.target instanceof Node && place.current?.contains(event.target) === true;
      if (!isInside || (event instanceof KeyboardEvent && event.key === "Escape")) setOpen(false);
    };
    addEventListener("pointerdown", onAway);
    addEventListener("keydown", onAway);
    return () => {
      removeEventListener("pointerdown", onAway);
      removeEventListener("keydown", onAway);
    };
  }, [isOpen]);
  const leave = async (isEverywhere: boolean): Promise<void> => {
    setOpen(false);
    try {
      await logOut(isEverywhere);
      if (isEverywhere) toast(words.loggedOutEverywhere);
      go("/login");
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div class="menu" ref={place}>
      <button
        type="button"
        class="button is-plain is-icon"
        aria-label={words.account}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="account" />
      </button>
      {isOpen && (
        <div class="menu-list" role="menu">
          <button type="button" role="menuitem" onClick={() => leave(false)}>
            {words.logOut}
          </button>
          <button type="button" role="menuitem" onClick={() => leave(true)}>
            {words.logOutEverywhere}
          </button>
        </div>
      )}
    </div>
  );
}
