// Sends an endpoint's probe, a request for one token, and says what came of it. May cost money at a paid endpoint: the
// caller decides whether, and what the answer means.

import type { Clock } from "../core/clock.ts";
import { firstHeader } from "../http/first-header.ts";
import type { FlatHeaders } from "../http/message.ts";
import { type Message, message, verbatim } from "../language/messages.ts";
import type { Credential } from "../routing/model.ts";
import type { AskingClient, OutboundCall, OutboundHandler } from "../upstream/client.ts";
import { wireOf } from "../wires/registry/wires.ts";
import { probePath, type WireProbe } from "../wires/wire.ts";
import { type Askable, ownHeaders } from "./own-request.ts";

/** Whom to ask, and for what. */
export type ProbeQuestion = {
  readonly client: AskingClient;
  readonly clock: Clock;
  readonly endpoint: Askable;
  readonly credential: Credential;
  /** In words that the endpoint understands. */
  readonly request: WireProbe;
  /** The endpoint's own name of the model. */
  readonly model: string;
  readonly options?: Parameters<WireProbe["body"]>[1];
  /** For the whole of it. */
  readonly timeoutMs: number;
  /** `first_piece`: the rest of the answer is not waited for; `end`: it has to be whole. */
  readonly until: "first_piece" | "end";
};

/** What came of it. `reason` is a word for people: nothing of the answer is in it. */
export type ProbeAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** Lower case; empty where there is none. */
      readonly contentType: string;
      readonly firstPiece: Buffer;
      readonly firstByteMs: number;
    }
  | { readonly kind: "failed"; readonly reason: Message };

const USUAL_HEADERS = ["content-type", "application/json", "accept-encoding", "identity"];
const NOTHING = Buffer.alloc(0);

/** Sends one probe. Never rejects. */
export function sendProbe(probe: ProbeQuestion): Promise<ProbeAnswer> {
  const { client, endpoint, credential, request, timeoutMs } = probe;
  const { connectMs } = endpoint.timeouts;
  const spoken = wireOf(request.operation.wire);
  const outbound = {
    method: "POST",
    path: probePath(endpoint, request, probe.model, probe.options?.isStream === true),
    headers: ownHeaders(endpoint, credential, spoken, USUAL_HEADERS),
    body: request.body(probe.model, probe.options ?? {}),
  };
  return new Promise((resolve) => {
    const handler = new ProbeHandler(probe, resolve);
    const timer = setTimeout(() => handler.giveUp(message("probe.late")), timeoutMs);
    handler.onOver = () => clearTimeout(timer);
    try {
      handler.call = client.send(client.open(endpoint), outbound, handler, { connectMs });
    } catch {
      // An engine refuses at once what no header may carry, such as a key with a line break in it.
      handler.giveUp(message("probe.unsendable"));
    }
  });
}

/** Keeps the head and the first piece; the rest is dropped as it comes. */
class ProbeHandler implements OutboundHandler {
  onOver: () => void = () => undefined;
  call: OutboundCall | undefined;
  readonly #probe: ProbeQuestion;
  readonly #startedMs: number;
  readonly #resolve: (answer: ProbeAnswer) => void;
  #status = 0;
  #contentType = "";
  #firstPiece: Buffer | undefined;
  #firstByteMs = 0;

  constructor(probe: ProbeQuestion, resolve: (answer: ProbeAnswer) => void) {
    this.#probe = probe;
    this.#startedMs = probe.clock.nowMs();
    this.#resolve = resolve;
  }

  onHead(status: number, headers: FlatHeaders): void {
    this.#status = status;
    this.#contentType = firstHeader(headers, "content-type")?.toLowerCase() ?? "";
  }

  onData(chunk: Buffer): boolean {
    this.#take(chunk);
    if (this.#probe.until === "first_piece") {
      this.#finish();
      this.call?.cancel();
    }
    return true;
  }

  onEnd(): void {
    this.#take(NOTHING);
    this.#finish();
  }

  onFailure({ reason }: { readonly reason: string }): void {
    this.#fail(verbatim(reason));
  }

  giveUp(reason: Message): void {
    this.call?.cancel();
    this.#fail(reason);
  }

  #fail(reason: Message): void {
    this.onOver();
    this.#resolve({ kind: "failed", reason });
  }

  #take(chunk: Buffer): void {
    if (this.#firstPiece !== undefined) return;
    this.#firstPiece = chunk;
    this.#firstByteMs = this.#probe.clock.nowMs() - this.#startedMs;
  }

  #finish(): void {
    this.onOver();
    this.#resolve({
      kind: "answered",
      status: this.#status,
      contentType: this.#contentType,
      firstPiece: this.#firstPiece ?? NOTHING,
      firstByteMs: this.#firstByteMs,
    });
  }
}
