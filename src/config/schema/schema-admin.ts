// `admin`: its keys, and what they become.

import { block, flag, text } from "./fields.ts";

/** `admin`. */
export const admin = block(
  {
    enabled: flag(
      "Answer the admin API at `/admin/v1`. Its password is set once by the link that `oai-gateway admin` prints; client keys open nothing there.",
    ).prefault(true),
    remote: flag(
      "Let other machines use it, and proxies on this one. Without `server.tls`, or a proxy that speaks TLS, its password travels openly.",
    ).prefault(false),
    token: text(
      "Lets programs in by `Authorization: Bearer TOKEN`, beside the password; a variable of at least 16 characters. `OAI_GATEWAY_ADMIN_TOKEN` in the environment does the same.",
    ).optional(),
  },
  "The admin API: keys, usage and state of this gateway.",
)
  .transform(({ enabled: isEnabled, remote: isRemote, token }) => ({ isEnabled, isRemote, token }))
  .prefault({});
