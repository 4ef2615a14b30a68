// Reads a proxy's answer to CONNECT off a connection (RFC 9110 §9.3.6), and leaves what follows it there.

import type { Socket } from "node:net";
import { MAX_INTERIM } from "./telling.ts";

/** An answer with more bytes of head than this is none. */
const MAX_HEAD_BYTES = 16 * 1024;
const HEAD_END = /\r?\n\r?\n/;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-5]\d\d)(?: |\r?\n)/;

/** Told the status of the final answer; undefined for what is no answer of HTTP. */
export type OnStatus = (status: number | undefined) => void;

/** Begins to read. Calls `onStatus` once, unless the connection ends before; reads nothing from then on. */
export function readConnectAnswer(socket: Socket, onStatus: OnStatus): void {
  // Latin-1: a character a byte.
  let head = "";
  let interim = 0;
  const finish = (status: number | undefined, rest: string): void => {
    socket.off("data", onData);
    socket.pause();
    if (rest !== "") socket.unshift(Buffer.from(rest, "latin1"));
    onStatus(status);
  };
  const onData = (bytes: Buffer): void => {
    head += bytes.toString("latin1");
    for (;;) {
      const end = HEAD_END.exec(head);
      if (end === null) {
        if (head.length > MAX_HEAD_BYTES || !mayBeHttp(head)) finish(undefined, "");
        return;
      }
      const status = Number(STATUS_LINE.exec(head)?.[1]);
      const rest = head.slice(end.index + end[0].length);
      if (!(status < 200)) {
        finish(Number.isNaN(status) ? undefined : status, rest);
        return;
      }
      interim += 1;
      // Who says 101 has left HTTP.
      if (status === 101 || interim > MAX_INTERIM) {
        finish(undefined, "");
        return;
      }
      head = rest;
    }
  };
  socket.on("data", onData);
}

/** So that what speaks another protocol is not waited for. */
function mayBeHttp(head: string): boolean {
  const begin = "HTTP/1.";
  return head.startsWith(begin.slice(0, head.length));
}
