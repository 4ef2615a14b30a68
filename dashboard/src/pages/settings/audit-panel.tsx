// Who changed what, the newest first, a page at a time.

import { useState } from "preact/hooks";
import { type Answer, call } from "../../api/client.ts";
import { EmptyState, Failed, Loading } from "../../parts/empty-state.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useResource } from "../../parts/resource.ts";
import { toast } from "../../parts/toast.tsx";
import { moment } from "../../words/figures.ts";
import { settingsWords } from "../../words/settings/words.ts";

type Changes = Answer<"listChanges">;

const PAGE = 50;

/** The panel. */
export function AuditPanel() {
  const words = settingsWords();
  const first = useResource((signal) => call("listChanges", { query: { limit: PAGE } }, { signal }), []);
  const [further, setFurther] = useState<Changes>();
  const rows = [...(first.value?.data ?? []), ...(further?.data ?? [])];
  const next = further === undefined ? first.value?.next : further.next;
  const more = async (): Promise<void> => {
    try {
      const page = await call("listChanges", { query: { limit: PAGE, cursor: next ?? undefined } });
      setFurther({ data: [...(further?.data ?? []), ...page.data], next: page.next });
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Panel title={words.audit} isFlush>
      {first.value === undefined ? (
        first.failure === undefined ? (
          <Loading />
        ) : (
          <Failed failure={first.failure} onRetry={first.reload} />
        )
      ) : rows.length === 0 ? (
        <EmptyState title={words.noAudit} />
      ) : (
        <AuditTable rows={rows} />
      )}
      {next != null && (
        <p class="panel-body">
          <button type="button" class="button" onClick={() => void more()}>
            {words.more}
          </button>
        </p>
      )}
    </Panel>
  );
}

function AuditTable({ rows }: { readonly rows: Changes["data"] }) {
  const words = settingsWords();
  return (
    <div style={{ overflowX: "auto" }}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.when}</th>
            <th scope="col">{words.who}</th>
            <th scope="col">{words.action}</th>
            <th scope="col">{words.subject}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ at, actor, address, action, subject }) => (
            <tr key={`${at} ${action} ${subject}`}>
              <th scope="row">{moment(at)}</th>
              <td>
                {actor} <span class="soft">{address}</span>
              </td>
              <td>
                <code>{action}</code>
              </td>
              <td>
                <bdi>{subject.slice(0, 200)}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
