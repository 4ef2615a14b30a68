// Where the password is kept, and the link that sets it.

/** In the data folder: the password's hash, and the sessions. */
export const CREDENTIALS_FILE = "admin.json";

/**
 * The link that sets the password once; null without a gateway that runs, or where a password is set. `url`: the
 * gateway's address for clients.
 */
export function setupLinkOf(secret: string | undefined, url: string | undefined): string | null {
  if (secret === undefined || url === undefined) return null;
  return `${url.replace(/\/v1$/, "")}/ui/setup#${secret}`;
}

/** The link that logs in once, without a password. */
export function loginLinkOf(secret: string, url: string): string {
  return `${url.replace(/\/v1$/, "")}/ui/login#${secret}`;
}
