// The connections of one origin, whatever engine they are of. Picking one is O(1).

const MAX_IDLE_CONNECTIONS = 1_024;

/** What is pooled. */
export type Pooled = {
  /** Closes it once it is idle. */
  close(): void;
  /** Cuts it. */
  destroy(): void;
  /** The address at its other end; undefined while there is none. */
  peerAddress(): string | undefined;
};

/** The connections of one origin: all of them, and of these a stack of idle ones, the last used first. */
export class ConnectionPool<C extends Pooled> {
  readonly #make: (onIdleClose: (connection: C) => void) => C;
  readonly #idle: C[] = [];
  /** Idle or in use: changed where one is made or gone, and not by each call. */
  readonly #open = new Set<C>();
  /** Those of the busy ones that are not kept after their call. */
  readonly #leaving = new Set<C>();
  #isRetired = false;

  constructor(make: (onIdleClose: (connection: C) => void) => C) {
    this.#make = make;
  }

  take(isFresh: boolean): C {
    const idle = isFresh ? undefined : this.#idle.pop();
    if (idle !== undefined) return idle;
    const connection = this.#make((gone) => this.#forget(gone));
    this.#open.add(connection);
    return connection;
  }

  /** Takes a connection back whose call is over and whose answer was read to its end. */
  giveBack(connection: C): void {
    const isLeaving = this.#leaving.size > 0 && this.#leaving.has(connection);
    if (isLeaving || this.#isRetired || this.#idle.length >= MAX_IDLE_CONNECTIONS) {
      this.release(connection);
      connection.close();
      return;
    }
    this.#idle.push(connection);
  }

  /** Cuts a connection whose call was dropped or failed. */
  discard(connection: C): void {
    this.release(connection);
    connection.destroy();
  }

  /** A connection that is nobody's here any more, and not to be cut. */
  release(connection: C): void {
    this.#open.delete(connection);
    this.#leaving.delete(connection);
  }

  /** Whether there is no connection. */
  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** Closes the connections to addresses that are not the peer's any more: idle ones now, the others after their calls. */
  leave(isOutdated: (address: string) => boolean): void {
    const isLeft = (connection: C): boolean => {
      const address = connection.peerAddress();
      return address !== undefined && isOutdated(address);
    };
    for (const connection of this.#idle.filter(isLeft)) this.#forget(connection);
    const idle = new Set(this.#idle);
    for (const connection of this.#open)
      if (!idle.has(connection) && isLeft(connection)) this.#leaving.add(connection);
  }

  retire(): void {
    this.#isRetired = true;
    for (const connection of this.#idle.splice(0)) {
      this.release(connection);
      connection.close();
    }
  }

  destroyAll(): void {
    this.#isRetired = true;
    this.#idle.length = 0;
    const all = [...this.#open];
    this.#open.clear();
    this.#leaving.clear();
    for (const connection of all) connection.destroy();
  }

  /** The peer closed an idle connection: it is not kept, so that the stack holds live ones. */
  #forget(connection: C): void {
    const index = this.#idle.indexOf(connection);
    if (index === -1) return;
    this.#idle.splice(index, 1);
    this.release(connection);
    connection.close();
  }
}
