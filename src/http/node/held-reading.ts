// Reads a connection that the engine's parser has let go of, and holds what comes for whoever has it next.

import type { Socket } from "node:net";

/** Bytes held, after which reading pauses; what was just being read comes on top. */
const MAX_HELD_BYTES = 64 * 1024;

/**
 * Goes on reading, so that a client that leaves is seen: its end closes the connection. `rest`: what was read already.
 * Gives what ends it, and says what is held. Errors of the connection are for others to hear.
 */
export function holdReading(socket: Socket, rest: Buffer, onDrain: () => void): () => readonly Buffer[] {
  const held = rest.length === 0 ? [] : [rest];
  let heldBytes = rest.length;
  const onData = (bytes: Buffer): void => {
    held.push(bytes);
    heldBytes += bytes.length;
    if (heldBytes > MAX_HELD_BYTES) socket.pause();
  };
  const onEnd = (): void => void socket.destroy();
  socket.on("end", onEnd).on("drain", onDrain).on("data", onData);
  return () => {
    socket.off("end", onEnd).off("drain", onDrain).off("data", onData);
    return held.splice(0);
  };
}
