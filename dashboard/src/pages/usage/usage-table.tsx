// The lines, sorted by any column, below them all in one. However many there are, only those in sight are in the page.

import { useMemo } from "preact/hooks";
import type { PeriodRange } from "../../app/period.ts";
import { setQuery } from "../../app/router.ts";
import { Icon } from "../../parts/icon.tsx";
import { type Column, heightOf, VirtualTable } from "../../parts/table/virtual-table.tsx";
import { usageWords } from "../../words/usage/words.ts";
import { type Choices, choose, type Group } from "./choices.ts";
import type { FigureColumn } from "./columns.tsx";
import { momentOf, nameOf, rawOf } from "./names.ts";
import { sortedLines } from "./sorted-lines.ts";

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

type Sort = NonNullable<Choices["sort"]>;

const HIGHEST = "70vh";
/** The narrowest column of names, pixels. */
const GROUP_PX = 130;
/** Of a column of figures: its label, with the mark of the sort and space around it. */
const LETTER_PX = 7.3;
const HAN_PX = 14;
const AROUND_PX = 44;
const FIGURE_PX = 96;

/** The table. */
export function UsageTable<Line extends Grouped>(props: UsageTableProps<Line>) {
  const { choices, range, columns, lines, total } = props;
  const { by, within } = choices;
  const words = usageWords();
  const groups = within === undefined ? [by] : [by, within];
  const { column, isDown } = choices.sort ?? { column: by === "time" ? "time" : props.usual, isDown: true };
  const sorted = useMemo(
    () => sortedLines(lines, sortedBy(props, column), isDown),
    // The range is another object with each answer, as the lines are.
    [lines, column, isDown, by, within],
  );
  return (
    <div class="usage-table">
      <VirtualTable
        label={groups.map((group) => words.groups[group]).join(", ")}
        columns={[
          ...groups.map((group, at) =>
            groupColumn<Line>(group, { range, sort: { column, isDown }, isFirst: at === 0 }),
          ),
          ...columns.map((figure) => figureColumn(figure, { column, isDown })),
        ]}
        rows={sorted}
        keyOf={(line) => groups.map((group) => rawOf(line, group, range)).join("\n")}
        foot={total}
        height={heightOf(sorted.length + (total === undefined ? 0 : 1), HIGHEST)}
        minWidth={groups.length * GROUP_PX + sumOf(columns.map(({ label }) => widthOf(label)))}
      />
    </div>
  );
}

/** Every row is a grid of its own: a column cannot ask how wide its label is. */
function widthOf(label: string): number {
  const letters = [...label].map((one) => (one > "\u2e7f" ? HAN_PX : LETTER_PX));
  return Math.max(FIGURE_PX, Math.ceil(sumOf(letters)) + AROUND_PX);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

/** What lines are sorted by: a figure, a moment or a name. */
function sortedBy<Line extends Grouped>(
  { choices, range, columns }: UsageTableProps<Line>,
  column: string,
): (line: Line) => number | string {
  const figure = columns.find(({ name }) => name === column);
  if (figure !== undefined) return (line) => figure.numberOf(line) ?? -1;
  const group = [choices.by, choices.within].find((one) => one === column) ?? choices.by;
  return group === "time" ? (line) => momentOf(line, range) : (line) => rawOf(line, group, range);
}

type GroupPlace = { readonly range: PeriodRange; readonly sort: Sort; readonly isFirst: boolean };

function groupColumn<Line extends Grouped>(group: Group, { range, sort, isFirst }: GroupPlace): Column<Line> {
  const { groups, total } = usageWords();
  return {
    name: group,
    label: groups[group],
    width: `minmax(${GROUP_PX}px, 1.6fr)`,
    isName: true,
    ...sortOf(group, sort),
    head: <SortHead name={group} label={groups[group]} sort={sort} />,
    render: (line) => <GroupValue line={line} group={group} range={range} />,
    renderFoot: () => (isFirst ? total : null),
  };
}

function figureColumn<Line>(figure: FigureColumn<Line>, sort: Sort): Column<Line> {
  const { name, label, textOf, moodOf } = figure;
  return {
    name,
    label,
    width: `minmax(${widthOf(label)}px, 1fr)`,
    isNumber: true,
    ...sortOf(name, sort),
    head: <SortHead name={name} label={label} sort={sort} isNumber />,
    render: (line) => <span class={moodOf?.(line) ?? ""}>{textOf(line)}</span>,
    renderFoot: (line) => <span class={moodOf?.(line) ?? ""}>{textOf(line)}</span>,
  };
}

function sortOf(name: string, { column, isDown }: Sort): Required<Pick<Column<unknown>, "sort">> {
  return { sort: column !== name ? "none" : isDown ? "descending" : "ascending" };
}

type SortHeadProps = {
  readonly name: string;
  readonly label: string;
  readonly sort: Sort;
  readonly isNumber?: boolean;
};

function SortHead({ name, label, sort, isNumber = false }: SortHeadProps) {
  const isSorted = sort.column === name;
  // A figure begins with the greatest, a name with the first.
  const isNextDown = isSorted ? !sort.isDown : isNumber || name === "time";
  return (
    <button type="button" class="sort" onClick={() => choose({ sort: isNextDown ? `-${name}` : name })}>
      {label}
      <span class={isSorted ? (sort.isDown ? "sorted" : "sorted is-up") : "sorted is-not"}>
        <Icon name="more" />
      </span>
    </button>
  );
}

type GroupValueProps<Line> = {
  readonly line: Line;
  readonly group: Group;
  readonly range: PeriodRange;
};

function GroupValue<Line extends Grouped>({ line, group, range }: GroupValueProps<Line>) {
  const name = nameOf(line, group, range);
  const value = rawOf(line, group, range);
  if (group === "time") return <time dateTime={value}>{name}</time>;
  if (value === "") return <>{name}</>;
  return (
    <button
      type="button"
      class="link clip"
      title={usageWords().only(usageWords().groups[group], name)}
      onClick={() => setQuery({ [group]: value })}
    >
      <bdi>{name}</bdi>
    </button>
  );
}
