// Step 10, settle: sums up an exchange once it is over, exactly once, and never throws.

import type { CallAdmission } from "../accounts/spending/admission.ts";
import { type ExchangeSummary, wholeMicros } from "../core/summary.ts";
import { type Cost, NO_USAGE } from "../core/usage.ts";
import { costAt, UNPRICED } from "../pricing/price-book.ts";
import type { Target } from "../routing/model.ts";
import type { Exchange } from "./exchange/exchange.ts";

const CLIENT_CLOSED = 499;
const FIRST_ERROR = 400;

/** Tells the sinks of an exchange, and the log of a fault of our own: now, or once what it has used is counted. */
export function settle(exchange: Exchange): void {
  try {
    const summary = summaryOf(exchange);
    const counting = exchange.isCached ? undefined : exchange.usage?.source?.counted();
    if (counting === undefined) tell(exchange, summary);
    else tellAfter(exchange, summary, counting);
  } catch {
    giveBack(exchange);
  }
}

function tellAfter(exchange: Exchange, summary: ExchangeSummary, counting: Promise<void>): void {
  const { settling } = exchange.services.memory;
  // Its place among the requests at once is free now; what it has used is known in a moment.
  exchange.admission?.end();
  const told = counting.then(() => {
    settling.delete(told);
    try {
      tell(exchange, { ...summary, ...usedBy(exchange) });
    } catch {
      giveBack(exchange);
    }
  });
  settling.add(told);
}

function tell(exchange: Exchange, summary: ExchangeSummary): void {
  const { services } = exchange;
  exchange.dropUsage();
  if (exchange.admission !== undefined) settleAdmission(exchange, exchange.admission, summary);
  services.settled.onSettled(summary);
  exchange.trace?.end(summary);
  if (exchange.error === "internal") {
    services.log.error(
      "internal",
      "A request failed inside the gateway",
      { requestId: exchange.requestId },
      exchange.cause,
    );
  }
}

/** What cannot be recorded must not fail the request that it tells of, nor keep what was reserved for it. */
function giveBack(exchange: Exchange): void {
  exchange.dropUsage();
  exchange.admission?.settle({ isAnswered: true, usage: undefined, cost: UNPRICED });
}

/** An error used nothing, and neither did what was answered by the gateway itself. */
function settleAdmission(
  { answering, status }: Exchange,
  admission: CallAdmission,
  { usage, cost }: ExchangeSummary,
): void {
  admission.settle({ isAnswered: answering !== undefined && status < FIRST_ERROR, usage, cost });
}

function summaryOf(exchange: Exchange): ExchangeSummary {
  const isAborted = exchange.departure.isGone && exchange.error === undefined;
  const { usage, cost, answeredModel } = usedBy(exchange);
  return {
    requestId: exchange.requestId,
    method: exchange.request.method,
    path: exchange.path,
    clientKey: exchange.caller?.name,
    keyId: exchange.caller?.id,
    tags: exchange.caller?.tags,
    clientAddress: exchange.clientAddress,
    operation: exchange.operationName,
    model: exchange.peek.modelName,
    endpoint: exchange.answering?.endpoint.name,
    upstreamModel: exchange.answering?.upstreamModel,
    status: isAborted || exchange.error === "client_closed" ? CLIENT_CLOSED : exchange.status,
    error: isAborted ? "client_closed" : exchange.error,
    isStream: exchange.peek.isStream,
    attempts: exchange.attempts,
    startedWallMs: exchange.startedWallMs,
    durationMs: wholeMicros(exchange.services.clock.nowMs() - exchange.startedMs),
    firstByteMs: exchange.firstByteMs,
    bytesIn: exchange.peek.bytesIn,
    bytesOut: exchange.bytesOut,
    usage,
    cost,
    isCached: exchange.isCached,
    answeredModel,
    traceId: exchange.trace?.traceId,
    bodies: exchange.bodies?.told(),
  };
}

type Used = Pick<ExchangeSummary, "usage" | "cost" | "answeredModel">;

/** What the answer used and cost. What nobody has counted has no price: that is unknown, and never nothing. */
function usedBy(exchange: Exchange): Used {
  if (exchange.isCached) return USED_BEFORE;
  const { usage: note, answering } = exchange;
  if (note === undefined || answering === undefined) return NOTHING;
  const { source } = note;
  const usage = source?.finish() ?? note.usage;
  const answered = source?.answeredModel;
  if (usage === undefined) return { usage, cost: UNPRICED, answeredModel: answered };
  const { prices } = exchange.services.targets;
  const price =
    note.price ??
    prices.find(answering, note.modelPrice) ??
    (answered === undefined ? undefined : prices.findAnswered(answering, note.modelPrice, answered));
  const cost = costAt(price, usage);
  warnOfPrices(exchange, answering, cost);
  return { usage, cost, answeredModel: answered };
}

/** Once for each target, and once for the table: a figure that is missing, or stale, must not look like one. */
function warnOfPrices({ services, startedWallMs }: Exchange, target: Target, { source }: Cost): void {
  const { log } = services;
  const { prices } = services.targets;
  if (source === "unpriced" && prices.noteUnpriced(target.key)) {
    const { name } = target.endpoint;
    const model = target.upstreamModel;
    const message = `Nobody has said what ${model} costs at ${name}: its cost is unknown, and not 0. Give its endpoint a price (endpoints[].price), or import a table (oai-gateway prices import FILE).`;
    log.warn("model_unpriced", message, { endpoint: name, model });
  }
  if (source !== "table") return;
  const days = prices.oldAge(startedWallMs);
  if (days === undefined) return;
  const message = `The table of prices is ${days} days old. Update the gateway, or import a newer one (oai-gateway prices import FILE).`;
  log.warn("prices_old", message, { days });
}

/** What was kept of an earlier answer costs nothing again. */
const USED_BEFORE: Used = {
  usage: NO_USAGE,
  cost: { nanoDollars: 0, source: "none", date: undefined },
  answeredModel: undefined,
};

const NOTHING: Used = { usage: undefined, cost: undefined, answeredModel: undefined };
