// One-token chat requests to an endpoint, plain and streamed, to see whether it does its work. May cost money at a
// paid endpoint: the caller decides. Called by `doctor.ts`.

import { isLoopbackHost } from "../config/hosts.ts";
import { cleanText } from "../core/clean-text.ts";
import type { Clock } from "../core/clock.ts";
import type { Credential, Endpoint } from "../routing/model.ts";

/** Whom to ask, and for what. */
export type Probe = {
  readonly endpoint: Endpoint;
  readonly credential: Credential;
  readonly model: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
};

/** How a probe ended. */
export type ProbeResult =
  | { readonly kind: "ok"; readonly firstByteMs: number }
  | { readonly kind: "failed"; readonly reason: string };

/** A chat request for one token. Never rejects. */
export async function probeChat(probe: Probe, isStream: boolean): Promise<ProbeResult> {
  try {
    const first = await ask(probe, { stream: isStream, max_tokens: 1 });
    // Newer models of some vendors know only the newer name of the limit.
    if (first.kind === "failed" && first.reason.startsWith("400")) {
      return await ask(probe, { stream: isStream, max_completion_tokens: 16 });
    }
    return first;
  } catch (error) {
    return { kind: "failed", reason: reasonOf(error) };
  }
}

/** The model that is most likely to chat; undefined when the endpoint lists none that could. */
export function chooseChatModel(names: readonly string[]): string | undefined {
  return names.find((name) => !NO_CHAT.test(name));
}

/** Whether an endpoint is on this machine, so that asking it costs nothing. */
export function isLoopback(endpoint: Pick<Endpoint, "origin">): boolean {
  return isLoopbackHost(new URL(endpoint.origin).hostname);
}

const NO_CHAT =
  /embed|bge-|whisper|tts|transcri|speech|audio|realtime|dall-e|image|sora|moderation|rerank|babbage|davinci-002|instruct-0914/i;

type Limits = {
  readonly stream: boolean;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
};

async function ask(probe: Probe, limits: Limits): Promise<ProbeResult> {
  const { endpoint, clock } = probe;
  const startedMs = clock.nowMs();
  const response = await fetch(`${endpoint.baseUrl}/chat/completions`, {
    method: "POST",
    headers: headersOf(probe),
    body: JSON.stringify({ model: probe.model, messages: [{ role: "user", content: "hi" }], ...limits }),
    redirect: "manual",
    signal: AbortSignal.timeout(probe.timeoutMs),
  });
  const reader = response.body?.getReader();
  const first = await reader?.read();
  const firstByteMs = clock.nowMs() - startedMs;
  const head = Buffer.from(first?.value ?? new Uint8Array()).toString("utf8", 0, 300);
  await reader?.cancel();
  if (response.status !== 200)
    return { kind: "failed", reason: `${response.status} ${cleanText(firstSentence(head))}` };
  if (limits.stream && !/^\s*(?:data|event|id|retry|):/.test(head)) {
    return { kind: "failed", reason: "the answer is no event stream" };
  }
  if (!limits.stream && !head.trimStart().startsWith("{"))
    return { kind: "failed", reason: "the answer is no JSON" };
  return { kind: "ok", firstByteMs };
}

function headersOf(probe: Probe): [string, string][] {
  const headers: [string, string][] = [["content-type", "application/json"]];
  if (probe.credential.apiKey !== undefined)
    headers.push(["authorization", `Bearer ${probe.credential.apiKey}`]);
  const { fixedHeaders } = probe.endpoint;
  for (let index = 0; index + 1 < fixedHeaders.length; index += 2) {
    headers.push([fixedHeaders[index] ?? "", fixedHeaders[index + 1] ?? ""]);
  }
  return headers;
}

function firstSentence(body: string): string {
  const message = /"message"\s*:\s*"((?:[^"\\]|\\.)*)/.exec(body)?.[1] ?? "";
  return message.slice(0, 80);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  if (error.name === "TimeoutError") return "no answer in time";
  const cause = error.cause;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return "failed";
}
