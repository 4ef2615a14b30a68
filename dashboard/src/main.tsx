// The dashboard begins here.

import { render } from "preact";
import { startLive } from "./api/live.ts";
import { App } from "./app/app.tsx";
import { startPeriod } from "./app/period.ts";
import { startRouter } from "./app/router.ts";
import { askWho } from "./app/session-actions.ts";
import { startTheme } from "./app/theme.ts";
import { startLanguage } from "./words/language.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/shell.css";

const RETRY_MS = 1_000;

startTheme();
startLanguage();
startPeriod();
startRouter();
startLive();

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
void askUntilKnown();

async function askUntilKnown(): Promise<void> {
  try {
    await askWho();
  } catch {
    // The banner says that nothing answers.
    setTimeout(() => void askUntilKnown(), RETRY_MS);
  }
}
