// Listens to the live view of a gateway, over a socket.

import { type IncomingMessage, request } from "node:http";
import { Condition } from "./condition.ts";

/** An event. */
export type LiveEvent = {
  readonly id: number;
  readonly name: string;
  readonly data: Record<string, unknown>;
};

/** Who listens. */
export class LiveClient {
  readonly answer: IncomingMessage;
  readonly events: LiveEvent[] = [];
  readonly #changed = new Condition();
  #rest = "";
  #isOver = false;
  #taken = 0;

  constructor(answer: IncomingMessage) {
    this.answer = answer;
    answer.setEncoding("utf8").on("data", (piece: string) => this.#take(piece));
    for (const end of ["end", "error", "close"])
      answer.on(end, () => {
        this.#isOver = true;
        this.#changed.notify();
      });
  }

  /** The next event of this name behind those that were taken. */
  async next(name: string, isMeant: (event: LiveEvent) => boolean = () => true): Promise<LiveEvent> {
    const find = (): number =>
      this.events.findIndex((one, at) => at >= this.#taken && one.name === name && isMeant(one));
    await this.#changed.until(() => find() >= 0 || this.#isOver);
    const at = find();
    const event = this.events[at];
    if (event === undefined) throw new Error(`the stream ended without ${name}`);
    this.#taken = at + 1;
    return event;
  }

  /** Resolves when the stream is over. */
  over(): Promise<void> {
    return this.#changed.until(() => this.#isOver);
  }

  close(): void {
    this.answer.destroy();
  }

  #take(piece: string): void {
    this.#rest += piece;
    const blocks = this.#rest.split("\n\n");
    this.#rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line]));
      const of = (name: string): string => (fields.get(name) ?? "").slice(name.length + 1).trim();
      if (fields.has("event"))
        this.events.push({ id: Number(of("id")), name: of("event"), data: JSON.parse(of("data")) });
    }
    this.#changed.notify();
  }
}

/** Begins to listen; the status and the stream. */
export function listenLive(
  port: number,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly live: LiveClient }> {
  return new Promise((resolve, reject) => {
    const path = "/admin/v1/live";
    const sent = request({ host: "127.0.0.1", port, path, headers, agent: false }, (answer) =>
      resolve({ status: answer.statusCode ?? 0, live: new LiveClient(answer) }),
    );
    sent.on("error", reject).end();
  });
}
