// What Node's sockets cost by themselves: each client's bytes go to a connection of its own to the endpoint, and what
// comes back goes to the client. Nothing is read of either, nothing is kept, and nothing is promised. JavaScript, so that
// no compiler for TypeScript is in its memory.

import { connect, createServer } from "node:net";

const [port, endpoint] = process.argv.slice(2).map(Number);

createServer({ noDelay: true }, (client) => {
  const upstream = connect({ host: "127.0.0.1", port: Number(endpoint), noDelay: true });
  client.on("data", (bytes) => upstream.write(bytes));
  upstream.on("data", (bytes) => client.write(bytes));
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ]) {
    one?.on("error", () => undefined);
    one?.on("close", () => other?.destroy());
  }
}).listen(port, "127.0.0.1");
