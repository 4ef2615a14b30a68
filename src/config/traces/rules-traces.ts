// Rules about `traces`: the collector's address, its headers, its certificate authorities.

import { message } from "../../language/messages.ts";
import type { CaFiles } from "../rules/ca-files.ts";
import { placeholderProblem } from "../rules/placeholders.ts";
import { aboutFound, aboutValue, type Draft, keysAt, report, textAt } from "../yaml/draft.ts";
import { headerNameProblem, headerValueProblem } from "../yaml/text-rules.ts";
import { collectorAddress } from "./collector-address.ts";

/** A resource attribute's name (OpenTelemetry, "Attribute"). */
const ATTRIBUTE = /^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/;

/** Checks `traces`. */
export function checkTraces(draft: Draft, caFiles: CaFiles): void {
  const endpoint = ["traces", "endpoint"];
  const written = textAt(draft, endpoint)?.trim();
  // A variable that is set to nothing leaves it to the environment.
  const address = written === undefined || written === "" ? undefined : collectorAddress(written, "either");
  if (address?.kind === "bad")
    draft.problems.add(
      "OG175",
      draft.places.valueAt(endpoint),
      aboutValue(draft, endpoint, address.message),
      {
        fix: message("traces.fixAddress"),
      },
    );
  checkHeaders(draft);
  for (const name of keysAt(draft, ["traces", "resource"]))
    if (!ATTRIBUTE.test(name))
      draft.problems.add(
        "OG175",
        draft.places.keyAt(["traces", "resource", name]),
        message("traces.noAttribute"),
        {
          fix: message("traces.fixAttribute"),
        },
      );
  const path = ["traces", "ca_file"];
  const file = textAt(draft, path);
  const read = file === undefined ? undefined : caFiles.read(file);
  if (read?.kind === "bad")
    draft.problems.add("OG128", draft.places.valueAt(path), aboutFound(draft, path, read.message), {
      fix: read.fix,
    });
}

function checkHeaders(draft: Draft): void {
  for (const name of keysAt(draft, ["traces", "headers"])) {
    const path = ["traces", "headers", name];
    const problem = headerNameProblem(name, false);
    if (problem !== undefined)
      draft.problems.add(
        "OG175",
        draft.places.keyAt(path),
        message("traces.badHeader", { problem: problem.message }),
        {
          fix: problem.fix,
        },
      );
    const value = textAt(draft, path);
    if (value === undefined) continue;
    const wrong = headerValueProblem(value);
    report(draft, "OG175", path, wrong);
    if (wrong === undefined) report(draft, "OG135", path, placeholderProblem(value, "placeholder.isSent"));
  }
}
