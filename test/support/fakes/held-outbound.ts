// An `OutboundClient` without a network whose calls answer when the test says so, piece by piece. For unit tests of an
// attempt; whole answers by a script are `fake-outbound.ts`.

import type { FlatHeaders } from "../../../src/http/message.ts";
import type {
  OutboundCall,
  OutboundClient,
  OutboundFailure,
  OutboundHandler,
  OutboundRequest,
  Peer,
  Route,
  SendOptions,
} from "../../../src/upstream/client.ts";

/** Keeps every call and answers none by itself. */
export class HeldOutbound implements OutboundClient {
  readonly calls: HeldCall[] = [];

  open({ origin }: Peer): Route {
    return { origin };
  }

  upgrade(): OutboundCall {
    throw new Error("the fake knows no upgrades");
  }

  send(route: Route, request: OutboundRequest, handler: OutboundHandler, options: SendOptions): OutboundCall {
    const call = new HeldCall(route, request, handler, options);
    this.calls.push(call);
    return call;
  }

  /** The latest call. */
  get last(): HeldCall {
    const call = this.calls.at(-1);
    if (call === undefined) throw new RangeError("nothing was sent");
    return call;
  }

  retain(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** One call in the hand of the test, with the engine's own rules: nothing after `cancel`, a net for what is thrown. */
export class HeldCall implements OutboundCall {
  readonly origin: string;
  readonly request: OutboundRequest;
  readonly isFresh: boolean;
  isCancelled = false;
  /** How often it was told to go on. */
  resumed = 0;
  readonly #handler: OutboundHandler;

  constructor(route: Route, request: OutboundRequest, handler: OutboundHandler, options: SendOptions) {
    this.origin = route.origin;
    this.request = request;
    this.isFresh = options.isFresh === true;
    this.#handler = handler;
  }

  resume(): void {
    this.resumed += 1;
  }

  cancel(): void {
    this.isCancelled = true;
  }

  /** The endpoint sends a head. */
  head(status = 200, contentType = "application/json", more: FlatHeaders = []): void {
    this.#tell(() => this.#handler.onHead(status, ["content-type", contentType, ...more]));
  }

  /** The endpoint sends a piece of body; false when it is to pause. */
  data(piece: string): boolean {
    let canTakeMore = true;
    this.#tell(() => {
      canTakeMore = this.#handler.onData(Buffer.from(piece));
    });
    return canTakeMore;
  }

  /** The endpoint ends its answer. */
  end(): void {
    this.#tell(() => this.#handler.onEnd());
  }

  /** The connection fails; by a reset, if not said otherwise. */
  fail(failure: Partial<OutboundFailure> = {}): void {
    const whole: OutboundFailure = { kind: "reset", reason: "ECONNRESET", isStale: false, ...failure };
    this.#tell(() => this.#handler.onFailure(whole));
  }

  #tell(act: () => void): void {
    if (this.isCancelled) return;
    try {
      act();
    } catch (error) {
      this.#handler.onThrow?.(error);
    }
  }
}
