// Whether the client of one request is still there, and whom its leaving stops. Everything that waits on behalf of a
// request puts down here how its wait is ended; nobody's word replaces another's.

import { GatewayError } from "../core/errors.ts";
import type { Reply } from "./message.ts";

/** The leaving of one client. */
export class Departure {
  #isGone = false;
  /** Nearly always there is one at a time, for which no set is needed. */
  #stop: (() => void) | undefined = undefined;
  #others: Set<() => void> | undefined = undefined;

  /** Listens to the reply, which tells once. */
  constructor(reply: Pick<Reply, "onAbort">) {
    reply.onAbort(() => this.#leave());
  }

  /** The client is gone: nothing that is done for it from now on can reach it. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /**
   * Has `stop` called once, when the client leaves; at once where it has left already. `stop` must be harmless after
   * `unwatch`, and must not throw.
   */
  watch(stop: () => void): void {
    if (this.#isGone) stop();
    else if (this.#stop === undefined) this.#stop = stop;
    else {
      this.#others ??= new Set();
      this.#others.add(stop);
    }
  }

  /** What `watch` was given has nothing left to stop. */
  unwatch(stop: () => void): void {
    if (this.#stop === stop) this.#stop = undefined;
    else this.#others?.delete(stop);
  }

  /**
   * Waits for what `begin` starts, and ends that wait if the client leaves meanwhile. `begin` hands over what ends it,
   * at most once and before it returns. The wait may have been won in the moment in which the client left: look at
   * `isGone` afterwards, and give back what was waited for.
   */
  async whileWaiting<Result>(
    begin: (onCancel: (cancel: () => void) => void) => Promise<Result>,
  ): Promise<Result> {
    let stop: (() => void) | undefined;
    try {
      return await begin((cancel) => {
        stop = cancel;
        this.watch(cancel);
      });
    } finally {
      if (stop !== undefined) this.unwatch(stop);
    }
  }

  /**
   * Waits so many milliseconds, less if the client leaves meanwhile.
   * @throws GatewayError client_closed, from the promise
   */
  async pause(waitMs: number): Promise<void> {
    if (waitMs > 0 && !this.#isGone) {
      await this.whileWaiting(
        (onCancel) =>
          new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, waitMs);
            onCancel(() => {
              clearTimeout(timer);
              resolve();
            });
          }),
      );
    }
    this.refuseIfGone();
  }

  /** @throws GatewayError client_closed where the client is gone */
  refuseIfGone(): void {
    if (this.#isGone) throw new GatewayError("client_closed");
  }

  #leave(): void {
    this.#isGone = true;
    const stop = this.#stop;
    const others = this.#others;
    this.#stop = undefined;
    this.#others = undefined;
    stop?.();
    if (others !== undefined) for (const other of others) other();
  }
}
