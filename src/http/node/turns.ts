// One request at work on a connection. `node:http` reads all pipelined requests it can get and hands each over at
// once, so that a client that reads nothing makes as much work and memory as it likes. Here the parser stops behind
// the head of a request that came too early; that head is read anew when the answer before it is out. In the same way
// a request is read whose offer to leave HTTP/1.1 is not taken: a server may ignore it (RFC 9110 §7.8), but the parser
// believes that what follows is no HTTP, and loses it.

import type { IncomingMessage } from "node:http";
import { afterAnswers, type BusySocket, isFree } from "../listener/broken-http.ts";
import { holdReading } from "./held-reading.ts";

/** What an offer of HTTP/2 brings along, of no use without it (RFC 7540 §3.2.1). */
const SETTINGS = "http2-settings";

/** The parser's callback may say that what follows the head is for others to read (node:http, 'upgrade'). */
const STOP_BEHIND_HEAD = 2;

/** A request in the parser's hands; `upgrade` says that what follows its head is not the parser's. */
type ParsedMessage = IncomingMessage & { upgrade: boolean };

/** What `node:http` keeps on a socket: its parser, which calls this when a head is complete. */
type ParsedSocket = BusySocket & {
  readonly parser?: { onIncoming: (message: ParsedMessage, isKeptAlive: boolean) => number } | null;
};

/** Makes the parser of a connection stop at a request that comes before the answer to an earlier one is out. */
export function stopAtEarlyRequests(socket: ParsedSocket): void {
  const { parser } = socket;
  if (parser === undefined || parser === null) return;
  const serve = parser.onIncoming;
  parser.onIncoming = (message, isKeptAlive) => {
    if (isFree(socket)) return serve(message, isKeptAlive);
    message.upgrade = true;
    return STOP_BEHIND_HEAD;
  };
}

/**
 * Takes a connection whose parser has stopped behind the head of `message`. Calls `begin` when the answers before it
 * are out; what is then read of the connection is that request and the rest. `keepsOffer`: its offer to leave HTTP/1.1
 * is to be looked at when its turn has come; else it is taken out.
 */
export function whenItsTurn(
  message: IncomingMessage,
  rest: Buffer,
  keepsOffer: boolean,
  begin: () => void,
): void {
  const socket: BusySocket = message.socket;
  // The engine has let go of the connection, and the answer before this request still needs to hear of it.
  const stopReading = holdReading(socket, rest, () => void socket._httpMessage?.emit("drain"));
  const onError = (): void => void socket.destroy();
  socket.on("error", onError);
  const run = (): void => {
    socket.off("error", onError);
    const held = stopReading();
    socket.pause();
    // The engine has set the time of an idle connection, and would not take it back.
    socket.setTimeout(0);
    socket.unshift(Buffer.concat([headOf(message, keepsOffer), ...held]));
    begin();
    socket.resume();
  };
  if (isFree(socket)) run();
  // A turn of the loop between two answers: a thousand short ones in one go would keep everybody waiting.
  else afterAnswers(socket, () => setImmediate(() => (socket.destroyed ? undefined : run())));
}

/** The head as it came, or without the offer in `Connection`; `Upgrade` itself stays, for those who want to refuse it. */
function headOf(message: IncomingMessage, keepsOffer: boolean): Buffer {
  const lines = [`${message.method} ${message.url} HTTP/${message.httpVersion}`];
  const { rawHeaders } = message;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const value = rawHeaders[index + 1] ?? "";
    const lower = name.toLowerCase();
    if (lower === SETTINGS) continue;
    const kept = lower === "connection" && !keepsOffer ? withoutOffer(value) : value;
    if (kept !== "" || lower !== "connection") lines.push(`${name}: ${kept}`);
  }
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}

function withoutOffer(value: string): string {
  const options = value.split(",").map((option) => option.trim());
  return options.filter((option) => !/^(?:upgrade|http2-settings|)$/i.test(option)).join(", ");
}
