// Types of the parts of `ws` that its own types leave out: what reads frames, what writes them, and the extension that
// packs them. The package exports them; its classes for whole sockets would send and read the handshake themselves, which
// the engines do here. Not code.

import type { Duplex, Writable } from "node:stream";

declare module "ws" {
  type ExtensionParameters = Readonly<Record<string, string | number | boolean>>;
  type Extensions = Readonly<Record<string, PerMessageDeflate>>;

  class PerMessageDeflate {
    constructor(options: {
      readonly isServer: boolean;
      readonly maxPayload: number;
      readonly serverNoContextTakeover?: boolean;
      readonly clientNoContextTakeover?: boolean;
    });
    /** @throws Error where none of what is offered can be had */
    accept(offers: readonly unknown[]): ExtensionParameters;
    cleanup(): void;
  }

  class Receiver extends Writable {
    constructor(options: {
      readonly isServer: boolean;
      readonly maxPayload: number;
      readonly maxFragments: number;
      readonly maxBufferedChunks: number;
      readonly extensions: Extensions;
      readonly skipUTF8Validation: boolean;
    });
    on(event: "message", listener: (data: Buffer, isBinary: boolean) => void): this;
    on(event: "ping" | "pong", listener: (data: Buffer) => void): this;
    on(event: "conclude", listener: (code: number, reason: Buffer) => void): this;
    on(event: "error", listener: (error: Error & { readonly code?: string }) => void): this;
    on(event: "drain", listener: () => void): this;
  }

  class Sender {
    constructor(connection: Duplex, extensions: Extensions);
    send(
      data: Buffer | string,
      options: { readonly fin: boolean; readonly mask: boolean; readonly compress: boolean },
    ): void;
    ping(data: string, mask: boolean): void;
    pong(data: Buffer, mask: boolean): void;
    close(code: number | undefined, reason: string | undefined, mask: boolean): void;
  }

  const extension: {
    /** @throws SyntaxError */
    parse(header: string): Readonly<Record<string, readonly unknown[]>>;
    format(extensions: Readonly<Record<string, readonly ExtensionParameters[]>>): string;
  };
}
