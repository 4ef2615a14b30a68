// By what two requests are the same: all that an answer may depend on. Nothing of it can be read from the key.

import { createHash, type Hash } from "node:crypto";
import { isWeightlessHeader } from "../../wires/headers/kept-headers.ts";
import { isPassedHeader } from "../../wires/headers/passed-headers.ts";
import type { Call } from "../exchange/call.ts";

/** The key of a call whose model has the targets of this mark; `isShared`: whoever asks. */
export function cacheKeyOf(call: Call, mark: string, isShared: boolean): string {
  const { request, caller } = call.exchange;
  const hash = createHash("sha256");
  add(hash, isShared ? "" : (caller?.digest ?? ""));
  add(hash, call.operation.name);
  add(hash, request.target);
  add(hash, call.modelName);
  add(hash, mark);
  const { headers } = request;
  const { passedHeaders } = call.world.access;
  const weighty: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? "";
    if (isPassedHeader(name, passedHeaders) && !isWeightlessHeader(name))
      weighty.push(`${name}:${headers[index + 1] ?? ""}`);
  }
  // A stable sort: several headers of one name keep their order, which has a meaning.
  for (const header of weighty.sort(byName)) add(hash, header);
  return hash.update(call.body).digest("base64");
}

function byName(a: string, b: string): number {
  const first = a.slice(0, a.indexOf(":"));
  const second = b.slice(0, b.indexOf(":"));
  return first < second ? -1 : Number(first > second);
}

/** A length before each text, so that no two lists read the same. */
function add(hash: Hash, text: string): void {
  hash.update(`${text.length}:${text}`);
}
