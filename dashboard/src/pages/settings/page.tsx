// The page Settings.

import { PageHead } from "../../parts/page-head.tsx";
import { appWords } from "../../words/app/words.ts";

/** The page. */
export function Page() {
  return <PageHead title={appWords().pages.settings} />;
}
