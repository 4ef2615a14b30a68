// An endpoint that says of each answer what it used, and adds that up itself, as a vendor's bill would. What it does with
// a request is planned before, by the request's id, which reaches it whatever API the request is translated into.

import {
  chatAnswer,
  chatEvents,
  embeddingsAnswer,
  eventText,
  type MockEvent,
  type MockReply,
  messagesAnswer,
  messagesEvents,
  responsesAnswer,
  responsesEvents,
} from "../../../src/demo/mock-answers.ts";
import { Condition } from "../condition.ts";
import { behaviour, json, stream } from "./behaviours.ts";
import type { Behaviour } from "./fake-connection.ts";
import type { FakeExchange } from "./fake-exchange.ts";

/** What becomes of a request; `first_…`: its first attempt alone fails so. */
export type Fate =
  | "fine"
  | "first_500"
  | "first_429"
  | "first_reset"
  | "first_cut"
  | "every_500"
  | "every_429"
  | "refused"
  /** The stream breaks off before its counts. */
  | "torn"
  /** The client leaves before there is an answer, amid a stream, and once it has had the counts. */
  | "left_early"
  | "left_amid"
  | "left_late";

/** Tokens, in OpenAI's arithmetic. */
export type Tokens = {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
};

/** What an answer said that it used. */
export type Report = Tokens & {
  readonly endpoint: string;
  readonly requestId: string;
  /** Where it was told; of an answer that is cut off it counts only where no other one took its place. */
  readonly where: "answer" | "cut" | "error";
};

/** The plan and the reports of a test, shared by its endpoints. */
export class CountedWorld {
  readonly fates = new Map<string, Fate>();
  readonly reports: Report[] = [];
  readonly #attempts = new Map<string, number>();
  readonly #changed = new Condition();

  /** Counts attempts of one request, from 1, wherever they go. */
  attemptOf(requestId: string): number {
    const attempt = (this.#attempts.get(requestId) ?? 0) + 1;
    this.#attempts.set(requestId, attempt);
    this.#changed.notify();
    return attempt;
  }

  /** Resolves when a request has reached an endpoint. */
  whenAsked(requestId: string): Promise<void> {
    return this.#changed.until(() => this.#attempts.has(requestId));
  }
}

/** The endpoint of this name. */
export function countingEndpoint(world: CountedWorld, endpoint: string): Behaviour {
  return behaviour((exchange) => answer(world, endpoint, exchange));
}

async function answer(world: CountedWorld, endpoint: string, exchange: FakeExchange): Promise<void> {
  const requestId = exchange.request.header("x-request-id") ?? "";
  const fate = world.fates.get(requestId);
  if (fate === undefined) throw new Error(`nobody has planned ${exchange.request.path} ${requestId}`);
  const attempt = world.attemptOf(requestId);
  const report = (where: Report["where"]): Tokens => {
    const tokens = tokensFor(world.reports.length);
    world.reports.push({ endpoint, requestId, where, ...tokens });
    return tokens;
  };
  const failure = failureOf(fate, attempt);
  if (failure === "reset") return exchange.reset();
  if (failure === "cut") {
    const text = plainText(exchange, report("cut"));
    await exchange.head(200, ["content-type", "application/json", "content-length", `${text.length + 9}`]);
    await exchange.raw(text);
    return exchange.reset();
  }
  if (failure !== undefined) {
    // A body of an error may have counts all the same.
    const value = { ...errorOf(failure), usage: chatUsage(report("error")) };
    return json(failure, value, failure === 429 ? { "retry-after": "0" } : {}).run(exchange);
  }
  if (fate === "left_early") return exchange.closed();
  const isStream = exchange.request.json()["stream"] === true;
  if (!isStream) return json(200, plainText(exchange, report("answer"))).run(exchange);
  const isPart = fate === "torn" || fate === "left_amid";
  const tokens = isPart || !tellsUsage(exchange) ? undefined : report("answer");
  await send(exchange, fate, streamPieces(exchange, tokens));
}

/** The answer as far as its fate lets it come. */
async function send(exchange: FakeExchange, fate: Fate, pieces: readonly string[]): Promise<void> {
  const isPart = fate === "torn" || fate === "left_amid";
  const sent = isPart ? pieces.slice(0, Math.ceil(pieces.length / 2)) : pieces;
  if (fate === "torn") exchange.cut = { of: "pieces", count: sent.length, how: "reset" };
  const isOpen = fate === "left_amid" || fate === "left_late";
  await stream(sent, { end: isOpen ? "never" : "chunked" }).run(exchange);
}

function failureOf(fate: Fate, attempt: number): number | "reset" | "cut" | undefined {
  if (fate === "every_500") return 500;
  if (fate === "every_429") return 429;
  if (fate === "refused") return 400;
  if (attempt > 1) return undefined;
  if (fate === "first_500") return 500;
  if (fate === "first_429") return 429;
  if (fate === "first_reset") return "reset";
  return fate === "first_cut" ? "cut" : undefined;
}

function errorOf(status: number): object {
  const type = status === 400 ? "invalid_request_error" : "server_error";
  return { error: { message: `the endpoint says ${status}`, type, param: null, code: null } };
}

/** Never the same twice, so that a figure that is taken for another one shows. */
function tokensFor(number: number): Tokens {
  const input = 1_000 + number * 7;
  return {
    input,
    cached: number % 3 === 0 ? 0 : number % 997,
    output: 50 + number,
    reasoning: number % 4 === 0 ? number % 41 : 0,
  };
}

type Shape = {
  readonly plain: (reply: MockReply) => object;
  readonly events: (reply: MockReply, hasUsage: boolean) => readonly MockEvent[];
  readonly usage: (tokens: Tokens) => object;
};

const SHAPES: Readonly<Record<string, Shape>> = {
  "/v1/chat/completions": { plain: chatAnswer, events: chatEvents, usage: chatUsage },
  "/v1/responses": { plain: responsesAnswer, events: responsesEvents, usage: responsesUsage },
  "/v1/messages": { plain: messagesAnswer, events: messagesEvents, usage: messagesUsage },
  "/v1/embeddings": {
    plain: (reply) => embeddingsAnswer(reply, [new Float32Array([0.5, 0.25])], "float"),
    events: () => [],
    usage: chatUsage,
  },
};

const TEXT = "One two three four five six seven eight nine ten eleven twelve.";

function shapeAndReply({ request }: FakeExchange): { shape: Shape; reply: MockReply } {
  const shape = SHAPES[request.path.split("?")[0] ?? ""];
  if (shape === undefined) throw new Error(`no such path: ${request.path}`);
  const model = String(request.json()["model"]);
  return { shape, reply: { id: "1", createdSec: 1_700_000_000, model, text: TEXT, inputTokens: 1 } };
}

function plainText(exchange: FakeExchange, tokens: Tokens): string {
  const { shape, reply } = shapeAndReply(exchange);
  return JSON.stringify(withUsage(shape.plain(reply), shape.usage(tokens)));
}

/** A chat's stream tells it only where that is asked for. */
function tellsUsage({ request }: FakeExchange): boolean {
  if (!request.path.includes("/chat/")) return true;
  return Object(request.json()["stream_options"]).include_usage === true;
}

/** Without tokens they are not sent as far as the counts, or have none. */
function streamPieces(exchange: FakeExchange, tokens: Tokens | undefined): readonly string[] {
  const { shape, reply } = shapeAndReply(exchange);
  const usage = shape.usage(tokens ?? { input: 5, cached: 0, output: 1, reasoning: 0 });
  const events = shape.events(reply, tellsUsage(exchange));
  return events.map(({ name, value }) => eventText({ name, value: withUsage(value, usage) }));
}

/** The same with this in the place of every count that is there. */
function withUsage<T extends object | string>(value: T, usage: object): T {
  if (typeof value === "string") return value;
  const text = JSON.stringify(value, (key, member) =>
    key === "usage" && typeof member === "object" && member !== null ? usage : member,
  );
  return JSON.parse(text) as T;
}

function chatUsage({ input, cached, output, reasoning }: Tokens): object {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}

function responsesUsage({ input, cached, output, reasoning }: Tokens): object {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}

/** What came from a cache is apart from the input. */
function messagesUsage({ input, cached, output, reasoning }: Tokens): object {
  return {
    input_tokens: input - cached,
    cache_read_input_tokens: cached,
    output_tokens: output,
    output_tokens_details: { thinking_tokens: reasoning },
  };
}
