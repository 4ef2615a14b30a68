// `admin`, `metrics` and `status_page`: their keys, and what they become.

import { message } from "../../language/messages.ts";
import { block, either, flag, later, section, text, word } from "./fields.ts";

const STATUS_PAGE = message("kind.statusPage");

/** `admin`. */
export const admin = section("admin", () =>
  block(
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
  ).transform(({ enabled: isEnabled, remote: isRemote, token }) => ({ isEnabled, isRemote, token })),
);

/** `metrics`. */
export const metrics = section("metrics", () =>
  block(
    {
      enabled: flag(
        "Count requests, attempts, tokens and cost, and answer `GET /metrics` in Prometheus' text format ([metrics.md](metrics.md)).",
      ).prefault(true),
      public: flag(
        "Let other machines read them without a token, and proxies on this one. The names of models and endpoints are in them; keys, addresses and prompts never are.",
      ).prefault(false),
      token: text(
        "Whoever reads them sends `Authorization: Bearer TOKEN`, and may then be another machine; a variable of at least 16 characters.",
      ).optional(),
      keys: flag(
        "Tell client keys apart, by their names: the first 1,000 that are used, all others as `other`.",
      ).prefault(false),
    },
    "Figures for Prometheus and what reads its format. Without `public` and `token` only this machine may read them.",
  ).transform((raw) => ({
    isEnabled: raw.enabled,
    isPublic: raw.public,
    token: raw.token,
    tellsKeys: raw.keys,
  })),
);

/** `status_page`. */
export const statusPage = later(() =>
  either(
    [
      flag("Whether everybody who reaches the gateway may see it."),
      word("local", "For this machine only.", STATUS_PAGE),
    ],
    STATUS_PAGE,
    "A page at `/status` for people: which models are up, and how they were in the last 24 hours; no address and no key. `local` shows it on this machine only, `true` to everybody, without a client key.",
  ),
).default(false);
