// What a client runs in: the gateway as a process of its own, with a configuration file, in front of one endpoint.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GatewayProcess } from "../soak/gateway-process.ts";
import { type FakeEndpoint, startFakeEndpoint } from "../test/support/fakes/fake-endpoint.ts";
import { serveModel } from "../test/support/models/serve-model.ts";
import type { Client, Outcomes, Way } from "./client.ts";
import type { RequestShape } from "./inside.ts";
import { tapFor } from "./tap.ts";

/** What came of one way. */
export type WayReport = {
  readonly outcomes: Outcomes;
  /** What the client has sent; empty unless it was to be recorded. */
  readonly requests: readonly RequestShape[];
  /** Methods and paths that the endpoint was asked for. */
  readonly asked: readonly string[];
  /** What the gateway had to say of itself, which is nothing where all is well. */
  readonly complaints: readonly string[];
};

/** How a client is run. */
export type RunSetting = {
  /** Where it is installed. */
  readonly folder: string;
  readonly isRecorded: boolean;
};

/** Runs a client over one of the two endpoints. */
export async function runWay(
  client: Client,
  way: Way,
  { folder, isRecorded }: RunSetting,
): Promise<WayReport> {
  const model = client.models[way];
  const endpoint = await startFakeEndpoint({ models: [model] });
  const gateway = await GatewayProcess.start({
    endpoints: [{ name: "one", base_url: endpoint.url, api_key: "sk-endpoint" }],
  });
  const needsSocket = client.needsSocket === true;
  const tap = isRecorded || needsSocket ? await tapFor(gateway.port) : undefined;
  const home = await mkdtemp(join(tmpdir(), "oai-gateway-client-"));
  try {
    serveOwn(endpoint, client, way);
    const place = { folder, home, url: `http://127.0.0.1:${tap?.port ?? gateway.port}`, model, way };
    const tried = await client.run(place);
    const outcomes = needsSocket && tap?.socketsOpened() === 0 ? withoutSocket(tried) : tried;
    const asked = endpoint.requests.map(({ method, path }) => `${method} ${path}`);
    return { outcomes, requests: tap?.requests ?? [], asked, complaints: gateway.complaints };
  } finally {
    tap?.close();
    await gateway.stop();
    await endpoint.close();
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

function serveOwn(endpoint: FakeEndpoint, { own }: Client, way: Way): void {
  if (way === "chats") serveModel(endpoint, ["chats"]);
  else if (own === "everything") serveModel(endpoint, ["chats", "responses"], { hasTheRest: true });
  else serveModel(endpoint, own);
}

/** What worked did so over HTTP. */
function withoutSocket(outcomes: Outcomes): Outcomes {
  const failed = { kind: "fails", reason: "no socket was opened" } as const;
  return Object.fromEntries(Object.keys(outcomes).map((capability) => [capability, failed]));
}
