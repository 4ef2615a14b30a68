// The aliases: names of the operator's own, and what they stand for.

import { useState } from "preact/hooks";
import { call } from "../../api/client.ts";
import { ConfirmDialog } from "../../parts/dialog.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Panel } from "../../parts/panel.tsx";
import { toast } from "../../parts/toast.tsx";
import { modelsWords } from "../../words/models/words.ts";
import { AliasDialog } from "./alias-dialog.tsx";
import { targetsText } from "./alias-draft.ts";
import type { Alias, ModelsNow } from "./models-data.ts";

/** The panel. `onChanged` is called when the names have to be read anew. */
export function AliasesPanel({
  aliases,
  models,
  onChanged,
}: Pick<ModelsNow, "aliases" | "models"> & { readonly onChanged: () => void }) {
  const words = modelsWords();
  const [form, setForm] = useState<"add" | Alias>();
  const [removing, setRemoving] = useState<Alias>();
  return (
    <Panel
      title={words.aliases}
      span={6}
      isFlush={aliases.length > 0}
      actions={
        <button type="button" class="button" onClick={() => setForm("add")}>
          {words.addAlias}
        </button>
      }
    >
      {aliases.length === 0 && <EmptyState title={words.noAliases} />}
      {aliases.length > 0 && (
        <table>
          <tbody>
            {aliases.map((alias) => (
              <AliasRow
                key={`${alias.source} ${alias.name}`}
                alias={alias}
                onEdit={setForm}
                onRemove={setRemoving}
              />
            ))}
          </tbody>
        </table>
      )}
      {form !== undefined && (
        <AliasDialog
          {...(form !== "add" && { alias: form })}
          models={models}
          onSaved={() => {
            setForm(undefined);
            onChanged();
          }}
          onClose={() => setForm(undefined)}
        />
      )}
      {removing !== undefined && (
        <RemoveDialog
          alias={removing}
          onClose={() => {
            setRemoving(undefined);
            onChanged();
          }}
        />
      )}
    </Panel>
  );
}

type Choose = (alias: Alias) => void;

function AliasRow({
  alias,
  onEdit,
  onRemove,
}: {
  readonly alias: Alias;
  readonly onEdit: Choose;
  readonly onRemove: Choose;
}) {
  const words = modelsWords();
  const isOfStore = alias.source === "store";
  return (
    <tr>
      <th scope="row" class="clip alias-name" title={alias.name.slice(0, 200)}>
        <bdi>{alias.name.slice(0, 200)}</bdi>
      </th>
      <td class="alias-targets">
        <bdi>{targetsText(alias).slice(0, 400)}</bdi>
        {alias.problem !== null && <p class="bad">{alias.problem}</p>}
      </td>
      <td>
        {isOfStore ? (
          <span class="row alias-actions">
            <button type="button" class="button" onClick={() => onEdit(alias)}>
              {words.edit}
            </button>
            <button type="button" class="button is-danger" onClick={() => onRemove(alias)}>
              {words.remove}
            </button>
          </span>
        ) : (
          <code>{alias.source}</code>
        )}
      </td>
    </tr>
  );
}

function RemoveDialog({ alias, onClose }: { readonly alias: Alias; readonly onClose: () => void }) {
  const words = modelsWords();
  const remove = async (): Promise<void> => {
    try {
      const query = { version: alias.version ?? undefined };
      await call("deleteAlias", { params: { name: alias.name }, query });
      toast(words.removed(alias.name));
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
    onClose();
  };
  return (
    <ConfirmDialog
      title={words.remove}
      says={words.removeAsk(alias.name)}
      onConfirm={() => void remove()}
      onClose={onClose}
    />
  );
}
