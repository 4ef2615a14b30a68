// The request of a load, whole.

import type { LoadOrder } from "./load-order.ts";

/**
 * A chat completion whose body has about this many bytes: one message, or a conversation of such of two kilobytes. Below
 * 200 bytes it is the body of the public harness.
 */
export function requestOf(
  order: Pick<LoadOrder, "model" | "stream" | "bodyBytes">,
  path: string,
  headers: string,
): Buffer {
  const { model, stream, bodyBytes } = order;
  const messages: { role: string; content: string }[] = [];
  const body = (): string => JSON.stringify({ model, stream, messages });
  const pieceBytes = bodyBytes > 4_096 ? 2_048 : 512;
  if (bodyBytes < 200) messages.push({ role: "user", content: "Say hello for a benchmark test." });
  while (body().length + pieceBytes < bodyBytes)
    messages.push({
      role: messages.length % 2 === 0 ? "user" : "assistant",
      content: "w ".repeat(pieceBytes / 2),
    });
  const bytes = Buffer.from(body());
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${headers}Content-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}
