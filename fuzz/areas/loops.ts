// Requests that have come through gateways already, to two gateways that lead to one another and to themselves: whatever
// the header says of the way, one request becomes a handful of calls at most, and is answered.

import { HOPS_HEADER } from "../../src/core/hops.ts";
import { type Gateway, startGateway } from "../../src/gateway.ts";
import { type FakeEndpoint, startFakeEndpoint } from "../../test/support/fakes/fake-endpoint.ts";
import { deadPort } from "../../test/support/ports.ts";
import { type ConfigObject, configOf } from "../../test/support/start-gateway.ts";
import { type Answer, ask } from "../../test/support/wire.ts";
import { type Area, type Finding, finding, type OpenArea, within } from "../area.ts";
import { mutated } from "../mutate.ts";
import type { Random } from "../random.ts";
import { DEADLINE_MS, envelopeFault, forwardedFault, good, QuietLog, sentHops } from "../rig.ts";

/** `m` is served by a real endpoint as well, `round` by gateways only, `dead` by gateways and nobody. */
const MODELS = ["m", "round", "dead"] as const;
const MAX_VALUES = 4;
const MAX_VALUE_CHARS = 2_000;
/** One request, all gateways together. */
const HANDFUL = 12;

const VALUES = [
  "0",
  "1",
  "2",
  "3",
  "4",
  "99",
  "1; 00112233445566aa",
  "3; 00112233445566aa 00112233445566bb",
  "",
];
const WORDS = [
  ";",
  ",",
  " ",
  "\n",
  "-",
  "1",
  "3",
  "4",
  "0x",
  "1e9",
  "1, 4",
  "00112233445566cc",
  "٣",
] as const;

/** A line with the model, then one for each header. */
export const LOOPS: Area = {
  name: "loops",
  make: (random) => {
    const sound = Buffer.from(inputText(random));
    return random.chance(30) ? sound : mutated(random, sound, WORDS);
  },
  open: openLoops,
};

function inputText(random: Random): string {
  const values = random.times(random.pick([0, 0, 1, 1, 2]), () => random.pick(VALUES));
  return [random.pick(MODELS), ...values].join("\n");
}

class CountingLog extends QuietLog {
  count = 0;

  override onSettled(summary: Parameters<QuietLog["onSettled"]>[0]): void {
    this.count += 1;
    super.onSettled(summary);
  }
}

type Ring = { readonly port: number; readonly fake: FakeEndpoint; readonly log: CountingLog };

async function openLoops(): Promise<OpenArea> {
  const fake = await startFakeEndpoint({ models: ["m"] });
  fake.always(good({ id: "x" }));
  const [first, second, nobody] = [await deadPort(), await deadPort(), await deadPort()];
  const at = (name: string, port: number, models: readonly string[]) => ({
    name,
    base_url: `http://127.0.0.1:${port}/v1`,
    models,
  });
  const real = { name: "real", base_url: fake.url, models: ["m"] };
  const dead = at("dead", nobody, ["dead"]);
  const log = new CountingLog();
  const gateways = [
    await startAt(first, log, [real, dead, at("self", first, MODELS), at("other", second, MODELS)]),
    await startAt(second, log, [at("other", first, MODELS), at("self", second, MODELS), dead]),
  ];
  return {
    check: (input) => check({ port: first, fake, log }, input),
    close: async () => {
      for (const gateway of gateways) await gateway.close({ graceMs: 0 });
      await fake.close();
    },
  };
}

function startAt(
  port: number,
  log: CountingLog,
  endpoints: Required<ConfigObject>["endpoints"],
): Promise<Gateway> {
  // Health is left out, since what one input is answered must not depend on those before it.
  const health = { consecutive_failures: 100, min_requests: 100_000, active_probes: false };
  const config = configOf({ server: { port }, endpoints, health });
  return startGateway({ config, log, sinks: [log], dataDir: undefined });
}

async function check(ring: Ring, input: Buffer): Promise<Finding | undefined> {
  const [model = "", ...lines] = input.toString("latin1").split("\n");
  const values = lines.slice(0, MAX_VALUES).map(headerValue);
  ring.fake.requests.length = 0;
  ring.log.count = 0;
  ring.log.fault = undefined;
  const answer = await within(DEADLINE_MS, ask(ring.port, requestOf(model, values)));
  return faultOf(ring, { model, values, answer }) ?? internalFault(ring.log);
}

type Case = { readonly model: string; readonly values: readonly string[]; readonly answer: Answer };

function faultOf(ring: Ring, { model, values, answer }: Case): Finding | undefined {
  const told = `${JSON.stringify({ model, values })}: ${answer.status} ${answer.text}`;
  if (ring.log.count > HANDFUL) return finding("too-many-calls", `${ring.log.count} for ${told}`);
  if (values.length === 0 && model === "m" && answer.status !== 200) return finding("not-served", told);
  const isTooFar = values.some((value) => value.split(",").some((part) => Number.parseInt(part, 10) > 3));
  if (isTooFar && answer.status !== 508) return finding("came-too-far", told);
  for (const request of ring.fake.requests) {
    const fault = forwardedFault(request);
    if (fault !== undefined) return fault;
    const [count = 0] = sentHops(request);
    const given = Math.max(0, ...values.map((value) => Number.parseInt(value, 10) || 0));
    if (count <= given) return finding("not-counted", `${count} after ${told}`);
  }
  return answer.status === 200 ? undefined : envelopeFault(answer.status, answer.text);
}

function internalFault(log: CountingLog): Finding | undefined {
  return log.fault === undefined ? undefined : finding("internal", log.fault);
}

/** What a header can hold; the parser of heads has an area of its own. */
function headerValue(line: string): string {
  return line.replaceAll(/[^\x20-\x7e]/g, "").slice(0, MAX_VALUE_CHARS);
}

function requestOf(model: string, values: readonly string[]): Buffer {
  const body = Buffer.from(JSON.stringify({ model }));
  const headers = values.map((value) => `${HOPS_HEADER}: ${value}\r\n`).join("");
  const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n${headers}Content-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
