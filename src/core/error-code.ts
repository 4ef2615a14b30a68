// The codes by which the system names its errors. Pure.

/** The code of an error, such as ENOENT; undefined where it has none. Safe to print: it names no path and no host. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
