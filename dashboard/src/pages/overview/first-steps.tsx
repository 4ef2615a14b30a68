// What stands on the overview of a gateway that has done nothing yet.

import { call } from "../../api/client.ts";
import { hrefOf } from "../../app/router.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useResource } from "../../parts/resource.ts";
import { overviewWords } from "../../words/overview/words.ts";

const PATHS = {
  endpoint: "/endpoints?add=1",
  config: "/config",
  key: "/keys?add=1",
  playground: "/playground",
} as const;

/** Where to begin without an endpoint. */
export function FirstSteps() {
  const words = overviewWords();
  return (
    <Panel title={words.setUp}>
      <p class="soft">{words.setUpHint}</p>
      <div class="steps">
        {(Object.keys(PATHS) as (keyof typeof PATHS)[]).map((step) => {
          const [name, about] = words.steps[step];
          return (
            <a key={step} class="step" href={hrefOf(PATHS[step])}>
              <strong>{name}</strong>
              <span class="soft">{about}</span>
            </a>
          );
        })}
      </div>
    </Panel>
  );
}

/** How to send a first request. */
export function FirstRequest() {
  const words = overviewWords();
  const models = useResource((signal) => call("listServedModels", {}, { signal }), []);
  const model = models.value?.data.find(({ isListed }) => isListed)?.plan.model ?? "MODEL";
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] });
  const command = `curl ${location.origin}/v1/chat/completions \\\n  -H 'Content-Type: application/json' \\\n  -d '${body.replaceAll("'", "'\\''")}'`;
  return (
    <Panel title={words.waiting} actions={<CopyButton text={command} label="curl" />}>
      <p class="soft first-hint">{words.waitingHint}</p>
      <pre>{command}</pre>
    </Panel>
  );
}
