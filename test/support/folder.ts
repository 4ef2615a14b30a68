// A folder for what one test writes.

import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/**
 * Makes a fresh folder, which is removed when all hooks of the test have run. Hooks run in the order in which they were
 * added: one that removed the folder would do so while what the test has started later still writes into it, would
 * fail, and the hooks behind it would not run, so that what they close would keep the process from ending. The removal
 * itself never fails a test: what nobody can remove stays behind.
 */
export function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "oai-gateway-test-"));
  // The runner aborts the signal after the last hook, whether the test has passed or not.
  t.signal.addEventListener("abort", () => remove(folder), { once: true });
  return folder;
}

/** Removes what can be removed, at once: the next test may hold the timers that a later try would wait for. */
function remove(folder: string): void {
  try {
    // Tests take rights away.
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    // Somebody writes still, after a test that took too long, or has removed it already.
  }
}
