// Closes a connection in a way that lets the client read what was written to it. A connection that is closed while
// bytes of its peer are unread is reset, and the reset overtakes the answer (RFC 9112 §9.6).

import type { Socket } from "node:net";
import { cutAfterLinger } from "./refusal.ts";

/** Ends our side, drops what still comes, and cuts the connection if the client has not closed it in a moment. */
export function endLingering(socket: Socket): void {
  if (socket.destroyed) return;
  socket.end();
  socket.resume();
  cutAfterLinger(socket);
}
