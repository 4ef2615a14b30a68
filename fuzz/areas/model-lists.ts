// Answers of `GET /models`: any bytes give a list or a reason, and a list holds every id that is one, once.

import { isDeepStrictEqual } from "node:util";
import { parseInSlices } from "../../src/wires/lists/parse-in-slices.ts";
import { parseModelList } from "../../src/wires/lists/parse-models.ts";
import { type Area, type Finding, finding } from "../area.ts";
import { mutated } from "../mutate.ts";
import type { Random } from "../random.ts";
import { isObject } from "../rig.ts";

const WORDS = [
  '"data"',
  '"models"',
  '"id"',
  '"name"',
  '"slug"',
  '"model"',
  '"error"',
  '"has_more":true',
  '"last_id":"a"',
  "null",
  "[]",
  "{}",
  "[",
  "]",
  "{",
  "}",
  '"__proto__"',
  "\ufeff",
  "<html>",
  "\\ud800",
  "\\u0000",
  "1e999",
  ",",
  ":",
  '"',
  "\0",
  '{"data":[{"id":"a"}]}',
] as const;

const IDS = [
  "a",
  "gpt-4o",
  "org/model:tag",
  "模型",
  "",
  " ",
  "a\nb",
  "\ud800",
  "x".repeat(600),
  "__proto__",
  1,
  null,
] as const;

/** Bodies of the answer. */
export const MODEL_LISTS: Area = {
  name: "model-lists",
  make: (random) => {
    const list = Buffer.from(listText(random));
    return random.chance(30) ? list : mutated(random, list, WORDS);
  },
  open: async () => ({
    check: async (input) => (await checkSlices(input)) ?? check(input),
    close: async () => {},
  }),
};

/** A large list is read in slices, by other code: it has to come out the same. */
async function checkSlices(input: Buffer): Promise<Finding | undefined> {
  const [whole, sliced] = [parseModelList(input), await parseInSlices(input, 0)];
  if (isDeepStrictEqual(whole, sliced)) return undefined;
  return finding("slices-differ", `${JSON.stringify(sliced)} in place of ${JSON.stringify(whole)}`);
}

function check(input: Buffer): Finding | undefined {
  const found = parseModelList(input);
  if (found.kind === "bad") {
    const isPlain = /^[\x20-\x7e]+$/.test(found.found) && found.found.length < 200;
    if (!isPlain) return finding("reason-quotes", found.found);
    return expectedIds(input) === undefined ? undefined : finding("list-refused", input);
  }
  const ids = found.entries.map((entry) => entry.id);
  const odd = ids.find((id) => !isUsable(id));
  if (odd !== undefined) return finding("unusable-id", JSON.stringify(odd));
  if (new Set(ids).size !== ids.length) return finding("id-twice", JSON.stringify(ids));
  const expected = expectedIds(input);
  if (expected !== undefined && expected.join("\n") !== ids.join("\n"))
    return finding("wrong-ids", `${JSON.stringify(ids)} in place of ${JSON.stringify(expected)}`);
  JSON.stringify(found);
  return undefined;
}

/** For OpenAI's own shape, where there is no doubt; undefined for all others. */
function expectedIds(input: Buffer): string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(input.toString());
  } catch {
    return undefined;
  }
  if (!isObject(value) || Object.hasOwn(value, "error") || Object.hasOwn(value, "models")) return undefined;
  const data = Object.hasOwn(value, "data") ? value["data"] : undefined;
  if (!Array.isArray(data) || data.length === 0) return undefined;
  const ids: string[] = [];
  for (const item of data) {
    // Entries with other names beside the id have an order of trust that is not repeated here.
    if (
      !isObject(item) ||
      !Object.hasOwn(item, "id") ||
      typeof item["id"] !== "string" ||
      !isUsable(item["id"])
    )
      return undefined;
    if (!ids.includes(item["id"])) ids.push(item["id"]);
  }
  return ids;
}

function isUsable(id: string): boolean {
  return (
    id.trim() !== "" && id.length <= 512 && id.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f]/.test(id)
  );
}

function listText(random: Random): string {
  const entries = random.times(random.below(6), () => {
    const id = random.pick(IDS);
    if (random.chance(10)) return id;
    const field = random.chance(70) ? "id" : random.pick(["name", "model", "slug"]);
    return { [field]: id, object: "model", ...(random.chance(5) ? { error: null } : {}) };
  });
  const value = random.pick<unknown>([
    { object: "list", data: entries },
    { object: "list", data: entries },
    { data: entries, has_more: true, last_id: "a" },
    { models: entries },
    { data: entries, models: entries },
    entries,
    { error: { message: "no" }, data: entries },
    { object: "list", data: null },
  ]);
  if (random.chance(3)) return `{"data":[{"id":"a","deep":${"[".repeat(20_000)}${"]".repeat(20_000)}}]}`;
  return JSON.stringify(value);
}
