// Types of the parts of undici that are imported by file. The package's own index also loads fetch, WebSocket,
// caches and proxies: 13 MiB and 60 ms that a gateway never uses (docs/decisions/undici.md). Not code.

declare module "undici/lib/dispatcher/client.js" {
  const Client: typeof import("undici").Client;
  export = Client;
}

declare module "undici/lib/core/symbols.js" {
  /** The names of what undici keeps on its own objects, and on sockets. */
  const symbols: { readonly kParser: unique symbol };
  export = symbols;
}
