// A hostile or odd answer of an endpoint: what comes, and what the caller is told of it by each engine.

/** One row. */
export type ResponseRow = {
  readonly name: string;
  /** Where it is written what has to become of it. */
  readonly rfc: string;
  /** In latin1; several are several writes. */
  readonly sent: string | readonly string[];
  /**
   * What the endpoint does next: ends the connection, breaks it, leaves it open (usual), or sends the same again and
   * again, a turn of the loop between, until it is closed.
   */
  readonly next?: "fin" | "reset" | { readonly drip: string };
  /** Of the request; GET if not given. POST has a body. */
  readonly method?: "HEAD" | "POST";
  /**
   * What the caller is told, and whether the connection serves another request: `200 =body whole kept`, or
   * `200 =bo !reset closed`. `x=…`: the field X of the head.
   */
  readonly want: string;
  /** Where the engine on undici differs harmlessly: what becomes of it there, and why that may be. */
  readonly onNode?: { readonly want: string; readonly why: string };
};

/** A name with its row: what a table of rows is made of. */
export type ResponseRows = Readonly<Record<string, Omit<ResponseRow, "name">>>;

export const OK = "HTTP/1.1 200 OK";
export const LENGTH_5 = "Content-Length: 5";
export const CODED = "Transfer-Encoding: chunked";

/** What is no answer, before its head is told. */
export const BAD = "!bad_response closed";
/** The usual one. */
export const HELLO = "200 =hello whole kept";

/** The rows of a table. */
export function responseRows(table: ResponseRows): readonly ResponseRow[] {
  return Object.entries(table).map(([name, row]) => ({ name, ...row }));
}
