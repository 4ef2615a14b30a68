// Runs a test of a client on each engine, and holds that nobody outside could tell them apart: every byte that goes to
// clients and to endpoints is recorded on the wire, and is the same.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ENGINE_NAMES, type EngineName } from "../../src/config/schema/engine-name.ts";
import { type FakeEndpoint, type FakeOptions, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { type Carried, type Recorder, recorderFor } from "../support/recorder.ts";
import { type ConfigObject, gatewayFor, type TestGateway } from "../support/start-gateway.ts";

/** What a test of a client works with: endpoints and gateways as usual, with a recorder in front of each. */
export class RecordedRig {
  readonly #t: TestContext;
  readonly #engine: EngineName;
  /** Of endpoints, each with the port of its own. */
  readonly #endpoints = new Map<number, Recorder>();
  readonly #clients: Recorder[] = [];
  readonly #gateways: TestGateway[] = [];

  constructor(t: TestContext, engine: EngineName) {
    this.#t = t;
    this.#engine = engine;
  }

  /** A scripted endpoint; configurations name it by its own address. */
  async endpoint(options: FakeOptions = {}): Promise<FakeEndpoint> {
    const endpoint = await fakeFor(this.#t, options);
    this.#endpoints.set(endpoint.port, await recorderFor(this.#t, endpoint.port, true));
    return endpoint;
  }

  /** A gateway on the engine, which asks the endpoints by way of their recorders, and is asked by way of its own. */
  async gateway(config: ConfigObject): Promise<TestGateway> {
    let text = JSON.stringify({ ...config, server: { engine: this.#engine, ...config.server } });
    for (const [port, recorder] of this.#endpoints)
      text = text.replaceAll(`127.0.0.1:${port}/`, `127.0.0.1:${recorder.port}/`);
    const gateway = await gatewayFor(this.#t, JSON.parse(text) as ConfigObject);
    this.#gateways.push(gateway);
    const recorder = await recorderFor(this.#t, gateway.port);
    this.#clients.push(recorder);
    const url = gateway.url.replace(`:${gateway.port}`, `:${recorder.port}`);
    return { ...gateway, url, port: recorder.port };
  }

  /** What was on the wire, when all is over, without what is another each time. */
  async recorded(): Promise<readonly Recorded[]> {
    for (const { gateway } of this.#gateways) await gateway.close({ graceMs: 0 });
    const sides = [
      ["client", this.#clients],
      ["endpoint", [...this.#endpoints.values()]],
    ] as const;
    return sides.flatMap(([side, recorders]) =>
      recorders.map(({ carried }) => ({ side, ...withoutChance(carried) })),
    );
  }
}

/** The bytes of one recorder, and who is asked or asks through it. */
type Recorded = Carried & { readonly side: "client" | "endpoint" };

/** On each engine in turn; then all that was recorded is compared. */
export function onBothEngines(name: string, run: (rig: RecordedRig) => Promise<void>): void {
  test(`${name}, with the same bytes on both engines`, async (t) => {
    const recorded: (readonly Recorded[])[] = [];
    for (const engine of ENGINE_NAMES)
      await t.test(engine, async (inner) => {
        const rig = new RecordedRig(inner, engine);
        await run(rig);
        recorded.push(await rig.recorded());
      });
    const [fast, node] = recorded;
    assert.ok(fast?.some(({ toClient }) => toClient !== ""));
    assert.deepEqual(fast, node);
  });
}

/** Ids, dates, ports and the boundaries of forms are others each time, and are as long each time. */
function withoutChance({ toServer, toClient }: Carried): Carried {
  return { toServer: plain(toServer), toClient: plain(toClient) };
}

function plain(bytes: string): string {
  return (
    bytes
      .replaceAll(/(?<=^x-request-id: )[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=\r\n)/gim, "ID")
      .replaceAll(/(?<=^date: )\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT(?=\r\n)/gim, "DATE")
      .replaceAll(/(?<=^x-oai-gateway-hops: \d; )[0-9a-f]{16}(?=\r\n)/gim, "HOP")
      // Of what rests: what is left of it.
      .replaceAll(/(?<=^retry-after: )\d+(?=\r\n)/gim, "SECONDS")
      .replaceAll(/(?<=^host: 127\.0\.0\.1:)\d+(?=\r\n)/gim, "PORT")
      .replaceAll(/(?<=----formdata-undici-0?)\d{11,12}/g, "BOUNDARY")
  );
}
