// The demo in a real browser: its link logs in, there is something to see at once, and it moves by itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { demoWorldFor } from "./support/demo-world.ts";

test("the demo's link logs in without a password, and the numbers grow without a reload", async (t) => {
  const { page, checkAccess } = await demoWorldFor(t);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  const requests = page.getByRole("region", { name: "Requests", exact: true });
  const thousands = /^\d+,\d{3}$/;
  await requests.getByText(thousands).waitFor();
  const first = (await requests.getByText(thousands).textContent()) ?? "";
  await page.evaluate("window.notLoadedAgain = true");
  await requests.getByText(thousands).filter({ hasNotText: first }).waitFor();
  const next = (await requests.getByText(thousands).textContent()) ?? "";
  assert.ok(numberOf(next) > numberOf(first), `${first}, then ${next}`);
  assert.equal(await page.evaluate("window.notLoadedAgain"), true);
  await checkAccess();
});

function numberOf(text: string): number {
  return Number(text.replaceAll(",", ""));
}

test("an endpoint of the demo is drained and sent requests again", async (t) => {
  const { page, open } = await demoWorldFor(t);
  await open("/endpoints");
  const row = page.locator("tr[data-endpoint=alpha]");
  await row.getByRole("button", { name: "Drain" }).click();
  await row.getByText("draining").waitFor();
  await row.getByRole("button", { name: "Enable" }).click();
  await row.getByText("healthy").waitFor();
});
