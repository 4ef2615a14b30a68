// Finds the operation of a method and a path.

import { GatewayError } from "../core/errors.ts";
import { message } from "../language/messages.ts";
import { SaidRefusal } from "../language/said-refusal.ts";
import type { AdminMethod, AdminOperation } from "./operation/operation.ts";

/** What a request is for. */
export type FoundOperation = { readonly operation: AdminOperation; readonly params: Record<string, string> };

/** The table of operations, by their paths. */
export class OperationTable {
  readonly #rows: readonly { readonly parts: readonly string[]; readonly operation: AdminOperation }[];

  constructor(operations: readonly AdminOperation[]) {
    // What is written out goes before what stands for anything.
    const rows = operations.map((operation) => ({ parts: operation.path.split("/").slice(1), operation }));
    this.#rows = rows.toSorted((a, b) => a.operation.params.length - b.operation.params.length);
  }

  /**
   * `path` is below `/admin/v1`.
   * @throws GatewayError unknown_path, method_not_allowed
   */
  find(method: string, path: string): FoundOperation {
    const parts = path.split("/").slice(1);
    const allowed = new Set<AdminMethod>();
    for (const row of this.#rows) {
      const params = paramsOf(row.parts, parts);
      if (params === undefined) continue;
      if (row.operation.method === method) return { operation: row.operation, params };
      allowed.add(row.operation.method);
    }
    if (allowed.size === 0) throw new SaidRefusal("unknown_path", message("refused.noPath"));
    throw new GatewayError("method_not_allowed", { headers: ["allow", [...allowed].sort().join(", ")] });
  }
}

function paramsOf(wanted: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (wanted.length !== parts.length) return undefined;
  const params: [string, string][] = [];
  for (const [at, want] of wanted.entries()) {
    const part = parts[at] ?? "";
    const name = /^\{(\w+)\}$/.exec(want)?.[1];
    if (name === undefined) {
      if (want !== part) return undefined;
      continue;
    }
    const value = decoded(part);
    if (value === undefined || value === "") return undefined;
    params.push([name, value]);
  }
  return Object.fromEntries(params);
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
