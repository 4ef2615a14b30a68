// How a table says what becomes of a field of a request.

/** Fields of a request, or of something in it, each with a value that says something. */
export type Fields = Readonly<Record<string, unknown>>;
/** All fields that a library knows of something. */
export type FieldsOf<Known> = { readonly [Name in keyof Known]-?: unknown };
/** A field that means nothing to the endpoint: `answer`, it says how the answer is told; `usual`, it asks for what is so anyway. */
type Kind = { readonly answer: unknown } | { readonly usual: unknown };

export const answer = (value: unknown): Kind => ({ answer: value });
export const usual = (value: unknown): Kind => ({ usual: value });
/** In every request of the table. */
export const ALWAYS = Symbol("always");

export const SCHEMA = { type: "object", properties: {} };
