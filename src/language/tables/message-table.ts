// The form of the tables of sentences.

/**
 * A sentence by its key, in English, which says what the other languages have to say. `{name}` stands for a value; a name
 * begins with a small letter, so that `${VAR}` is text.
 */
export type MessageTable = Readonly<Record<string, string>>;

/** The same sentences in another language, written in it and not converted. One that is missing is a type error. */
export type SentencesOf<Table extends MessageTable> = { readonly [Key in keyof Table]: string };
