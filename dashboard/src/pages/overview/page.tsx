// The overview: how much, how well, for how much; the endpoints; who uses it; what happens now.

import { endpoints } from "../../api/endpoints.ts";
import { period } from "../../app/period.ts";
import { Failed, Loading } from "../../parts/empty-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { useResource } from "../../parts/resource.ts";
import { appWords } from "../../words/app/words.ts";
import { EndpointsPanel } from "./endpoints-panel.tsx";
import { loadFigures, loadLatency } from "./figures.ts";
import { FirstRequest, FirstSteps } from "./first-steps.tsx";
import { LivePanel } from "./live-panel.tsx";
import { Numbers } from "./numbers.tsx";
import { TopKeys, TopModels } from "./top-panels.tsx";
import "./overview.css";

const AGAIN_MS = 5_000;

/** The page. */
export function Page() {
  const chosen = period.value;
  const figures = useResource((signal) => loadFigures(chosen, signal), [chosen], AGAIN_MS);
  const latency = useResource((signal) => loadLatency(chosen, signal), [chosen], AGAIN_MS);
  const { value, failure } = figures;
  return (
    <>
      <PageHead title={appWords().pages.overview} />
      <div class="grid">
        {value !== undefined && <Numbers figures={value} latency={latency.value} />}
        {value === undefined &&
          (failure === undefined ? <Loading /> : <Failed failure={failure} onRetry={figures.reload} />)}
        {endpoints.value?.length === 0 ? <FirstSteps /> : value?.requests.all === 0 && <FirstRequest />}
        <EndpointsPanel />
        <LivePanel />
        <TopModels />
        <TopKeys />
      </div>
    </>
  );
}
