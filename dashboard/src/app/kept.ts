// What the browser remembers of a viewer: language, theme, period. A browser that remembers nothing works as well.

const PREFIX = "oai-gateway.";

/** Reads what is remembered under a name, or remembers `value` there; null where nothing is. */
export function kept(name: string, value?: string): string | null {
  try {
    if (value !== undefined) localStorage.setItem(PREFIX + name, value);
    return localStorage.getItem(PREFIX + name);
  } catch {
    // Storage is turned off, or full.
    return value ?? null;
  }
}
