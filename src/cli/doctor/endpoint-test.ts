// One endpoint tested under one of its keys: is it reached, is the key taken, does it list models and does it chat?

import { askModels, type ListAnswer } from "../../catalogue/ask.ts";
import { systemClock } from "../../core/clock.ts";
import { maskKey } from "../../core/mask.ts";
import { message, translator } from "../../language/messages.ts";
import type { Credential, Endpoint } from "../../routing/model.ts";
import type { AskingClient } from "../../upstream/client.ts";
import { chooseChatModel, isLoopback, probeChat } from "../shared/probe.ts";
import type { Chat, EndpointReport } from "./doctor-report.ts";

const PROBE_MS = 10_000;

/** Which endpoint is tested under which of its keys. */
export type Subject = {
  readonly client: AskingClient;
  readonly endpoint: Endpoint;
  readonly key: Credential;
  readonly spend: boolean;
  /** Of its list of models. */
  readonly limitBytes: number;
};

/** What was found out, and the list that it came from. */
export type Tested = {
  readonly report: EndpointReport;
  readonly endpoint: Endpoint;
  readonly answer: ListAnswer | undefined;
};

const NOT_ASKED: Chat = { kind: "skipped", why: "" };

/** Asks for the models and, where it costs nothing or may, for one token. */
export async function testEndpoint(subject: Subject): Promise<Tested> {
  const { endpoint, key, client, limitBytes } = subject;
  const base = {
    name: endpoint.credentials.length > 1 ? `${endpoint.name}#${key.id}` : endpoint.name,
    definedAt: endpoint.definedAt,
    isEnabled: endpoint.enabled,
    maskedKey: key.apiKey === undefined ? undefined : maskKey(key.apiKey),
  };
  if (!endpoint.enabled) {
    const nothing = {
      reachMs: undefined,
      auth: "unknown",
      modelCount: undefined,
      problem: undefined,
      fix: undefined,
    } as const;
    return {
      report: { ...base, ...nothing, chat: NOT_ASKED, stream: NOT_ASKED },
      endpoint,
      answer: undefined,
    };
  }
  const asked = { ...endpoint, credentials: [key] as const };
  const answer = await askModels({
    client,
    clock: systemClock,
    endpoint: asked,
    timeoutMs: PROBE_MS,
    limitBytes,
  });
  const names = namesOf(endpoint, answer);
  const [chat, stream] = await chatBoth(subject, answer, names);
  const { problem, fix } = findingOf(endpoint, answer, [chat, stream]);
  const isReached = answer.kind !== "failed" || answer.status !== undefined;
  const report: EndpointReport = {
    ...base,
    reachMs: isReached ? answer.durationMs : undefined,
    auth: authOf(key, answer),
    modelCount: answer.kind === "listed" || endpoint.models.kind === "static" ? names.length : undefined,
    chat,
    stream,
    problem,
    fix,
  };
  return { report, endpoint, answer };
}

function namesOf(endpoint: Endpoint, answer: ListAnswer): readonly string[] {
  if (endpoint.models.kind === "static") return endpoint.models.names;
  return answer.kind === "listed" ? answer.entries.map((entry) => entry.id) : [];
}

function authOf(key: Credential, answer: ListAnswer): EndpointReport["auth"] {
  if (answer.kind === "rejected_key") return "rejected";
  if (key.apiKey === undefined) return "none";
  return answer.kind === "listed" ? "ok" : "unknown";
}

async function chatBoth(
  subject: Subject,
  answer: ListAnswer,
  names: readonly string[],
): Promise<[Chat, Chat]> {
  const { endpoint } = subject;
  if (answer.kind === "failed" || answer.kind === "rejected_key") return [NOT_ASKED, NOT_ASKED];
  if (!subject.spend && !isLoopback(endpoint)) {
    const skipped: Chat = { kind: "skipped", why: "may cost money; add --spend" };
    return [skipped, skipped];
  }
  const model = chooseChatModel(names);
  if (model === undefined) {
    const skipped: Chat = { kind: "skipped", why: "no chat model listed" };
    return [skipped, skipped];
  }
  const probe = {
    client: subject.client,
    endpoint,
    credential: subject.key,
    model,
    timeoutMs: PROBE_MS,
    clock: systemClock,
  };
  return [await probeChat(probe, false), await probeChat(probe, true)];
}

/** What to do about a forward proxy that has failed; undefined where it was not the proxy. */
function proxyFix(cause: Extract<ListAnswer, { kind: "failed" }>["cause"], at: string): string | undefined {
  const say = translator("en");
  switch (cause) {
    case "proxy_denied":
      return say(message("proxy.fixDenied", { at }));
    case "proxy_unreachable":
    case "proxy_timeout":
    case "proxy_failed":
      return say(message("proxy.fixUnreachable", { at }));
    default:
      return undefined;
  }
}

type TestFinding = { readonly problem: string | undefined; readonly fix: string | undefined };

function findingOf(endpoint: Endpoint, answer: ListAnswer, chats: readonly Chat[]): TestFinding {
  const at = endpoint.definedAt;
  const off = `or set enabled: false (${at})`;
  switch (answer.kind) {
    case "rejected_key":
      return { problem: `${answer.reason}: the endpoint rejects this key.`, fix: `renew api_key (${at})` };
    case "failed":
      return {
        problem: `${answer.reason}.`,
        fix: proxyFix(answer.cause, at) ?? `start it, correct base_url, ${off}`,
      };
    case "no_list":
      if (endpoint.models.kind === "static") break;
      return { problem: `${answer.reason}.`, fix: `name its models under "models" (${at})` };
    case "listed":
      break;
  }
  const failed = chats.find((chat) => chat.kind === "failed");
  if (failed?.kind !== "failed") return { problem: undefined, fix: undefined };
  return {
    problem: `a chat request failed: ${failed.reason}.`,
    fix: `look into the endpoint's own log, ${off}`,
  };
}
