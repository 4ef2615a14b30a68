// The admin side of a gateway that is about to serve.

import { Admin } from "../../admin/admin.ts";
import type { AdminOptions } from "../../admin/admin-options.ts";
import { systemClock } from "../../core/clock.ts";
import { Dashboard } from "../../dashboard/dashboard.ts";
import type { Part } from "../../front.ts";
import { packageVersion } from "../shared/version.ts";
import type { CommandContext } from "../terminal/command.ts";

/** Lets programs administer the gateway, beside the password. */
const TOKEN_VARIABLE = "OAI_GATEWAY_ADMIN_TOKEN";

/** Makes it; nothing of it is loaded before somebody asks. */
export function openAdmin(
  { env }: CommandContext,
  parts: Pick<AdminOptions, "config" | "log" | "dataDir" | "store" | "overlay" | "hasLoginLink">,
): Admin {
  const token = env[TOKEN_VARIABLE];
  return new Admin({
    ...parts,
    clock: systemClock,
    version: packageVersion(),
    token: token === "" ? undefined : token,
  });
}

/** What answers for it: the API, and the dashboard that shows what the API says. */
export function partsOf(admin: Admin): readonly Part[] {
  return [admin.part, new Dashboard(() => admin.config()).part];
}
