// What `doctor` advises for each way in which an endpoint gave no list: what fits a host that is not there does not fit one
// that answers 500.

import type { MessageKey } from "../language/messages.ts";
import type { Endpoint } from "../routing/model.ts";
import type { ListAnswer } from "./ask.ts";

type Failed = Extract<ListAnswer, { readonly kind: "failed" }>;
type Mending = readonly [
  short: Extract<MessageKey, `doctor.short.${string}`>,
  fix: Extract<MessageKey, `doctor.mend.${string}`>,
];

const UNREACHABLE = "doctor.short.unreachable";
const SILENT = "doctor.short.silent";
const PROXY = "doctor.short.proxy";
const ADDRESS = "doctor.short.address";

const MENDINGS = {
  connect_failed: [UNREACHABLE, "doctor.mend.start"],
  connect_timeout: [UNREACHABLE, "doctor.mend.start"],
  dns_failed: [UNREACHABLE, "doctor.mend.host"],
  tls_failed: [UNREACHABLE, "doctor.mend.tls"],
  proxy_unreachable: [PROXY, "doctor.mend.proxyAddress"],
  proxy_timeout: [PROXY, "doctor.mend.proxyAddress"],
  proxy_failed: [PROXY, "doctor.mend.proxyAddress"],
  proxy_denied: [PROXY, "doctor.mend.proxyDenied"],
  reset: [UNREACHABLE, "doctor.mend.protocol"],
  bad_response: [ADDRESS, "doctor.mend.protocol"],
  unsendable: ["doctor.short.rejected", "doctor.mend.keyText"],
  timeout: [SILENT, "doctor.mend.wait"],
  cancelled: [SILENT, "doctor.mend.wait"],
  loop: [ADDRESS, "doctor.mend.serverAddress"],
  redirect: [ADDRESS, "doctor.mend.finalAddress"],
  bad_list: [ADDRESS, "doctor.mend.otherApi"],
  bad_status: [ADDRESS, "doctor.mend.otherApi"],
  rate_limited: ["doctor.short.limited", "doctor.mend.limited"],
  server_error: ["doctor.short.server", "doctor.mend.itsLog"],
  too_large: ["doctor.short.list", "doctor.mend.listSize"],
  bad_encoding: ["doctor.short.list", "doctor.mend.itsLog"],
} as const satisfies Readonly<Record<Failed["cause"], Mending>>;

/**
 * A word for the table, and the advice. Where there is a forward proxy on the way, silence may be that of either: a request
 * that it forwards without a tunnel shows no difference.
 */
export function mendingOf({ cause, reason }: Failed, { proxy }: Pick<Endpoint, "proxy">): Mending {
  if (cause === "timeout" && proxy !== undefined) return [SILENT, "doctor.mend.waitBehindProxy"];
  const found = reason.values["found"];
  const isPage = typeof found === "object" && found.key === "list.page";
  return isPage ? [ADDRESS, "doctor.mend.apiAddress"] : MENDINGS[cause];
}
