// Which requests are the admin API's.

const ADMIN_PATH = "/admin";

/** Whether a path, as the client sent it and without its query, is the admin API's. */
export function isAdminPath(path: string): boolean {
  return path === ADMIN_PATH || path.startsWith(`${ADMIN_PATH}/`);
}
