// Rules about limits: queues, certificate authorities, paid probes, the times of an ejection.

import { message } from "../../language/messages.ts";
import { decodedOf } from "../schema/fields.ts";
import { endpointMaxInFlight } from "../schema/schema-endpoints.ts";
import { EJECTION_TIMES } from "../schema/schema-reliability.ts";
import { serverMaxInFlight } from "../schema/schema-server.ts";
import { aboutFound, type Draft, listAt, pathText, textAt, valueAt } from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import { modelNameProblem } from "../yaml/text-rules.ts";
import type { CaFiles } from "./ca-files.ts";

/** Checks the limits of the server, of every endpoint, and of health. */
export function checkLimits(draft: Draft, caFiles: CaFiles): void {
  checkQueue(draft, ["server"], serverMaxInFlight);
  for (const index of listAt(draft, ["endpoints"]).keys()) {
    const endpoint = ["endpoints", index];
    checkQueue(draft, endpoint, endpointMaxInFlight);
    checkProbe(draft, [...endpoint, "probe", "model"]);
    checkCaFile(draft, [...endpoint, "ca_file"], caFiles);
  }
  checkEjection(draft);
}

/** Nothing waits where nothing is full. */
function checkQueue(draft: Draft, above: Path, field: typeof serverMaxInFlight): void {
  const queue = [...above, "queue"];
  const limit = [...above, "max_in_flight"];
  if (valueAt(draft.value, queue) === undefined) return;
  if (decodedOf(field, valueAt(draft.value, limit)) !== Number.POSITIVE_INFINITY) return;
  draft.problems.add(
    "OG161",
    draft.places.keyAt(queue),
    message("limits.queue", { queue: pathText(queue), limit: pathText(limit) }),
    { fix: message("limits.fixQueue") },
  );
}

function checkProbe(draft: Draft, path: Path): void {
  const name = textAt(draft, path);
  const problem = name === undefined ? undefined : modelNameProblem(name);
  if (problem === undefined) return;
  const words = message("config.about", { name: pathText(path), problem: problem.message });
  draft.problems.add("OG120", draft.places.valueAt(path), words, { fix: problem.fix });
}

function checkCaFile(draft: Draft, path: Path, caFiles: CaFiles): void {
  const file = textAt(draft, path);
  if (file === undefined) return;
  const result = caFiles.read(file);
  if (result.kind === "ok") return;
  draft.problems.add("OG128", draft.places.valueAt(path), aboutFound(draft, path, result.message), {
    fix: result.fix,
  });
}

function checkEjection(draft: Draft): void {
  const first = ["health", "ejection"];
  const longest = ["health", "ejection_max"];
  const firstMs = timeAt(draft, first, EJECTION_TIMES.ejection);
  const longestMs = timeAt(draft, longest, EJECTION_TIMES.ejection_max);
  if (firstMs <= longestMs) return;
  const isLongestGiven = valueAt(draft.value, longest) !== undefined;
  const [at, other] = isLongestGiven ? [longest, first] : [first, longest];
  const related =
    valueAt(draft.value, other) === undefined
      ? []
      : [
          {
            at: draft.places.valueAt(other),
            message: message("config.givenHere", { name: pathText(other) }),
          },
        ];
  draft.problems.add(
    "OG116",
    draft.places.valueAt(at),
    message("limits.ejection", { first: firstMs / 1_000, longest: longestMs / 1_000 }),
    { related, fix: message("limits.fixEjection") },
  );
}

/** In milliseconds. What is no duration is reported elsewhere, and counts as the default. */
function timeAt(draft: Draft, path: Path, field: (typeof EJECTION_TIMES)["ejection"]): number {
  return decodedOf(field, valueAt(draft.value, path)) ?? field.parse(undefined);
}
