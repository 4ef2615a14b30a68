// A warm-up: a socket's client sends instructions, tools and what was said, and wants nothing written yet. It goes on to
// an endpoint that has sockets of its own. No other knows of such a thing: it would write, and be paid for it; so it is
// answered here, and what was sent stays with the socket.

import type { Model } from "../../routing/model.ts";
import type { OutboundCall } from "../../upstream/client.ts";
import { tellFailure, tellThrown } from "../../upstream/telling.ts";
import { warmUpEvents } from "../../wires/socket/server-events.ts";
import { answerCall } from "../attempt/answer-call.ts";
import type { Attempt } from "../attempt/attempt.ts";
import { Call } from "../exchange/call.ts";

const MS_PER_SECOND = 1_000;
const DATA = Buffer.from("data: ");
const BLANK = Buffer.of(0x0a, 0x0a);
const STREAM = ["content-type", "text/event-stream"];

/**
 * Answers a warm-up: by an endpoint that is known to have sockets, else here.
 * @throws GatewayError as `answerCall`, from the promise
 */
export function answerWarmUp(call: Call): Promise<void> | undefined {
  const model = withSockets(call);
  if (model === undefined) {
    const { reply, exchange } = call;
    const body = warmUpStream(call);
    reply.head(200, [...STREAM, "x-request-id", exchange.requestId]);
    reply.end(body);
    exchange.noteOwnAnswer(200, body.length);
    return undefined;
  }
  // There is nothing in its answer, as there should be.
  const operation = { ...call.operation, isWritten: false };
  return answerCall(new Call(call.exchange, operation, model, call.modelName));
}

/** The model with those targets that are known to have sockets; undefined where none is. */
function withSockets(call: Call): Model | undefined {
  const { model, services } = call;
  const kept = model.targets.flatMap((target, at) =>
    services.targets.sockets.has(target.endpoint.name) === true
      ? [{ target, cell: model.rotation[at] ?? { current: 0 } }]
      : [],
  );
  if (kept.length === 0) return undefined;
  const targets = kept.map(({ target }) => target);
  return { ...model, targets, rotation: kept.map(({ cell }) => cell), fallbacks: [] };
}

/** An attempt at an endpoint that has no socket any more: answered as one that has would, and nothing is sent. */
export class WarmUpCall implements OutboundCall {
  readonly #timer: NodeJS.Immediate;

  constructor(attempt: Attempt) {
    // Not before it has been given back.
    this.#timer = setImmediate(() => answerAttempt(attempt));
  }

  resume(): void {}

  cancel(): void {
    clearImmediate(this.#timer);
  }
}

function answerAttempt(attempt: Attempt): void {
  if (attempt.translated !== undefined) {
    // The answer would be read in other words than these.
    tellFailure(attempt, { kind: "bad_response", reason: "NO_SOCKET", isStale: false });
    return;
  }
  try {
    attempt.onHead(200, STREAM);
    attempt.onData(warmUpStream(attempt.call));
    attempt.onEnd();
  } catch (error) {
    tellThrown(attempt, error);
  }
}

function warmUpStream({ services, modelName }: Call): Buffer {
  const id = `resp_${crypto.randomUUID().replaceAll("-", "")}`;
  const seconds = Math.floor(services.clock.wallMs() / MS_PER_SECOND);
  return Buffer.concat(warmUpEvents(id, modelName, seconds).flatMap((event) => [DATA, event, BLANK]));
}
