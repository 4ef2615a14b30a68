// One endpoint tested under one of its keys: is it reached, is the key taken, does it list models and does it chat?

import { askModels, type ListAnswer } from "../../catalogue/ask.ts";
import { chooseChatModel, isLoopback, probeChat } from "../../catalogue/chat-probe.ts";
import { mendingOf } from "../../catalogue/mending.ts";
import { systemClock } from "../../core/clock.ts";
import { maskKey } from "../../core/mask.ts";
import { message } from "../../language/messages.ts";
import type { Credential, Endpoint } from "../../routing/model.ts";
import type { AskingClient } from "../../upstream/client.ts";
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

/** `openai`, or `openai#2` for the second of its keys. */
export function nameOf({ endpoint, key }: Pick<Subject, "endpoint" | "key">): string {
  return endpoint.credentials.length > 1 ? `${endpoint.name}#${key.id}` : endpoint.name;
}

/** What was found out, and the list that it came from. */
export type Tested = {
  readonly report: EndpointReport;
  readonly endpoint: Endpoint;
  readonly answer: ListAnswer | undefined;
};

const NOT_ASKED: Chat = { kind: "skipped", why: undefined };

/** Asks for the models and, where it costs nothing or may, for one token. */
export async function testEndpoint(subject: Subject): Promise<Tested> {
  const { endpoint, key, client, limitBytes } = subject;
  const base = {
    name: nameOf(subject),
    definedAt: endpoint.definedAt,
    isEnabled: endpoint.enabled,
    maskedKey: key.apiKey === undefined ? undefined : maskKey(key.apiKey),
  };
  if (!endpoint.enabled) {
    const nothing = {
      reachMs: undefined,
      auth: "unknown",
      modelCount: undefined,
      ...NO_FAULT,
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
  const finding = findingOf(subject, answer, [chat, stream]);
  const isReached = answer.kind !== "failed" || answer.status !== undefined;
  const report: EndpointReport = {
    ...base,
    reachMs: isReached ? answer.durationMs : undefined,
    auth: authOf(key, answer),
    modelCount: answer.kind === "listed" || endpoint.models.kind === "static" ? names.length : undefined,
    chat,
    stream,
    ...finding,
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
    const skipped: Chat = { kind: "skipped", why: message("doctor.mayCost") };
    return [skipped, skipped];
  }
  const model = chooseChatModel(names);
  if (model === undefined) {
    const skipped: Chat = { kind: "skipped", why: message("doctor.noChatModel") };
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

type TestDiagnosis = Pick<EndpointReport, "short" | "problem" | "fix">;

const NO_FAULT: TestDiagnosis = { short: undefined, problem: undefined, fix: undefined };

function findingOf(subject: Subject, answer: ListAnswer, chats: readonly Chat[]): TestDiagnosis {
  const { endpoint, key } = subject;
  const at = endpoint.definedAt;
  switch (answer.kind) {
    case "rejected_key": {
      const { reason } = answer;
      const hasKey = key.apiKey !== undefined;
      return {
        short: message("doctor.short.rejected"),
        problem: message(hasKey ? "doctor.problem.rejected" : "doctor.problem.noKey", { reason }),
        fix: message(hasKey ? "doctor.fix.renew" : "doctor.fix.setKey", { at }),
      };
    }
    case "failed": {
      const [short, fix] = mendingOf(answer, endpoint);
      return {
        short: message(short),
        problem: message("doctor.problem", { reason: answer.reason }),
        fix: message(fix, { at }),
      };
    }
    case "no_list":
      if (endpoint.models.kind === "static") break;
      return {
        short: message("doctor.short.list"),
        problem: message("doctor.problem", { reason: answer.reason }),
        fix: message("doctor.fix.models", { at }),
      };
    case "listed":
      break;
  }
  return chatFinding(at, chats);
}

function chatFinding(at: string, chats: readonly Chat[]): TestDiagnosis {
  const failed = chats.find((chat) => chat.kind === "failed");
  if (failed?.kind !== "failed") return NO_FAULT;
  const { status = 0, reason } = failed;
  const isRefused = status >= 400 && status < 500 && status !== 429;
  const fix =
    status === 429 ? "doctor.mend.limited" : isRefused ? "doctor.fix.chatRefused" : "doctor.fix.chatFailed";
  return {
    short: message("doctor.short.chat"),
    problem: message("doctor.problem.chat", { reason }),
    fix: message(fix, { at }),
  };
}
