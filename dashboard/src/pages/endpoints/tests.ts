// Tests of endpoints that were asked for on this page, and how they went.

import { signal } from "@preact/signals";
import { type Answer, call } from "../../api/client.ts";

/** How the test of an endpoint went. */
type EndpointTest = Answer<"testEndpoint">;

/** What is known of a test: under way, done, or not even begun. */
export type TestState =
  | { readonly kind: "running" }
  | { readonly kind: "done"; readonly test: EndpointTest }
  | { readonly kind: "failed"; readonly message: string };

/** By the name of the endpoint. */
export const tests = signal<ReadonlyMap<string, TestState>>(new Map());

/** Tests one; resolves when that is over. Never rejects. */
export async function testEndpoint(name: string): Promise<void> {
  note(name, { kind: "running" });
  try {
    note(name, { kind: "done", test: await call("testEndpoint", { params: { name } }) });
  } catch (error) {
    note(name, { kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}

/** Tests several side by side. */
export async function testAll(names: readonly string[]): Promise<void> {
  await Promise.all(names.map(testEndpoint));
}

function note(name: string, state: TestState): void {
  tests.value = new Map(tests.value).set(name, state);
}
