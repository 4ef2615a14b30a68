// What stands before HTTP where the listener speaks TLS: a connection becomes one that HTTP is spoken on, in a time that
// is bounded, and who speaks plain HTTP here is told so. Counts nothing; that is the cap's.

import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { GatewayError } from "../../core/errors.ts";
import type { ServerIdentity } from "../listener.ts";
import { refuse } from "./refusal.ts";

/** The first byte of every TLS connection: a record of the handshake (RFC 8446 §5.1). */
const HANDSHAKE_RECORD = 0x16;

/** A connection that tells of errors behind the handshake by an event of its own, as long as no `tls.Server` has it. */
const LATER_ERROR = "_tlsError";

/** Makes TLS connections of plain ones. */
export class TlsDoor {
  #identity: ServerIdentity;
  #context: SecureContext;
  #handshakeMs: number;

  /** @throws the system's error where the certificate cannot be used */
  constructor(identity: ServerIdentity, handshakeMs: number) {
    this.#identity = identity;
    this.#context = contextOf(identity);
    this.#handshakeMs = handshakeMs;
  }

  /** Takes another bound for handshakes to come, in milliseconds. */
  configure(handshakeMs: number): void {
    this.#handshakeMs = handshakeMs;
  }

  /**
   * Takes another certificate for handshakes to come.
   * @throws the system's error where it cannot be used; the one before stays in force
   */
  renew(identity: ServerIdentity): void {
    // Tickets of clients are bound to the context: the same certificate, read again, must not end them.
    if (isSame(identity, this.#identity)) return;
    this.#context = contextOf(identity);
    this.#identity = identity;
  }

  /** Calls `ready` with the TLS connection over `socket`. Where there will be none, that is closed in time. */
  open(socket: Socket, ready: (opened: Socket) => void): void {
    // It holds no process up: the connection does.
    const timer = setTimeout(() => socket.destroy(), this.#handshakeMs).unref();
    socket.once("close", () => clearTimeout(timer));
    // Unheard, an error would end the process; it has closed the connection by then.
    socket.on("error", ignore);
    const onEnd = (): void => void socket.destroy();
    const look = (): void => {
      const bytes: Buffer | null = socket.read();
      if (bytes === null) return;
      socket.off("readable", look).off("end", onEnd);
      if (isPlainHttp(bytes)) {
        clearTimeout(timer);
        refusePlain(socket);
        return;
      }
      socket.unshift(bytes);
      this.#shakeHands(socket, (opened) => {
        clearTimeout(timer);
        ready(opened);
      });
    };
    socket.on("readable", look).on("end", onEnd);
  }

  #shakeHands(socket: Socket, done: (opened: Socket) => void): void {
    const { TLSSocket } = process.getBuiltinModule("node:tls");
    const opened = new TLSSocket(socket, {
      isServer: true,
      secureContext: this.#context,
      ALPNProtocols: ["http/1.1"],
    });
    // A client that could shake hands again and again would have us do the work of it (TLS 1.2).
    opened.disableRenegotiation();
    opened.on("error", ignore);
    opened.on(LATER_ERROR, () => opened.destroy());
    opened.once("secure", () => done(opened));
  }
}

function isPlainHttp(bytes: Buffer): boolean {
  const [first = HANDSHAKE_RECORD] = bytes;
  return first !== HANDSHAKE_RECORD && /^[A-Za-z]/.test(String.fromCharCode(first));
}

function refusePlain(socket: Socket): void {
  const message = "This port speaks https: use https:// (or wss://) in place of http:// (or ws://).";
  refuse(socket, new GatewayError("bad_request", { message }));
  // What still comes is dropped, so that no reset overtakes the answer.
  socket.resume();
}

function contextOf(identity: ServerIdentity): SecureContext {
  const { createSecureContext } = process.getBuiltinModule("node:tls");
  const passphrase = identity.passphrase();
  return createSecureContext({
    cert: identity.certPem,
    key: identity.keyPem(),
    minVersion: identity.minVersion,
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}

function isSame(one: ServerIdentity, other: ServerIdentity): boolean {
  return (
    one.certPem === other.certPem && one.minVersion === other.minVersion && one.keyPem() === other.keyPem()
  );
}

function ignore(): void {}
