// The page of usage in a real browser: the figures, the table beside the chart, and what is saved as a file.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { apiError } from "../support/fakes/behaviours.ts";
import { worldFor } from "./support/world.ts";

test("usage is told apart as chosen, the choice lives in the address, and the chart has its table", async (t) => {
  const { page, logIn, chat, open, checkAccess } = await worldFor(t);
  await logIn();
  await chat("gpt-4o-mini");
  await chat("gpt-4o-mini");
  await chat("qwen3:8b");
  await open("/usage");
  const total = page.locator(".usage-table .vtable-foot");
  await total.locator(".vtable-cell").nth(1).getByText("3", { exact: true }).waitFor();
  assert.match((await page.locator(".usage-table .vtable-row").first().textContent()) ?? "", /^gpt-4o-mini2/);
  await checkAccess();
  await page.getByRole("button", { name: "Requests", exact: true }).last().click();
  await page.locator("[role=columnheader][aria-sort=ascending]", { hasText: "Requests" }).waitFor();
  await page.getByLabel("then by").selectOption("endpoint");
  await page.locator(".usage-table .vtable-row", { hasText: "local" }).first().waitFor();
  const { searchParams } = new URL(page.url());
  assert.equal(searchParams.get("within"), "endpoint");
  await page.reload();
  await page.locator(".usage-table .vtable-row", { hasText: "local" }).first().waitFor();
  await page.getByRole("button", { name: "Table" }).click();
  const twin = page.locator(".chart-twin");
  await twin.getByRole("columnheader", { name: "qwen3:8b" }).waitFor();
  await page.getByRole("button", { name: "qwen3:8b" }).first().click();
  await page.getByRole("button", { name: "Only model qwen3:8b" }).waitFor();
  await total.locator(".vtable-cell").nth(2).getByText("1", { exact: true }).waitFor();
  assert.match((await total.textContent()) ?? "", /^In all1/);
});

test("failed requests stand apart, and what nobody has priced is never shown as nothing", async (t) => {
  const { page, fake, logIn, chat, open } = await worldFor(t, { models: ["model-without-a-price"] });
  await logIn();
  await chat("model-without-a-price");
  fake.always(apiError(400, null));
  await chat("model-without-a-price");
  await open("/usage?by=time&metric=cost");
  await page.getByText("have no known price").waitFor();
  const cells = page.locator(".usage-table .vtable-foot .vtable-cell");
  assert.match((await cells.nth(2).textContent()) ?? "", /^1 · 50%/);
  assert.equal(await cells.nth(7).textContent(), "–");
  assert.equal(await cells.nth(8).textContent(), "1");
});

test("the figures are saved as CSV and as JSON", async (t) => {
  const { page, logIn, chat, open } = await worldFor(t);
  await logIn();
  await chat("gpt-4o-mini");
  await open("/usage");
  await page.locator(".usage-table .vtable-row").first().waitFor();
  const saved = async (name: string): Promise<string> => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: `Download as ${name}` }).click(),
    ]);
    return readFile(await download.path(), "utf8");
  };
  assert.match(await saved("CSV"), /^model,requests,.*\r?\n"?gpt-4o-mini"?,1,/);
  assert.equal(JSON.parse(await saved("JSON")).data[0].group.model, "gpt-4o-mini");
});

test("latency tells half and 95 % of the first tokens; a period without use says so", async (t) => {
  const { page, logIn, chat, open, checkAccess } = await worldFor(t);
  await logIn();
  await open("/usage?metric=latency");
  await page.getByText("Nothing was used in this period.").waitFor();
  await checkAccess();
  await chat("gpt-4o-mini");
  await page.reload();
  await page.locator(".usage-table .vtable-row", { hasText: "gpt-4o-mini" }).waitFor();
  await page.getByLabel("By", { exact: true }).selectOption("key");
  await page.getByText("Latency is measured by time, model and endpoint").waitFor();
});

test("a table of any length has only the rows in sight in the page, and is sorted at once", async (t) => {
  const { page, logIn, open, checkAccess } = await worldFor(t);
  await logIn();
  const count = 72_000;
  await page.route(/\/admin\/v1\/usage\?/, async (route) => {
    const by = new URL(route.request().url()).searchParams.get("by") ?? "";
    await route.fulfill({ json: { data: linesBy(by, count) } });
  });
  await open("/usage");
  const table = page.getByRole("grid", { name: "Model" });
  await table.getByText("model-71999", { exact: true }).waitFor();
  assert.equal(await table.getAttribute("aria-rowcount"), String(count + 2));
  await table.focus();
  await page.keyboard.press("End");
  await table.getByText("model-0", { exact: true }).waitFor();
  assert.ok((await page.locator(".usage-table .vtable-row").count()) < 80);
  await table.getByRole("button", { name: "Model", exact: true }).click();
  await page.locator("[role=columnheader][aria-sort=ascending]", { hasText: "Model" }).waitFor();
  await page.keyboard.press("Tab");
  await checkAccess();
});

/** Lines as the gateway tells them, of so many models; of the time alone there is one. */
function linesBy(by: string, count: number): readonly unknown[] {
  const [first, second] = by.split(",");
  const line = (group: Readonly<Record<string, string>>, requests: number) => ({
    group,
    requests,
    failed: 0,
    input_tokens: requests,
    output_tokens: 1,
    cached_tokens: 0,
    reasoning_tokens: 0,
    cost: "0.01",
    unpriced: 0,
    estimated: 0,
  });
  const step = new Date().toISOString();
  if (second === undefined && first !== "model") return [line({ [first ?? ""]: step }, count)];
  const time = second === undefined ? {} : { [first ?? ""]: step };
  return Array.from({ length: count }, (_one, at) => line({ ...time, model: `model-${at}` }, at + 1));
}
