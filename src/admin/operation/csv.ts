// Lines for spreadsheets (RFC 4180).

/** A text of rows, each of cells; the first row is the header. */
export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows
    .map((row) => `${row.map((cell) => csvCell(cell === null ? "" : String(cell))).join(",")}\r\n`)
    .join("");
}

/** What a spreadsheet would take for a formula is marked as text. */
function csvCell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) && !/^-?\d/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
