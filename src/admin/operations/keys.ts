// Client keys: those of the store are made, changed, rotated, disabled and deleted here; those of the configuration file
// are shown, with the place where they can be changed.

import { type KeyBook, MAX_GRACE_MS } from "../../accounts/key-book.ts";
import { KeyRefusal } from "../../accounts/key-refusal.ts";
import { message } from "../../language/messages.ts";
import { SaidRefusal } from "../../language/said-refusal.ts";
import { notMade, notThere } from "../operation/admin-error.ts";
import {
  changeFrom,
  changeShape,
  createdShape,
  keyShape,
  newKeyShape,
  rulesFrom,
  shownKey,
  shownNew,
  versionQuery,
} from "../operation/key-shapes.ts";
import { type AdminOperation, type Ask, operation } from "../operation/operation.ts";
import type { AdminParts } from "../operation/parts.ts";
import { listOf, object, whole } from "../operation/shapes.ts";

const listKeys = operation({
  id: "listKeys",
  tag: "keys",
  method: "GET",
  path: "/keys",
  summary: "All client keys: those of the file, then those of the store.",
  answer: object({ data: listOf(keyShape, "The keys.").max(200_000) }, "The keys."),
  run: ({ parts }) => ({ value: { data: bookOf(parts).list().map(shownKey) } }),
});

const createKey = operation({
  id: "createKey",
  tag: "keys",
  method: "POST",
  path: "/keys",
  summary: "Makes a key. The answer has the key itself, this once.",
  body: newKeyShape,
  answer: createdShape,
  status: 201,
  run: async ({ parts, body, note }) => {
    const { name: called, key, ...rules } = body;
    const made = await kept(() => bookOf(parts).create({ name: called, key, ...rulesFrom(rules) }));
    await note({ action: "key.create", subject: made.view.id, detail: { name: called, ...rules } });
    return { value: shownNew(made) };
  },
});

const getKey = operation({
  id: "getKey",
  tag: "keys",
  method: "GET",
  path: "/keys/{id}",
  summary: "One key, by its id or name.",
  answer: keyShape,
  run: ({ parts, params }) => {
    const view = bookOf(parts).get(params["id"] ?? "");
    if (view === undefined) throw notThere(message("refused.noKey"));
    return { value: shownKey(view) };
  },
});

const changeKey = operation({
  id: "changeKey",
  tag: "keys",
  method: "PATCH",
  path: "/keys/{id}",
  summary: "Changes what a key may do, or its name; in force at once.",
  query: versionQuery,
  body: changeShape,
  answer: keyShape,
  run: async ({ parts, params, query, body, note }) => {
    const change = changeFrom(body);
    const view = await kept(() => bookOf(parts).update(params["id"] ?? "", change, query.version));
    await note({ action: "key.change", subject: view.id, detail: body });
    return { value: shownKey(view) };
  },
});

const rotateKey = operation({
  id: "rotateKey",
  tag: "keys",
  method: "POST",
  path: "/keys/{id}/rotate",
  summary: "A new key in place of one, with all else the same.",
  query: versionQuery,
  body: object(
    {
      grace_seconds: whole(
        "For how long the key before is good as well, 366 days at most; 0 where left out.",
        {
          max: MAX_GRACE_MS / 1_000,
        },
      ).optional(),
    },
    "How it is done.",
  ),
  answer: createdShape,
  run: async ({ parts, params, query, body, note }) => {
    const graceMs = (body.grace_seconds ?? 0) * 1_000;
    const made = await kept(() => bookOf(parts).rotate(params["id"] ?? "", graceMs, query.version));
    await note({ action: "key.rotate", subject: made.view.id, detail: body });
    return { value: shownNew(made) };
  },
});

const deleteKey = operation({
  id: "deleteKey",
  tag: "keys",
  method: "DELETE",
  path: "/keys/{id}",
  summary: "Removes a key; what was used with it stays in the ledger.",
  query: versionQuery,
  run: (ask) => removeKey(ask),
});

/** The operations. */
export const KEY_OPERATIONS: readonly AdminOperation[] = [
  listKeys,
  createKey,
  getKey,
  changeKey,
  rotateKey,
  deleteKey,
];

async function removeKey({
  parts,
  params,
  query,
  note,
}: Ask<Record<string, string>, { version?: number | undefined }, unknown>) {
  const view = await kept(() => bookOf(parts).delete(params["id"] ?? "", query.version));
  await note({ action: "key.delete", subject: view.id, detail: { name: view.name } });
  return { value: undefined };
}

/** @throws GatewayError store_unavailable, also where keys cannot be read now: an empty list would say that there are none */
function bookOf({ keys }: AdminParts): KeyBook {
  if (keys === undefined) throw new SaidRefusal("store_unavailable", message("refused.storeOffKeys"));
  if (keys.isWaiting) throw new SaidRefusal("store_unavailable", message("keys.unavailable"));
  return keys;
}

/** @throws GatewayError for what the book refuses */
async function kept<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KeyRefusal)) throw error;
    const { field, said: words } = error;
    throw notMade(error, [{ at: field === undefined ? "body" : `body.${field}`, message: words }]);
  }
}
