// The health check of the container: 0 where the gateway answers `GET /livez`, else 1. With `server.tls` it answers over
// TLS only, and the certificate is for another name than this one.

import { request as plain } from "node:http";
import { request as secure } from "node:https";

const { OAI_GATEWAY_PORT: port = "8080" } = process.env;

/** Whether the gateway is alive by one of the two ways. */
function isAlive(request) {
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", port, path: "/livez", timeout: 2_000, rejectUnauthorized: false };
    const sent = request(options, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    sent.on("timeout", () => sent.destroy());
    sent.on("error", () => resolve(false));
    sent.end();
  });
}

process.exit((await isAlive(plain)) || (await isAlive(secure)) ? 0 : 1);
