// An error of an endpoint as it is told to clients of another API.

/** Status and body of the answer. */
export type ErrorAnswer = { readonly status: number; readonly body: string };

/** What stands for the words of an error that has none. */
export function wordless(status: number): string {
  return `The endpoint answered with the status ${status} and no message.`;
}
