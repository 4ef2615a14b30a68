// A server that is told of alerts: keeps what it is told, and answers as the test says.

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { Condition } from "../condition.ts";

/** What it was told. */
export type HeardAlert = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
};

/** The server. */
export type FakeWebhook = {
  readonly url: string;
  readonly heard: HeardAlert[];
  /** Waits until it was told so often. */
  until(count: number): Promise<void>;
  /** The kinds that it was told of, with their states. */
  kinds(): readonly string[];
};

/** Starts one, closed when the test is over. */
export async function webhookFor(
  t: TestContext,
  answer: (response: ServerResponse, number: number) => void = (response) => response.writeHead(204).end(),
): Promise<FakeWebhook> {
  const heard: HeardAlert[] = [];
  const changed = new Condition();
  const server = createServer((request: IncomingMessage, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown>;
      heard.push({ path: request.url ?? "", headers: request.headers, body });
      answer(response, heard.length);
      changed.notify();
    });
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=CANARY-token`,
    heard,
    until: (count) => changed.until(() => heard.length >= count),
    kinds: () => heard.map(({ body }) => `${String(body["type"])} ${String(body["state"])}`),
  };
}
