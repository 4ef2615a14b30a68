// Server-sent events out of the body of an answer.

/** Gives the data of each event as it comes. @throws what the body throws */
export async function* dataOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let data: string[] = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = done ? "" : (lines.pop() ?? "");
      for (const line of lines) {
        if (line === "" && data.length > 0) {
          yield data.join("\n");
          data = [];
        } else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      }
      if (!done) continue;
      if (data.length > 0) yield data.join("\n");
      return;
    }
  } finally {
    // Who stops reading does not want the rest: the endpoint is told so.
    await reader.cancel().catch(() => undefined);
  }
}
