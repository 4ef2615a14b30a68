// Breaks a connection so that its client cannot take what came for all there was.

import type { Socket } from "node:net";

/** By a reset; under TLS by an end that TLS did not announce, since Node resets none there. */
export function breakOff(socket: Socket): void {
  if ("encrypted" in socket) socket.destroy();
  else socket.resetAndDestroy();
}
