// Tests of query-model.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayError } from "../../core/errors.ts";
import { modelInQuery } from "./query-model.ts";

function outcomeOf(query: string): string | undefined {
  try {
    return modelInQuery(query);
  } catch (error) {
    if (error instanceof GatewayError) return `! ${error.code}`;
    throw error;
  }
}

test("a query that names one model, for every reader the same", () => {
  const rows: Readonly<Record<string, string | undefined>> = {
    "": undefined,
    "?": undefined,
    "?a=1&b": undefined,
    "?model=m": "m",
    "?a=1&model=a%2Fb%3Ac": "a/b:c",
    "?model=caf%C3%A9": "café",
    "?models=x&mode=y&a[model]=z&xmodel=w&model_id=v": undefined,
    "?model=50%": "50%",
  };
  for (const [query, model] of Object.entries(rows)) assert.equal(outcomeOf(query), model, query);
});

test("a query in which some read another model is refused", () => {
  const queries = [
    ...["%6dodel=d", "mode%6c=d", "Model=d", "MODEL=d", "+model=d", "model+=d", "%20model=d", "model%00=d"],
    ...[
      "model[]=d",
      "model%5B%5D=d",
      "model[0]=d",
      "%256dodel=d",
      "model%A0=d",
      "%ef%bd%8dodel=d",
      "a;model=d",
    ],
    ...["model=a+b", "%6Dodel", "model%E2%80%8B=d"],
  ];
  for (const query of queries) {
    assert.equal(outcomeOf(`?${query}`), "! ambiguous_model", query);
    if (!query.startsWith("model="))
      assert.equal(outcomeOf(`?a=1&${query}&model=m`), "! ambiguous_model", query);
  }
});

test("a model twice, empty or broken is refused", () => {
  assert.equal(outcomeOf("?model=m&model=m"), "! duplicate_model");
  assert.equal(outcomeOf("?model="), "! invalid_model");
  assert.equal(outcomeOf("?model"), "! invalid_model");
  assert.equal(outcomeOf("?model=%ff"), "! invalid_model");
  assert.equal(outcomeOf("?model=a%0ab"), "! invalid_model");
});
