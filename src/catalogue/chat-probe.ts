// Probes an endpoint by a request for one token in the API that it has, plain and streamed, and tells for people what
// came of it. May cost money at a paid endpoint: the caller decides.

import { cleanText } from "../core/clean-text.ts";
import type { Clock } from "../core/clock.ts";
import { isLoopbackHost } from "../http/hosts.ts";
import { type Message, message } from "../language/messages.ts";
import type { Credential, Endpoint } from "../routing/model.ts";
import type { AskingClient } from "../upstream/client.ts";
import { usualProbe } from "../wires/registry/probes.ts";
import { type ProbeAnswer, sendProbe } from "./probe.ts";

/** Whom to ask, and for what. */
export type ChatProbe = {
  readonly client: AskingClient;
  readonly endpoint: Endpoint;
  readonly credential: Credential;
  readonly model: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
};

/** How a probe ended. */
export type ProbeResult =
  | { readonly kind: "ok"; readonly firstByteMs: number }
  | { readonly kind: "failed"; readonly reason: Message; readonly status?: number };

/** A request for one token. Never rejects. */
export async function probeChat(probe: ChatProbe, isStream: boolean): Promise<ProbeResult> {
  const first = await ask(probe, { isStream });
  // Newer models of some vendors know only the newer name of the limit.
  const isRefused = first.kind === "failed" && first.status === 400;
  return isRefused ? ask(probe, { isStream, isNewer: true }) : first;
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

type Options = { readonly isStream: boolean; readonly isNewer?: boolean };

async function ask(probe: ChatProbe, options: Options): Promise<ProbeResult> {
  const { endpoint } = probe;
  const request = usualProbe(endpoint.wire, endpoint.speaks);
  return resultOf(await sendProbe({ ...probe, request, options, until: "first_piece" }), endpoint, options);
}

function resultOf(answer: ProbeAnswer, { secrets }: Endpoint, { isStream }: Options): ProbeResult {
  if (answer.kind === "failed") return answer;
  const { status, firstPiece, firstByteMs } = answer;
  // Masked as a whole, since a key that is cut would not be known for one.
  const head = secrets.mask(firstPiece.toString()).slice(0, 300);
  if (status !== 200) {
    const said = cleanText(firstSentence(head));
    const reason =
      said === "" ? message("reason.status", { status }) : message("probe.answered", { status, said });
    return { kind: "failed", status, reason };
  }
  if (isStream && !/^\s*(?:data|event|id|retry|):/.test(head))
    return { kind: "failed", reason: message("probe.no_stream") };
  if (!isStream && !head.trimStart().startsWith("{"))
    return { kind: "failed", reason: message("probe.no_json") };
  return { kind: "ok", firstByteMs };
}

function firstSentence(body: string): string {
  const message = /"message"\s*:\s*"((?:[^"\\]|\\.)*)/.exec(body)?.[1] ?? "";
  return message.slice(0, 80);
}
