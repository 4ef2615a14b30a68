// Connects to a host by TCP: its name is looked up, and its addresses are tried one after the other, a quarter of a
// second apart, until one of them answers ("happy eyeballs", RFC 8305).

import { connect, type OnReadOpts, type Socket } from "node:net";
import type { AddressBook } from "./address-book.ts";

/** Where to: a name, or an address without brackets. */
export type Host = {
  readonly hostname: string;
  readonly port: number;
  /** How what comes of each connection is read; as usual where it is left out. */
  readonly readingOf?: ((socketOf: () => Socket) => OnReadOpts) | undefined;
};

/** Something that is being made, and can be given up. */
export interface Opening {
  /** Gives it up; whoever waits for it is told of the error. Does nothing once it is made. */
  destroy(error: Error): void;
}

/** Called once: with an error, or with what was made. */
export type Opened = (...result: [error: null, socket: Socket] | [error: Error, socket: null]) => void;

/** How long an address has before the next one is tried beside it (RFC 8305 §5). */
const HEAD_START_MS = 250;
const READ_BUFFER_BYTES = 64 * 1024;

/** Begins to connect. There is no limit of time: whoever waits sets one. */
export function reach(book: AddressBook, host: Host, done: Opened): Opening {
  const race = new Race(book, host, done);
  race.begin();
  return race;
}

/** One host's addresses, tried together. */
class Race implements Opening {
  readonly #book: AddressBook;
  readonly #host: Host;
  readonly #done: Opened;
  #addresses: readonly string[] = [];
  /** Addresses that were tried so far. */
  #tried = 0;
  readonly #running = new Set<Socket>();
  #firstError: Error | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(book: AddressBook, host: Host, done: Opened) {
    this.#book = book;
    this.#host = host;
    this.#done = done;
  }

  begin(): void {
    const found = this.#book.addressesOf(this.#host.hostname);
    if (found instanceof Promise)
      found.then(
        (addresses) => this.#start(addresses),
        (error: Error) => this.#fail(error),
      );
    else this.#start(found);
  }

  destroy(error: Error): void {
    if (this.#isOver) return;
    this.#end();
    queueMicrotask(() => this.#done(error, null));
  }

  #start(addresses: readonly string[]): void {
    if (this.#isOver) return;
    this.#addresses = addresses;
    this.#next();
  }

  /** Tries the next address, and after a while the one behind it. */
  #next(): void {
    clearTimeout(this.#timer);
    const address = this.#addresses[this.#tried];
    if (address === undefined) {
      if (this.#running.size === 0) this.#fail(this.#firstError ?? new Error("the name has no address"));
      return;
    }
    this.#tried += 1;
    const { port, readingOf } = this.#host;
    const onread: OnReadOpts | undefined = readingOf?.((): Socket => socket);
    // The last option is passed on to the stream, which the type leaves out.
    const options = { host: address, port, ...(onread && { onread }), highWaterMark: READ_BUFFER_BYTES };
    const socket: Socket = connect(options);
    this.#running.add(socket);
    socket.once("connect", () => this.#win(socket, address));
    socket.once("error", (error) => this.#lose(socket, error));
    if (this.#tried < this.#addresses.length) this.#timer = setTimeout(() => this.#next(), HEAD_START_MS);
  }

  #win(socket: Socket, address: string): void {
    if (this.#isOver) return;
    this.#running.delete(socket);
    if (this.#tried > 1) {
      const slower = this.#addresses.slice(0, this.#tried).filter((one) => one !== address);
      this.#book.onConnected(this.#host.hostname, address, slower);
    }
    this.#end();
    this.#done(null, socket);
  }

  /** Also heard of once it was handed on: unheard, what breaks a socket would end the process. */
  #lose(socket: Socket, error: Error): void {
    this.#running.delete(socket);
    this.#firstError ??= error;
    // The next one need not wait for its time.
    if (!this.#isOver) this.#next();
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#end();
    this.#done(error, null);
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const socket of this.#running) socket.destroy();
    this.#running.clear();
  }
}
