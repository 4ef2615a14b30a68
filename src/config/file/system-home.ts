// The home folder as the system tells it.

import { homedir } from "node:os";

/**
 * This user's home folder; `/` for a user that is in no list of accounts and has no HOME, such as a service's
 * `DynamicUser` or the number that a container was given. Never throws. `ask`: who knows; the system when absent.
 */
export function systemHome(ask: () => string = homedir): string {
  try {
    return ask();
  } catch {
    return "/";
  }
}
