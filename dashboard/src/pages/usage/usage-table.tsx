// The lines, sorted by any column, below them all in one.

import { useState } from "preact/hooks";
import type { PeriodRange } from "../../app/period.ts";
import { setQuery } from "../../app/router.ts";
import { Icon } from "../../parts/icon.tsx";
import { whole } from "../../words/figures.ts";
import { usageWords } from "../../words/usage/words.ts";
import { type Choices, choose, type Group } from "./choices.ts";
import type { FigureColumn } from "./columns.tsx";
import { momentOf, nameOf, rawOf } from "./names.ts";

type Grouped = { readonly group: Readonly<Record<string, string>> };

/** What the table is given. */
export type UsageTableProps<Line extends Grouped> = {
  readonly choices: Choices;
  readonly range: PeriodRange;
  readonly columns: readonly FigureColumn<Line>[];
  readonly lines: readonly Line[];
  readonly total: Line | undefined;
  /** The column that it is sorted by where nothing is chosen. */
  readonly usual: string;
};

/** So many are in the page at first, and are added each time. */
const PAGE = 200;

/** The table. */
export function UsageTable<Line extends Grouped>(props: UsageTableProps<Line>) {
  const { choices, range, columns, total } = props;
  const words = usageWords();
  const [shown, setShown] = useState(PAGE);
  const groups = choices.within === undefined ? [choices.by] : [choices.by, choices.within];
  const sort = choices.sort ?? {
    column: choices.by === "time" ? "time" : props.usual,
    isDown: true,
  };
  const title = groups.map((group) => words.groups[group]).join(", ");
  const sorted = inOrder(props, sort);
  const rest = sorted.length - shown;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <section class="usage-table" tabIndex={0} aria-label={title}>
        <table>
          <thead>
            <tr>
              {groups.map((group) => (
                <SortHead key={group} name={group} label={words.groups[group]} sort={sort} />
              ))}
              {columns.map(({ name, label }) => (
                <SortHead key={name} name={name} label={label} sort={sort} isNumber />
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, shown).map((line) => (
              <tr key={groups.map((group) => rawOf(line, group, range)).join("\n")}>
                {groups.map((group) => (
                  <GroupCell key={group} line={line} group={group} range={range} />
                ))}
                <FigureCells columns={columns} line={line} />
              </tr>
            ))}
          </tbody>
          {total !== undefined && (
            <tfoot>
              <tr>
                <th scope="row" colSpan={groups.length}>
                  {words.total}
                </th>
                <FigureCells columns={columns} line={total} />
              </tr>
            </tfoot>
          )}
        </table>
      </section>
      {rest > 0 && (
        <p class="panel-body">
          <button type="button" class="button" onClick={() => setShown(shown + PAGE)}>
            {words.more(whole(Math.min(PAGE, rest)))}
          </button>
        </p>
      )}
    </>
  );
}

type Sort = NonNullable<Choices["sort"]>;

function SortHead({
  name,
  label,
  sort,
  isNumber = false,
}: {
  readonly name: string;
  readonly label: string;
  readonly sort: Sort;
  readonly isNumber?: boolean;
}) {
  const isSorted = sort.column === name;
  // A figure begins with the greatest, a name with the first.
  const isNextDown = isSorted ? !sort.isDown : isNumber || name === "time";
  return (
    <th
      scope="col"
      class={isNumber ? "number" : ""}
      aria-sort={isSorted ? (sort.isDown ? "descending" : "ascending") : "none"}
    >
      <button type="button" class="sort" onClick={() => choose({ sort: isNextDown ? `-${name}` : name })}>
        {label}
        <span class={isSorted ? (sort.isDown ? "sorted" : "sorted is-up") : "sorted is-not"}>
          <Icon name="more" />
        </span>
      </button>
    </th>
  );
}

function GroupCell<Line extends Grouped>({
  line,
  group,
  range,
}: {
  readonly line: Line;
  readonly group: Group;
  readonly range: PeriodRange;
}) {
  const name = nameOf(line, group, range);
  const value = rawOf(line, group, range);
  if (group === "time")
    return (
      <th scope="row">
        <time dateTime={value}>{name}</time>
      </th>
    );
  if (value === "") return <th scope="row">{name}</th>;
  return (
    <th scope="row" class="usage-name">
      <button
        type="button"
        class="link clip"
        title={usageWords().only(usageWords().groups[group], name)}
        onClick={() => setQuery({ [group]: value })}
      >
        <bdi>{name}</bdi>
      </button>
    </th>
  );
}

function FigureCells<Line extends Grouped>({
  columns,
  line,
}: {
  readonly columns: readonly FigureColumn<Line>[];
  readonly line: Line;
}) {
  return (
    <>
      {columns.map(({ name, textOf, moodOf }) => (
        <td key={name} class={`number ${moodOf?.(line) ?? ""}`}>
          {textOf(line)}
        </td>
      ))}
    </>
  );
}

function inOrder<Line extends Grouped>(
  { choices, range, columns, lines }: UsageTableProps<Line>,
  { column, isDown }: Sort,
): readonly Line[] {
  const sign = isDown ? -1 : 1;
  const figure = columns.find(({ name }) => name === column);
  const group = [choices.by, choices.within].find((one) => one === column) ?? choices.by;
  const compare = (one: Line, other: Line): number => {
    if (figure !== undefined) return (figure.numberOf(one) ?? -1) - (figure.numberOf(other) ?? -1);
    if (group === "time") return momentOf(one, range) - momentOf(other, range);
    return rawOf(one, group, range).localeCompare(rawOf(other, group, range));
  };
  return lines.toSorted((one, other) => sign * compare(one, other));
}
