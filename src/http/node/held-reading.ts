// Reads a connection that the engine's parser has let go of, and holds what comes for whoever has it next.

import type { Socket } from "node:net";

/** Bytes held, after which reading stops; what was just being read comes on top. */
const MAX_HELD_BYTES = 64 * 1024;

/** `node:http` has the system read the connection by itself; a stream that is paused does not end that. */
type ReadSocket = Socket & { readonly _handle?: { reading: boolean; readStop: () => void } | null };

/**
 * Goes on reading, so that a client that leaves is seen: its end closes the connection. `rest`: what was read already.
 * Gives what ends it, and says what is held. Errors of the connection are for others to hear.
 */
export function holdReading(socket: Socket, rest: Buffer, onDrain: () => void): () => readonly Buffer[] {
  const held: Buffer[] = [];
  let heldBytes = 0;
  const onData = (bytes: Buffer): void => {
    held.push(bytes);
    heldBytes += bytes.length;
    if (heldBytes > MAX_HELD_BYTES) stopReading(socket);
  };
  const onEnd = (): void => void socket.destroy();
  // Before the listener, which begins the reading unless it was stopped.
  if (rest.length > 0) onData(rest);
  socket.on("end", onEnd).on("drain", onDrain).on("data", onData);
  return () => {
    socket.off("end", onEnd).off("drain", onDrain).off("data", onData);
    return held.splice(0);
  };
}

function stopReading(socket: ReadSocket): void {
  socket.pause();
  const { _handle: handle } = socket;
  if (handle?.reading !== true) return;
  handle.reading = false;
  handle.readStop();
}
