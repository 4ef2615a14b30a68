// How the test of an endpoint went, in a line.

import { endpointsWords } from "../../words/endpoints/words.ts";
import { duration } from "../../words/figures.ts";
import { tests } from "./tests.ts";

/** Nothing before the first test. */
export function TestResult({ name }: { readonly name: string }) {
  const words = endpointsWords();
  const state = tests.value.get(name);
  if (state === undefined) return null;
  if (state.kind === "running")
    return (
      <span class="soft" role="status">
        {words.testing}
      </span>
    );
  if (state.kind === "failed")
    return (
      <span class="bad" role="status">
        {state.message}
      </span>
    );
  const { is_ok, model, duration_ms, error } = state.test;
  if (is_ok)
    return (
      <span class="good" role="status">
        ✓ {words.tested(model ?? "", duration(duration_ms))}
      </span>
    );
  return (
    <span class="bad" role="status">
      ✗ {error?.message ?? words.testFailed("")} {error?.fix}
    </span>
  );
}
