// The schema as editors get it: it says where it lives, so that a copy can be told from another program's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { configJsonSchema, configJsonSchemaText } from "./json-schema.ts";

test("the schema has an address of its own, on a branch that stays", () => {
  const { $schema, $id } = configJsonSchema();
  assert.equal($schema, "https://json-schema.org/draft/2020-12/schema");
  assert.equal($id, "https://raw.githubusercontent.com/oai-gateway/oai-gateway/main/config.schema.json");
  const text = configJsonSchemaText();
  assert.deepEqual(Object.keys(JSON.parse(text)).slice(0, 2), ["$schema", "$id"]);
  assert.ok(text.endsWith("}\n"));
});
