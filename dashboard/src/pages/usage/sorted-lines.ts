// Lines in the order of a value. The value of each is found once, and names are compared once each: a table of a hundred
// thousand lines is sorted at once.

/** The lines by a value of each, numbers or names; a new list. */
export function sortedLines<Line>(
  lines: readonly Line[],
  sortedBy: (line: Line) => number | string,
  isDown: boolean,
): readonly Line[] {
  const sign = isDown ? -1 : 1;
  const values = lines.map(sortedBy);
  const places = placesOf(values);
  const numbers = values.map((value) => (typeof value === "number" ? value : (places.get(value) ?? 0)));
  return lines
    .map((_line, at) => at)
    .toSorted((one, other) => sign * ((numbers[one] ?? 0) - (numbers[other] ?? 0)) || one - other)
    .flatMap((at) => lines[at] ?? []);
}

/** The place of each name among all, as people sort them. */
function placesOf(values: readonly (number | string)[]): ReadonlyMap<string, number> {
  const names = new Set(values.filter((value) => typeof value === "string"));
  const { compare } = new Intl.Collator();
  return new Map([...names].toSorted(compare).map((name, at) => [name, at]));
}
