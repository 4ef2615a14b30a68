// What a peer sends, given to the engine as soon as it is read: a client, or an endpoint under TLS.

import type { Socket } from "node:net";

/**
 * Gives `onRead` what is read of a connection, past the stream that Node makes of it: that costs an event, an object and a
 * tick a read, which looks whether to read on. Node hands each read to the `push` of the socket, as the documentation of
 * streams has it; one that did otherwise would be served by the event `data`, as is whatever comes while the connection is
 * paused, in its order. A socket with `onread` has no such reads, and is as it was. Nobody else may listen for `data`
 * meanwhile.
 *
 * @returns gives the connection back to whoever reads it next
 */
export function readDirectly(socket: Socket, onRead: (read: Buffer) => void): () => void {
  const { push } = socket;
  socket.push = (read: Buffer | null): boolean => {
    const isNext = read !== null && socket.readableFlowing === true && socket.readableLength === 0;
    if (!isNext) return push.call(socket, read);
    onRead(read);
    return true;
  };
  socket.on("data", onRead);
  return () => {
    socket.off("data", onRead);
    // Not deleted: V8 would look up every property of this socket in a table from then on.
    socket.push = push;
  };
}
