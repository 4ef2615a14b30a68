// What is shown: the log-in to who is not logged in, else the page in its frame.

import { useEffect } from "preact/hooks";
import { watchEndpoints } from "../api/endpoints.ts";
import { session } from "../api/state.ts";
import { Icon } from "../parts/icon.tsx";
import { Toasts } from "../parts/toast.tsx";
import { appWords } from "../words/app/words.ts";
import { Banners } from "./banners.tsx";
import { Header } from "./header.tsx";
import { KeyboardHelp, useKeyboard } from "./keyboard.tsx";
import { LogInDialog, LogInPage, SetUpPage } from "./log-in.tsx";
import { PageView } from "./page-view.tsx";
import { PAGES } from "./pages.ts";
import { hrefOf, pageName, place } from "./router.ts";

/** All of it. */
export function App() {
  return (
    <>
      <Shown />
      <Toasts />
    </>
  );
}

function Shown() {
  const { path } = place.value;
  const state = session.value;
  if (path === "/setup") return <SetUpPage />;
  if (path === "/login" || state === "out") return <LogInPage />;
  return <Shell isKnown={state !== "asking"} />;
}

/** The frame is there at once; the page in it when it is known who looks. */
function Shell({ isKnown }: { readonly isKnown: boolean }) {
  const words = appWords();
  useKeyboard();
  useEffect(() => (isKnown ? watchEndpoints() : undefined), [isKnown]);
  return (
    <div class="shell">
      <a class="skip" href="#main">
        {words.skip}
      </a>
      <Header />
      <nav class="nav" aria-label={words.nav}>
        <ul>
          {PAGES.map(({ name, path }) => (
            <li key={name}>
              <a href={hrefOf(`/${path}`)} aria-current={pageName.value === path ? "page" : undefined}>
                <Icon name={name} />
                {words.pages[name]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main class="main" id="main" tabIndex={-1}>
        <Banners />
        {isKnown && <PageView />}
      </main>
      <LogInDialog />
      <KeyboardHelp />
    </div>
  );
}
