// One key: what it may do, what it has used, and what can be done with it.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { type Answer, call } from "../../api/client.ts";
import { period, rangeOf } from "../../app/period.ts";
import { Bar } from "../../parts/bar.tsx";
import { ConfirmDialog, Dialog } from "../../parts/dialog.tsx";
import { Drawer } from "../../parts/drawer.tsx";
import { SelectField } from "../../parts/field.tsx";
import { useResource } from "../../parts/resource.ts";
import { toast } from "../../parts/toast.tsx";
import { appWords } from "../../words/app/words.ts";
import { moment, money, short, whole } from "../../words/figures.ts";
import { keysWords } from "../../words/keys/words.ts";
import { Connect } from "./connect.tsx";
import type { NewKey } from "./key-dialog.tsx";
import { dayOf, type KeyView } from "./key-draft.ts";

/** A budget in its period now. */
export type BudgetNow = Answer<"listBudgets">["data"][number];

/** What the drawer is given. */
export type KeyDrawerProps = {
  readonly target: KeyView;
  readonly budget: BudgetNow | undefined;
  readonly onEdit: () => void;
  readonly onRotated: (made: NewKey) => void;
  /** The keys are to be read anew. */
  readonly onChanged: () => void;
  readonly onClose: () => void;
};

/** Whether a key works. */
export function stateOf({ is_disabled, expires_at }: KeyView): "active" | "disabled" | "expired" {
  if (is_disabled) return "disabled";
  return expires_at !== null && new Date(expires_at).getTime() <= Date.now() ? "expired" : "active";
}

/** The drawer. */
export function KeyDrawer(props: KeyDrawerProps) {
  const { target, budget, onClose } = props;
  const words = keysWords();
  return (
    <Drawer title={<bdi>{target.name}</bdi>} onClose={onClose}>
      {target.source === "store" ? <Actions {...props} /> : <p class="notice">{words.readOnly}</p>}
      <div class="section">
        <KeyFacts target={target} />
      </div>
      {budget !== undefined && (
        <div class="section">
          <h3>{words.budget}</h3>
          <BudgetBar budget={budget} />
          {budget.reserved_usd !== "0" && <p class="soft">{words.reserved(money(budget.reserved_usd))}</p>}
          {budget.unpriced > 0 && <p class="warn">{words.unpriced(whole(budget.unpriced))}</p>}
        </div>
      )}
      <div class="section">
        <h3>{words.connect}</h3>
        <Connect secret={undefined} />
      </div>
    </Drawer>
  );
}

/** What was spent of a budget, in words and as a bar. */
export function BudgetBar({ budget }: { readonly budget: BudgetNow }) {
  const words = keysWords();
  const label = words.budgetOf(money(budget.spent_usd), money(budget.usd), words.per[budget.per]);
  const all = Number(budget.usd);
  return (
    <div class="budget">
      <Bar share={all > 0 ? Number(budget.spent_usd) / all : 1} label={label} />
      <span class={budget.is_spent ? "bad" : ""}>{label}</span>
    </div>
  );
}

function KeyFacts({ target }: { readonly target: KeyView }) {
  const words = keysWords();
  const used = useResource(
    async (signal) => {
      const { fromMs } = rangeOf(period.value);
      const query = { by: "key", key: target.id, from: new Date(fromMs).toISOString() };
      return (await call("getUsage", { query }, { signal })).data[0];
    },
    [target.id, period.value],
  );
  const { value: sum } = used;
  const rows: (readonly [string, ComponentChildren] | false)[] = [
    [words.prefix, <code key="prefix">{target.prefix ?? appWords().none}</code>],
    target.owner !== null && [words.owner, target.owner],
    target.tags.length > 0 && [words.tags, <Chips key="tags" values={target.tags} />],
    [words.models, <Chips key="models" values={target.models} />],
    [words.endpoints, <Chips key="endpoints" values={target.endpoints} />],
    target.addresses !== null && [words.addresses, <Chips key="addresses" values={target.addresses} />],
    target.limits !== null && [words.limits, limitsText(target)],
    [words.expires, target.expires_at === null ? words.never : dayOf(target.expires_at)],
    target.old_until !== null && [words.oldUntil, moment(target.old_until)],
    target.created_at !== null && [words.created, moment(target.created_at)],
    [words.source, words.sources[target.source]],
    sum !== undefined && [
      `${words.used} (${appWords().periods[period.value]})`,
      `${words.requests(whole(sum.requests))} · ${words.tokens(short(sum.input_tokens + sum.output_tokens))} · ${money(sum.cost)}`,
    ],
  ];
  return (
    <dl class="facts">
      {rows.map(
        (row) =>
          row !== false && (
            <>
              <dt>{row[0]}</dt>
              <dd>{row[1]}</dd>
            </>
          ),
      )}
    </dl>
  );
}

function Chips({ values }: { readonly values: readonly string[] | null }) {
  if (values === null) return <>{keysWords().all}</>;
  return (
    <span class="chips">
      {values.map((value) => (
        <bdi key={value} class="chip" title={value}>
          {value}
        </bdi>
      ))}
    </span>
  );
}

/** The limits of a key in one line. */
export function limitsText({ limits }: KeyView): string {
  const words = keysWords();
  if (limits === null) return "";
  const { requests, tokens, parallel } = limits;
  return [
    requests?.minute !== undefined && `${words.requestsMinute}: ${whole(requests.minute)}`,
    requests?.day !== undefined && `${words.requestsDay}: ${whole(requests.day)}`,
    tokens?.minute !== undefined && `${words.tokensMinute}: ${short(tokens.minute)}`,
    tokens?.day !== undefined && `${words.tokensDay}: ${short(tokens.day)}`,
    parallel !== undefined && `${words.parallel}: ${whole(parallel)}`,
  ]
    .filter((one) => one !== false)
    .join(" · ");
}

function Actions({ target, onEdit, onRotated, onChanged, onClose }: KeyDrawerProps) {
  const words = keysWords();
  const [asked, setAsked] = useState<"rotate" | "remove">();
  const query = { version: target.version };
  const params = { id: target.id };
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
    onChanged();
  };
  const toggle = (): Promise<void> =>
    attempt(() => call("changeKey", { params, query, body: { is_disabled: !target.is_disabled } }));
  const remove = (): Promise<void> =>
    attempt(async () => {
      await call("deleteKey", { params, query });
      toast(words.removed(target.name));
      onClose();
    });
  return (
    <div class="row">
      <button type="button" class="button" onClick={onEdit}>
        {words.edit}
      </button>
      <button type="button" class="button" onClick={() => setAsked("rotate")}>
        {words.rotate}
      </button>
      <button type="button" class="button" onClick={() => void toggle()}>
        {target.is_disabled ? words.enable : words.disable}
      </button>
      <button type="button" class="button is-danger" onClick={() => setAsked("remove")}>
        {words.remove}
      </button>
      {asked === "remove" && (
        <ConfirmDialog
          title={words.remove}
          says={words.removeAsk(target.name)}
          onConfirm={() => void remove()}
          onClose={() => setAsked(undefined)}
        />
      )}
      {asked === "rotate" && (
        <RotateDialog target={target} onRotated={onRotated} onClose={() => setAsked(undefined)} />
      )}
    </div>
  );
}

type Grace = "0" | "3600" | "86400" | "604800";

function RotateDialog({
  target,
  onRotated,
  onClose,
}: Pick<KeyDrawerProps, "target" | "onRotated" | "onClose">) {
  const words = keysWords();
  const [grace, setGrace] = useState<Grace>("86400");
  const rotate = async (): Promise<void> => {
    const body = grace === "0" ? {} : { grace_seconds: Number(grace) };
    try {
      const query = { version: target.version };
      onRotated(await call("rotateKey", { params: { id: target.id }, query, body }));
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
    onClose();
  };
  return (
    <Dialog
      title={words.rotate}
      onClose={onClose}
      foot={
        <button type="button" class="button is-main" onClick={() => void rotate()}>
          {words.rotate}
        </button>
      }
    >
      <div class="stack">
        <p>{words.rotateAsk(target.name)}</p>
        <SelectField
          label={words.grace}
          value={grace}
          options={(["0", "3600", "86400", "604800"] as const).map((value) => [value, words.graces[value]])}
          onChange={setGrace}
        />
      </div>
    </Dialog>
  );
}
