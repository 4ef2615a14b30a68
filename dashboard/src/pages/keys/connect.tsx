// How apps are connected: choose one, copy what it needs.

import { useState } from "preact/hooks";
import { call } from "../../api/client.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { SelectField } from "../../parts/field.tsx";
import { useResource } from "../../parts/resource.ts";
import { keysWords } from "../../words/keys/words.ts";
import { type Connection, FORM_APPS, type FormApp, snippetsFor } from "./snippets.ts";

/** The snippets with a key in them, or with a word in its place where the key is not known any more. */
export function Connect({ secret }: { readonly secret: string | undefined }) {
  const words = keysWords();
  const models = useResource(
    async (signal) =>
      (await call("listServedModels", {}, { signal })).data.filter(({ isListed }) => isListed),
    [],
  );
  const [app, setApp] = useState("curl");
  const [chosen, setModel] = useState<string>();
  const names = (models.value ?? []).map(({ plan }) => plan.model);
  const model = chosen ?? names[0] ?? "gpt-4o-mini";
  const connection: Connection = { origin: location.origin, key: secret ?? words.yourKey, model };
  const snippets = snippetsFor(connection);
  const form = FORM_APPS.find((one) => one === app);
  const snippet = snippets.find((one) => one.app === app);
  return (
    <div class="stack">
      <div class="pair">
        <SelectField
          label={words.app}
          value={app}
          options={[
            ...snippets.map(({ app: name }) => [name, name] as const),
            ...FORM_APPS.map((name) => [name, words.apps[name]] as const),
          ]}
          onChange={setApp}
        />
        <SelectField
          label={words.modelId}
          value={model}
          options={(names.length === 0 ? [model] : names).map((name) => [name, name] as const)}
          onChange={setModel}
        />
      </div>
      {form !== undefined && <FormValues app={form} connection={connection} />}
      {snippet !== undefined && (
        <div class="stack">
          <div class="row">
            <code class="soft grow">{snippet.file}</code>
            <CopyButton text={snippet.text} label={snippet.app} />
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
          <pre tabIndex={0}>{snippet.text}</pre>
        </div>
      )}
    </div>
  );
}

function FormValues({ app, connection }: { readonly app: FormApp; readonly connection: Connection }) {
  const words = keysWords();
  const rows = [
    [words.url, `${connection.origin}/v1`],
    [words.key, connection.key],
    [words.modelId, connection.model],
  ] as const;
  return (
    <div class="stack">
      <p class="soft">{words.steps[app]}</p>
      {rows.map(([label, value]) => (
        <div key={label} class="row">
          <span class="soft value-name">{label}</span>
          <code class="grow clip">{value}</code>
          <CopyButton text={value} label={label} />
        </div>
      ))}
    </div>
  );
}
