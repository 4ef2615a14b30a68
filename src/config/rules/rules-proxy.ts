// Rules about forward proxies: those of endpoints, and those of the environment.

import { type Message, message } from "../../language/messages.ts";
import type { EnvironmentProxies } from "../proxies/environment-proxies.ts";
import { readProxy } from "../proxies/proxy-url.ts";
import { type Diagnostic, fileDiagnostic } from "../report/diagnostics.ts";
import { aboutValue, type Draft, listAt, textAt, valueAt } from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";

/** Checks `endpoints[].proxy`. */
export function checkProxies(draft: Draft): void {
  for (const index of listAt(draft, ["endpoints"]).keys()) {
    const path = ["endpoints", index, "proxy"];
    if (valueAt(draft.value, path) === true) add(draft, path, message("proxy.flag"), message("proxy.fix"));
    const text = textAt(draft, path);
    // A variable that is set to nothing leaves it to the environment.
    if (text === undefined || text.trim() === "" || text === "off") continue;
    const result = readProxy(text);
    if (result.kind === "bad") add(draft, path, result.problem, result.fix);
  }
}

function add(draft: Draft, path: Path, problem: Message, fix: Message): void {
  draft.problems.add("OG145", draft.places.valueAt(path), aboutValue(draft, path, problem), { fix });
}

/** What is wrong with the proxies of the environment. */
export function proxyWarnings(proxies: EnvironmentProxies): Diagnostic[] {
  return proxies.problems.map(({ variable, problem, fix }) =>
    fileDiagnostic("OG137", variable, message("proxy.inVariable", { variable, problem }), fix),
  );
}
