// The form of the tables of sentences.

/**
 * A sentence by its key, in English and in 繁體中文 (written for Taiwan, not converted). `{name}` stands for a value; a name
 * begins with a small letter, so that `${VAR}` is text.
 */
export type MessageTable = Readonly<Record<string, readonly [en: string, zhTW: string]>>;
