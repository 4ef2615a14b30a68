// Lists of models are serialized once for each table, whatever the number of answers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { listedBy, makeEndpoint, makePlan } from "../../../test/support/routing-fixtures.ts";
import { WIRES } from "../../wires/registry/wires.ts";
import { Rotations } from "../balancer.ts";
import { ModelPages } from "./model-pages.ts";
import { RoutingTable } from "./table.ts";

function tableOf(...ids: string[]): RoutingTable {
  return new RoutingTable(makePlan([makeEndpoint("a")]), [listedBy("a", ...ids)], new Rotations());
}

for (const wire of [WIRES.openai, WIRES.anthropic]) {
  test(`the list in the shape of ${wire.name} is the same bytes for every answer from one table`, () => {
    const table = tableOf("m", "n");
    let serialized = 0;
    const counted = Object.assign(Object.create(table) as RoutingTable, {
      publicModels: () => {
        serialized += 1;
        return table.publicModels();
      },
    });
    const pages = new ModelPages(counted);
    const first = pages.list(wire);
    for (let time = 0; time < 1_500; time += 1) assert.equal(pages.list(wire).body, first.body);
    assert.equal(serialized, 1);
    assert.notEqual(new ModelPages(tableOf("m", "n", "o")).list(wire).etag, first.etag);
    assert.equal(new ModelPages(tableOf("m", "n")).list(wire).etag, first.etag);
  });

  test(`one model in the shape of ${wire.name} is the same bytes too, pins among them`, () => {
    const table = tableOf("m");
    const pages = new ModelPages(table);
    for (const name of ["m", "a/m"]) {
      const [model, again] = [table.resolve(name), table.resolve(name)];
      assert.ok(model !== undefined && again !== undefined);
      assert.equal(pages.one(model, wire).body, pages.one(again, wire).body);
      assert.equal(JSON.parse(pages.one(model, wire).body.toString())["id"], name);
    }
  });
}
