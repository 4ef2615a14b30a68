// Sockets for the rig's own two processes: reads go into one buffer, and a write is one call of the system. Half of what
// Node's streams cost there would be taken for the gateway's, since all of them share two processors.

import { writeSync } from "node:fs";
import { connect, type Socket } from "node:net";

/** Whom a connection tells. The bytes are good until `onRead` returns. */
export type ConnectionListener = {
  readonly onRead: (bytes: Buffer) => void;
  readonly onClose: () => void;
};

/** A connection that can be written to at once, also before it stands. */
export type Connected = { write(bytes: Buffer): void; destroy(): void };

const READ_BYTES = 64 * 1_024;

/** Connects to a port of loopback. */
export function connectTo(port: number, listener: ConnectionListener): Connected {
  const onread = {
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback: (count: number, buffer: Uint8Array) => {
      listener.onRead(Buffer.from(buffer.buffer, buffer.byteOffset, count));
      return true;
    },
  };
  const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
  socket.on("error", () => socket.destroy()).on("close", listener.onClose);
  return {
    write: (bytes) => writeTo(socket, bytes),
    destroy: () => {
      socket.destroy();
    },
  };
}

/** Writes bytes by one call of the system where nothing waits before them; the rest by the socket's own ways. */
export function writeTo(socket: Socket, bytes: Buffer): void {
  const file = fileOf(socket);
  if (file === undefined || socket.writableLength > 0 || socket.connecting) {
    socket.write(bytes);
    return;
  }
  let written = 0;
  try {
    written = writeSync(file, bytes);
  } catch {
    // The system has no room, or the other side is gone, which the socket finds out by itself.
  }
  if (written < bytes.length) socket.write(bytes.subarray(written));
}

/** The number that the system has for a plain socket; undefined for TLS, on Windows and when it is closed. */
function fileOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, "_handle");
  if (typeof handle !== "object" || handle === null || Reflect.has(socket, "encrypted")) return undefined;
  const file: unknown = Reflect.get(handle, "fd");
  return typeof file === "number" && file >= 0 ? file : undefined;
}
