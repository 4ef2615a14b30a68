// A stretch of text. Nothing else.

/** A stretch of the file's text: offsets in UTF-16 units, the end exclusive. */
export type Span = { readonly start: number; readonly end: number };
