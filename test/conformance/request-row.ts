// A hostile or odd request: what is sent, and what becomes of it on each engine.

/** One row. */
export type RequestRow = {
  readonly name: string;
  /** Where it is written what has to become of it. */
  readonly rfc: string;
  /** In latin1; several are several writes. */
  readonly sent: string | readonly string[];
  /**
   * What the client does next: asks again where the connection was kept (usual), ends its side, waits for the limits,
   * which are short then, or sends the same again and again, a turn of the loop between, until it is answered.
   */
  readonly next?: "fin" | "wait" | { readonly drip: string };
  /** What the listener saw, `>`, the answers, and whether the connection was kept: `POST / =body > 200 kept`. */
  readonly want: string;
  /** Where the engine on node:http differs harmlessly: what becomes of it there, and why that may be. */
  readonly onNode?: NodeOutcome;
};

/** What becomes of a row on the other engine. */
export type NodeOutcome = {
  readonly want: string;
  readonly why: string;
  /** Behind another request, where that is not the same: such a head is written anew before it is read again. */
  readonly behind?: string;
};

/** A name with its row: what a table of rows is made of. */
export type RequestRows = Readonly<Record<string, Omit<RequestRow, "name">>>;

export const GET = "GET / HTTP/1.1";
export const POST = "POST / HTTP/1.1";
export const HOST = "Host: h";
export const CHUNKED = "Transfer-Encoding: chunked";

/** What was not served, and ended its connection. */
export const REFUSED = "> 400 closed";

/** Lines with their ends, and the empty line behind a head. */
export function head(...lines: readonly string[]): string {
  return [...lines, "", ""].join("\r\n");
}

/** The rows of a table. */
export function requestRows(table: RequestRows): readonly RequestRow[] {
  return Object.entries(table).map(([name, row]) => ({ name, ...row }));
}
