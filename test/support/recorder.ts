// A TCP pass-through that keeps every byte of both directions, for tests that compare what peers see on the wire.

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** What was carried so far, as latin1, in the order in which it came, on whichever connection. */
export type Carried = { toServer: string; toClient: string };

/** Turns of the loop in which whoever gets a line has read it. */
const TURNS = 3;

/** The pass-through in front of a loopback port. */
export class Recorder {
  readonly carried: Carried = { toServer: "", toClient: "" };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #target: number;
  readonly #byLine: boolean;

  /** `byLine`: each line of an answer is a read of its own, so that two programs find the same in each. */
  constructor(target: number, byLine: boolean) {
    this.#target = target;
    this.#byLine = byLine;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#join(socket));
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("not listening on TCP");
    return address.port;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** Breaks what is open. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket): void {
    const server = connect({ port: this.#target, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    this.#pass(client, new Lane(server, false), (bytes) => {
      this.carried.toServer += bytes;
    });
    this.#pass(server, new Lane(client, this.#byLine), (bytes) => {
      this.carried.toClient += bytes;
    });
  }

  /** Bytes, ends and resets, as they come. */
  #pass(from: Socket, lane: Lane, keep: (bytes: string) => void): void {
    this.#sockets.add(from);
    from.on("data", (chunk: Buffer) => {
      const bytes = chunk.toString("latin1");
      keep(bytes);
      lane.push(bytes);
    });
    from.on("end", () => lane.finish("end"));
    from.on("error", () => lane.finish("resetAndDestroy"));
    from.on("close", () => {
      this.#sockets.delete(from);
      lane.finish("destroy");
    });
  }
}

/** One direction. */
class Lane {
  readonly #to: Socket;
  readonly #byLine: boolean;
  #held = "";
  #isBusy = false;
  #finish: "end" | "resetAndDestroy" | "destroy" | undefined;

  constructor(to: Socket, byLine: boolean) {
    this.#to = to;
    this.#byLine = byLine;
  }

  push(bytes: string): void {
    if (!this.#byLine) this.#to.write(bytes, "latin1");
    else {
      this.#held += bytes;
      void this.#work();
    }
  }

  /** Once all is passed on; the first end counts. */
  finish(how: "end" | "resetAndDestroy" | "destroy"): void {
    if (this.#finish !== undefined) return;
    this.#finish = how;
    if (!this.#isBusy) this.#to[how]();
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (this.#held !== "") {
      // What is no whole line waits for its rest as long as one may be under way.
      if (!this.#held.includes("\r\n")) await turns();
      const end = this.#held.indexOf("\r\n");
      const line = end === -1 ? this.#held : this.#held.slice(0, end + 2);
      this.#held = this.#held.slice(line.length);
      this.#to.write(line, "latin1");
      await turns();
    }
    this.#isBusy = false;
    if (this.#finish !== undefined) this.#to[this.#finish]();
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise(setImmediate);
}

/** A recorder, gone when the test is over. */
export async function recorderFor(t: TestContext, target: number, byLine = false): Promise<Recorder> {
  const recorder = new Recorder(target, byLine);
  await recorder.listen();
  t.after(() => recorder.close());
  return recorder;
}
