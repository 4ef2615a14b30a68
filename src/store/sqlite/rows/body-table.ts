// What was asked and answered, for requests whose keys ask for that: beside their rows in the log of requests, since it is
// kept for another time and read only for one request.

import type { KeptBodies, KeptBody } from "../../../core/summary.ts";
import type { BodiesKeep } from "../../store.ts";
import type { DatabaseFile } from "../file/database-file.ts";
import { withoutPlaces } from "./hidden-places.ts";

/** Rows that are removed together. */
const STEP = 200;
const MASK = "***";

/** Makes what may be kept of bodies. */
export class BodyHiding {
  readonly #places: readonly string[];
  readonly #patterns: readonly RegExp[];

  constructor({ places, patterns }: Pick<BodiesKeep, "places" | "patterns">) {
    this.#places = places;
    this.#patterns = patterns.map((pattern) => new RegExp(pattern, "gu"));
  }

  /** The body without what is to be hidden in it. */
  hidden(body: KeptBody): KeptBody {
    if (body.text === undefined) return body;
    let text = withoutPlaces(body.text, this.#places);
    for (const pattern of this.#patterns) text = text.replaceAll(pattern, MASK);
    return { ...body, text };
  }
}

/** Keeps what was asked and answered with the request of this number. @throws as `DatabaseFile.prepare` */
export function addBodies(
  file: DatabaseFile,
  row: { readonly id: number | bigint; readonly timeMs: number },
  { asked, answered }: KeptBodies,
): void {
  const text = JSON.stringify({ asked, answered });
  file
    .prepare("INSERT OR REPLACE INTO body (request, time, size, text) VALUES (?, ?, ?, ?)")
    .run(row.id, Math.trunc(row.timeMs), Buffer.byteLength(text), text);
}

/** What was kept with the request of this number. @throws as `DatabaseFile.prepare` */
export function bodiesOf(file: DatabaseFile, id: number): KeptBodies | undefined {
  const found = file.prepare("SELECT text FROM body WHERE request = ?").get(id);
  // Written above.
  return found === undefined ? undefined : (JSON.parse(String(found["text"])) as KeptBodies);
}

/** Removes what is too old or too much, the oldest first, and what has no request any more. @throws as `DatabaseFile.prepare` */
export function pruneBodies(
  file: DatabaseFile,
  { keptMs, totalBytes }: Pick<BodiesKeep, "keptMs" | "totalBytes">,
  wallMs: number,
): void {
  file.prepare("DELETE FROM body WHERE time < ?").run(Math.trunc(wallMs - keptMs));
  file.run(
    "DELETE FROM body WHERE request < (SELECT coalesce((SELECT first FROM request ORDER BY id LIMIT 1), 9e18))",
  );
  const size = file.prepare("SELECT coalesce(sum(size), 0) AS bytes FROM body");
  const drop = file.prepare(
    `DELETE FROM body WHERE request IN (SELECT request FROM body ORDER BY time LIMIT ${STEP})`,
  );
  while (Number(size.get()?.["bytes"] ?? 0) > totalBytes && drop.run().changes > 0);
}
