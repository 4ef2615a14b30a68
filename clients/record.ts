// Keeps what an agent sends as fixtures of the tests: the requests of its conversation as they are, but for the words of its
// vendor, and for ids and paths, which are others each time.

import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { PRINTED, TURN_ONE, TURN_TWO } from "../test/support/models/scripted-model.ts";
import type { Client } from "./client.ts";
import type { Report, RequestShape } from "./inside.ts";
import { withoutWords } from "./without-words.ts";

const FOLDER = new URL("../test/clients/agents/", import.meta.url);
/** What a connection adds, what is a credential, and what says how long a body is. */
const LEFT_OUT =
  /^(?:host|connection|content-length|transfer-encoding|authorization|x-api-key|api-key|x-goog-api-key|accept-encoding|cookie)$/;

/** Writes `KEY-1.json` (the tool is asked for), `KEY-2.json` (it has answered) and `KEY-3.json` (the second turn). */
export async function recordFixtures({ key, kind, speaks }: Client, { requests }: Report): Promise<void> {
  const turns = turnsIn(requests.own);
  // What goes over a socket is not kept: such a row falls back to requests that another one has.
  if (kind !== "agent" || speaks.includes("socket") || turns === undefined) return;
  await mkdir(FOLDER, { recursive: true });
  for (const name of await readdir(FOLDER))
    if (name.startsWith(`${key}-`) && /-\d\.json$/.test(name)) await rm(new URL(name, FOLDER));
  for (const [at, request] of turns.entries()) {
    const replaced = withoutWords({
      path: request.path,
      headers: headersOf(request),
      body: JSON.parse(request.body),
    });
    const text = JSON.stringify({ speaks, method: request.method, ...replaced }, null, 1);
    await writeFile(new URL(`${key}-${at + 1}.json`, FOLDER), `${text}\n`);
  }
}

/** What the tests play again; other vendors' paths have tests of their own. */
const PLAYED = /\/(?:chat\/completions|responses|messages)(?:\?|$)/;

/** The three requests of a conversation, without those that an agent makes beside it. */
function turnsIn(requests: readonly RequestShape[]): readonly RequestShape[] | undefined {
  const posts = requests.filter(
    ({ method, path, body }) => method === "POST" && PLAYED.test(path) && body.includes('"tools"'),
  );
  const first = posts.find(({ body }) => body.includes(TURN_ONE) && !body.includes(PRINTED));
  const second = posts.find(({ body }) => body.includes(PRINTED) && !body.includes(TURN_TWO));
  const third = posts.find(({ body }) => body.includes(TURN_TWO));
  return first === undefined || second === undefined || third === undefined
    ? undefined
    : [first, second, third];
}

function headersOf({ headers }: RequestShape): Record<string, string> {
  const kept: Record<string, string> = {};
  for (let at = 0; at < headers.length; at += 2) {
    const name = (headers[at] ?? "").toLowerCase();
    if (!LEFT_OUT.test(name)) kept[name] = headers[at + 1] ?? "";
  }
  return kept;
}
