// Ten thousand requests of every kind, with all that can go wrong with them: afterwards the ledger says, to the token and
// the nano-dollar, what the endpoints themselves have added up.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { LedgerEntry, RequestsPage, Store, UsageGroup, UsageRow } from "../../src/store/store.ts";
import {
  CountedWorld,
  countingEndpoint,
  type Fate,
  type Report,
} from "../support/fakes/counting-endpoint.ts";
import { folderFor } from "../support/folder.ts";
import { KeptLog } from "../support/kept-log.ts";
import { KEYS, type Planned, plannedRequests, secretOf } from "../support/ledger-plan.ts";
import { fileStore } from "../support/store-entries.ts";
import { openWire, requestBytes, type Wire } from "../support/wire.ts";
import { worldFor } from "../support/world.ts";

const REQUESTS = 10_000;
const CLIENTS = 128;
/** Nano-dollars a token: input, cached, output; whole, so that nothing is rounded. */
const PRICES: Readonly<Record<string, readonly [number, number, number]>> = {
  alpha: [2_000, 500, 10_000],
  beta: [3_000, 1_000, 15_000],
  gamma: [1_000, 100, 4_000],
};

/** One client, on one connection as long as that lasts. */
class Client {
  readonly #port: number;
  #wire: Wire | undefined;
  /** By status; 0 where it was left or cut off. */
  readonly statuses = new Map<string, number>();

  constructor(port: number) {
    this.#port = port;
  }

  async ask({ id, key, fate, request }: Planned, reached: (id: string) => Promise<unknown>): Promise<void> {
    const wire = this.#wire ?? (await openWire(this.#port));
    this.#wire = wire;
    await wire.send(requestBytes(request));
    const leaves = key === "" ? "fine" : fate;
    try {
      if (leaves === "left_early") await reached(id);
      else if (leaves === "left_amid") await wire.head().then(() => wire.piece());
      else if (leaves === "left_late") await wire.head().then(() => wire.readUntil("[DONE]"));
      else {
        this.statuses.set(id, (await wire.answer()).status);
        return;
      }
      wire.reset();
    } catch {
      wire.close();
    }
    this.statuses.set(id, 0);
    this.#wire = undefined;
  }

  close(): void {
    this.#wire?.close();
  }
}

// Of the processor alone it takes half a minute, and a busy machine gives it a part of one.
const options = { timeout: 600_000 };

test(
  "fault 305: after ten thousand requests the ledger says to the token what the endpoints say",
  options,
  async (t) => {
    const world = new CountedWorld();
    const { store, port, log, whenAsked } = await gatewayWith(t, world);
    const plans = plannedRequests(REQUESTS);
    for (const { id, fate } of plans) world.fates.set(id, fate);
    const statuses = await askAll(plans, port, whenAsked);
    for (let count = 0; count < REQUESTS; count += 1) await log.nextSummary();
    await store.flush();
    const rows = (await allRows(store)).filter(({ isLedgered }) => isLedgered !== false);
    const wanted = expected(world.reports, statuses);
    checkRows(plans, { rows, wanted, statuses });
    // All that is meant to happen has happened often.
    const share = (is: (row: LedgerEntry) => boolean): number => rows.filter(is).length / REQUESTS;
    assert.ok(share(({ request }) => request.attempts.length > 1) > 0.05);
    assert.ok(share(({ usage }) => usage?.isEstimate === true) > 0.02);
    assert.ok(share(({ status }) => status === 499) > 0.02);
    const range = { fromMs: 0, toMs: Date.now() + 86_400_000 };
    for (const group of ["endpoint", "model", "key"] as const) {
      const sums = await store.usage({ groups: [group], ...range });
      assert.deepEqual(figuresOf(sums), summed(rows, wanted, group), group);
    }
    assert.equal(store.state().lost, 0);
  },
);

/** What a row must say; undefined for what nobody has counted. */
type Wanted = ReadonlyMap<string, Report>;

/** The reports that count. No request may have two of them. */
function expected(reports: readonly Report[], statuses: ReadonlyMap<string, number>): Wanted {
  const wanted = new Map<string, Report>();
  for (const report of reports) {
    const { where, requestId } = report;
    // Whoever got half an answer with its counts got no other one.
    const isCounted = where === "answer" || (where === "cut" && statuses.get(requestId) === 0);
    if (!isCounted) continue;
    assert.ok(!wanted.has(requestId), `${requestId} was answered twice`);
    wanted.set(requestId, report);
  }
  assert.ok(wanted.size > REQUESTS * 0.6, `${wanted.size} were answered`);
  return wanted;
}

type Found = {
  readonly rows: readonly LedgerEntry[];
  readonly wanted: Wanted;
  readonly statuses: ReadonlyMap<string, number>;
};

/** Row by row: one for each request, of whom it was, with what was told of it. */
function checkRows(plans: readonly Planned[], { rows, wanted, statuses }: Found): void {
  const byId = new Map(rows.map((row) => [row.requestId, row]));
  assert.equal(byId.size, rows.length, "a request has two rows");
  for (const { id, key, model, fate } of plans) {
    const row = byId.get(id);
    if (key === "") {
      assert.equal(row, undefined, `${id} was let in`);
      continue;
    }
    assert.ok(row !== undefined, `${id} (${fate}) has no row`);
    assert.deepEqual([row.keyName, row.model], [key, model], id);
    const status = statuses.get(id) ?? 0;
    if (status !== 0) assert.equal(row.status, status, `${id} (${fate})`);
    checkUsage(row, wanted.get(id), fate);
  }
}

function checkUsage(row: LedgerEntry, report: Report | undefined, fate: Fate): void {
  const { usage, cost, endpoint, requestId } = row;
  const name = `${requestId} (${fate}, ${row.operation} at ${endpoint})`;
  if (report === undefined) {
    // Of a stream that has begun what came of it is estimated; of what failed before nothing is.
    const hasBegun = (fate === "torn" || fate === "left_amid") && row.request.bytesOut > 0 && endpoint !== "";
    if (hasBegun) assert.ok(usage?.isEstimate === true && usage.input > 0, name);
    else assert.deepEqual([usage, cost.nanoDollars], [undefined, null], name);
    return;
  }
  assert.ok(usage !== undefined, `${name}: what it used is lost`);
  const { input, cached, output, reasoning, isEstimate } = usage;
  assert.deepEqual(
    { endpoint, input, cached, output, reasoning, isEstimate },
    {
      endpoint: report.endpoint,
      input: report.input,
      cached: report.cached,
      output: report.output,
      reasoning: report.reasoning,
      isEstimate: false,
    },
    name,
  );
  assert.equal(cost.nanoDollars, costOf(report), name);
}

type Costly = Pick<Report, "endpoint" | "input" | "cached" | "output">;

function costOf({ endpoint, input, cached, output }: Costly): number {
  const [perInput = 0, perCached = 0, perOutput = 0] = PRICES[endpoint] ?? [];
  return (input - cached) * perInput + cached * perCached + output * perOutput;
}

type Figures = Readonly<Record<"requests" | "input" | "cached" | "output" | "reasoning" | "nano", number>>;
const NOTHING: Figures = { requests: 0, input: 0, cached: 0, output: 0, reasoning: 0, nano: 0 };

/** The endpoints' own sums, and the estimates of what broke off, by a dimension. */
function summed(rows: readonly LedgerEntry[], wanted: Wanted, group: UsageGroup): Record<string, Figures> {
  const sums: Record<string, Figures> = {};
  for (const row of rows) {
    const name = { endpoint: row.endpoint, model: row.model, key: row.keyId }[group as "key"] ?? "";
    const told = wanted.get(row.requestId) ?? row.usage;
    const before = sums[name] ?? NOTHING;
    sums[name] = {
      requests: before.requests + 1,
      input: before.input + (told?.input ?? 0),
      cached: before.cached + (told?.cached ?? 0),
      output: before.output + (told?.output ?? 0),
      reasoning: before.reasoning + (told?.reasoning ?? 0),
      nano: before.nano + (told === undefined ? 0 : costOf({ ...told, endpoint: row.endpoint })),
    };
  }
  return sums;
}

function figuresOf(rows: readonly UsageRow[]): Record<string, Figures> {
  return Object.fromEntries(
    rows.map(({ values, requests, input, cached, output, reasoning, nanoDollars }) => [
      String(values[0]),
      { requests, input, cached, output, reasoning, nano: nanoDollars ?? 0 },
    ]),
  );
}

async function allRows(store: Store): Promise<LedgerEntry[]> {
  const rows: LedgerEntry[] = [];
  let page: RequestsPage | undefined;
  do {
    page = await store.requests({ limit: 500, cursor: page?.next });
    rows.push(...page.entries);
  } while (page.next !== undefined);
  return rows;
}

/** All of them, by so many clients at once. Gives the statuses by request. */
async function askAll(
  plans: readonly Planned[],
  port: number,
  whenAsked: (id: string) => Promise<unknown>,
): Promise<ReadonlyMap<string, number>> {
  const clients = Array.from({ length: CLIENTS }, () => new Client(port));
  let next = 0;
  await Promise.all(
    clients.map(async (client) => {
      for (let one = plans[next]; one !== undefined; one = plans[next]) {
        next += 1;
        await client.ask(one, whenAsked);
      }
      client.close();
    }),
  );
  return new Map(clients.flatMap(({ statuses }) => [...statuses]));
}

async function gatewayWith(t: TestContext, counted: CountedWorld) {
  const folder = folderFor(t);
  const store = fileStore(folder, new KeptLog());
  t.after(() => store.close());
  const speaks: Readonly<Record<string, readonly string[]>> = {
    alpha: ["chat", "responses"],
    beta: ["chat"],
    gamma: ["messages"],
  };
  const models = { alpha: ["m", "n", "embed"], beta: ["m", "n", "embed"], gamma: ["m", "n"] };
  const endpointOf = (name: keyof typeof models) => {
    const [input = 0, cached = 0, output = 0] = PRICES[name] ?? [];
    const price = { input: input / 1_000, cached: cached / 1_000, output: output / 1_000 };
    const api = name === "gamma" ? { api: "anthropic" } : {};
    return { fake: { models: models[name] }, config: { price, speaks: speaks[name], ...api } };
  };
  const { fakes, port, log } = await worldFor(
    t,
    {
      endpoints: { alpha: endpointOf("alpha"), beta: endpointOf("beta"), gamma: endpointOf("gamma") },
      server: { api_keys: KEYS.map((name) => ({ name, key: secretOf(name) })) },
      // Nobody is left out for what is planned.
      health: { consecutive_failures: 1_000, failure_rate: 100, min_requests: 100_000 },
      retries: { budget_percent: 100, budget_min: 10_000, max_wait: "10s" },
    },
    { store },
  );
  for (const [name, fake] of Object.entries(fakes)) fake.always(countingEndpoint(counted, name));
  return { store, port, log, whenAsked: (id: string) => counted.whenAsked(id) };
}
