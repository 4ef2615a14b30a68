// OpenAI's arithmetic and Anthropic's: the same work has to be the same figures, and the same money, in both.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { TokenUsage } from "../../core/usage.ts";
import { costOf } from "../../pricing/cost.ts";
import { OPERATIONS } from "../registry/wires.ts";
import { AnswerUsage } from "./answer-usage.ts";

function usageOf(name: string, text: string, isStream: boolean): TokenUsage | undefined {
  const operation = OPERATIONS.find((one) => one.name === name);
  assert.ok(operation !== undefined);
  const answer = new AnswerUsage(operation, isStream);
  answer.push(Buffer.from(text));
  return answer.finish();
}

function events(...values: readonly unknown[]): string {
  return values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join("");
}

const count = fc.nat(1_000_000);
const slices = fc.record({ plain: count, cached: count, written: count, output: count, reasoning: count });

test("tokens and cost are the same whichever wire reports them", () => {
  const price = {
    rates: {
      input: 3_000_000_000,
      output: 15_000_000_000,
      cached: 300_000_001,
      write5m: 3_750_000_000,
      reasoning: 7,
    },
    long: [{ above: 200_000, rates: { input: 6_000_000_000, output: 22_500_000_000 } }],
  };
  fc.assert(
    fc.property(slices, fc.boolean(), ({ plain, cached, written, output, reasoning }, isStream) => {
      const all = plain + cached + written;
      const thought = Math.min(reasoning, output);
      const chat = {
        prompt_tokens: all,
        completion_tokens: output,
        total_tokens: all + output,
        prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
        completion_tokens_details: { reasoning_tokens: thought },
      };
      const responses = {
        input_tokens: all,
        output_tokens: output,
        total_tokens: all + output,
        input_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
        output_tokens_details: { reasoning_tokens: thought },
      };
      const messages = {
        input_tokens: plain,
        cache_read_input_tokens: cached,
        cache_creation_input_tokens: written,
        cache_creation: { ephemeral_30m_input_tokens: written },
        output_tokens: output,
        output_tokens_details: { thinking_tokens: thought },
      };
      const say = (usage: unknown): string => (isStream ? events({ usage }) : JSON.stringify({ usage }));
      const found = [
        usageOf("chat", say(chat), isStream),
        usageOf("responses", say(responses), isStream),
        usageOf("messages", say(messages), isStream),
      ];
      assert.deepEqual(found[1], found[0]);
      assert.deepEqual(found[2], found[0]);
      const costs = found.map((usage) => usage && costOf(usage, price));
      assert.ok(costs[0] !== undefined);
      assert.deepEqual(costs, [costs[0], costs[0], costs[0]]);
    }),
    { numRuns: 500 },
  );
});
