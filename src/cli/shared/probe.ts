// One-token chat requests to an endpoint, plain and streamed, to see whether it does its work. May cost money at a
// paid endpoint: the caller decides. Called by `doctor.ts`.

import { isLoopbackHost } from "../../config/rules/hosts.ts";
import { cleanText } from "../../core/clean-text.ts";
import type { Clock } from "../../core/clock.ts";
import type { Credential, Endpoint } from "../../routing/model.ts";
import type { OutboundClient, OutboundHandler } from "../../upstream/client.ts";

/** Whom to ask, and for what. */
export type Probe = {
  readonly client: OutboundClient;
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
  const { clock } = probe;
  const startedMs = clock.nowMs();
  const { status, firstBytes } = await send(probe, limits);
  const firstByteMs = clock.nowMs() - startedMs;
  // Masked as a whole, since a key that is cut would not be known for one.
  const head = probe.endpoint.secrets.mask(firstBytes.toString()).slice(0, 300);
  if (status !== 200) return { kind: "failed", reason: `${status} ${cleanText(firstSentence(head))}` };
  if (limits.stream && !/^\s*(?:data|event|id|retry|):/.test(head)) {
    return { kind: "failed", reason: "the answer is no event stream" };
  }
  if (!limits.stream && !head.trimStart().startsWith("{"))
    return { kind: "failed", reason: "the answer is no JSON" };
  return { kind: "ok", firstByteMs };
}

type FirstBytes = { readonly status: number; readonly firstBytes: Buffer };

/** Status and first piece of the answer; the rest is not waited for. Rejects with a word for people. */
function send(probe: Probe, limits: Limits): Promise<FirstBytes> {
  const { endpoint, client, timeoutMs } = probe;
  const body = Buffer.from(
    JSON.stringify({ model: probe.model, messages: [{ role: "user", content: "hi" }], ...limits }),
  );
  const request = {
    method: "POST",
    path: `${endpoint.basePath}/chat/completions`,
    headers: headersOf(probe),
    body,
  };
  const route = client.open(endpoint);
  const { connectMs } = endpoint.timeouts;
  return new Promise((resolve, reject) => {
    let status = 0;
    const finish = (firstBytes: Buffer): boolean => {
      clearTimeout(timer);
      resolve({ status, firstBytes });
      call.cancel();
      return true;
    };
    const handler: OutboundHandler = {
      onHead: (given) => {
        status = given;
      },
      onData: finish,
      onEnd: () => void finish(Buffer.alloc(0)),
      onFailure: (failure) => {
        clearTimeout(timer);
        reject(new ProbeFailure(failure.reason));
      },
    };
    const call = client.send(route, request, handler, { connectMs });
    const timer = setTimeout(() => {
      call.cancel();
      reject(new ProbeFailure("no answer in time"));
    }, timeoutMs);
  });
}

/** Its message is a word for people. */
class ProbeFailure extends Error {}

function headersOf(probe: Probe): string[] {
  const headers = ["content-type", "application/json", "accept-encoding", "identity"];
  const { apiKey } = probe.credential;
  if (apiKey !== undefined) headers.push("authorization", `Bearer ${apiKey}`);
  return [...headers, ...probe.endpoint.fixedHeaders];
}

function firstSentence(body: string): string {
  const message = /"message"\s*:\s*"((?:[^"\\]|\\.)*)/.exec(body)?.[1] ?? "";
  return message.slice(0, 80);
}

function reasonOf(error: unknown): string {
  return error instanceof ProbeFailure ? error.message : "failed";
}
