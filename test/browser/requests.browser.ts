// The log of requests in a real browser: filters in the address, the rows as they come, one request beside them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiError } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { worldFor } from "./support/world.ts";

test("filters live in the address, and a link with them shows the same rows", async (t) => {
  const { page, logIn, chat, open, checkAccess } = await worldFor(t);
  await logIn();
  await chat("gpt-4o-mini");
  await chat("qwen3:8b");
  await chat("no-such-model");
  await open("/requests");
  const rows = page.locator(".vtable-row");
  await rows.nth(2).waitFor();
  await checkAccess();
  await page.getByLabel("Model", { exact: true }).fill("qwen3:8b");
  await page.keyboard.press("Enter");
  await rows.nth(1).waitFor({ state: "detached" });
  await rows.first().waitFor();
  assert.equal(new URL(page.url()).searchParams.get("model"), "qwen3:8b");
  await page.reload();
  await rows.first().waitFor();
  assert.match((await rows.first().textContent()) ?? "", /qwen3:8b/);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("Status").selectOption("4xx");
  await rows.nth(1).waitFor({ state: "detached" });
  await rows.first().waitFor();
  assert.match((await rows.first().textContent()) ?? "", /no-such-model/);
  assert.equal(new URL(page.url()).searchParams.get("status"), "4xx");
});

test("a request comes into the table by itself, unless that is turned off", async (t) => {
  const { page, logIn, chat, open } = await worldFor(t);
  await logIn();
  await open("/requests");
  await page.getByText("No request yet.").waitFor();
  await chat("gpt-4o-mini");
  await page.locator(".vtable-row", { hasText: "gpt-4o-mini" }).waitFor();
  await page.getByRole("button", { name: "Live" }).click();
  assert.equal(new URL(page.url()).searchParams.get("live"), "off");
  await chat("qwen3:8b");
  await page.getByRole("button", { name: "Live" }).click();
  await page.getByLabel("Status").selectOption("ok");
  await page.locator(".vtable-row", { hasText: "qwen3:8b" }).waitFor();
});

test("one request shows its attempts in time, why each was made, its tokens and its cost", async (t) => {
  const failing = await fakeFor(t, { models: ["gpt-4o-mini"] });
  failing.always(apiError(429, null));
  const good = await fakeFor(t, { models: ["gpt-4o-mini"] });
  const endpoints = [
    { name: "first", base_url: failing.url, priority: 1, price: { input: 1, output: 2 } },
    { name: "second", base_url: good.url, priority: 2, price: { input: 1, output: 2 } },
  ];
  const { page, logIn, chat, open, checkAccess } = await worldFor(t, { config: { endpoints } });
  await logIn();
  assert.equal(await chat("gpt-4o-mini"), 200);
  await open("/requests");
  const table = page.getByRole("grid");
  await table.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("complementary");
  await drawer
    .getByText("Another one, since one before had failed · Passed over: first (asked before)")
    .waitFor();
  await drawer.getByText("The first tier that could take it · Passed over: second (later tier)").waitFor();
  assert.equal(await drawer.locator(".waterfall li").count(), 2);
  await drawer.getByText("the configuration").first().waitFor();
  assert.match(page.url(), /id=/);
  await checkAccess();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  // The focus goes back in a turn of its own.
  await page.waitForFunction("document.activeElement.getAttribute('role') === 'grid'");
});

test("a request that is not there says so", async (t) => {
  const { page, logIn, open, expect } = await worldFor(t);
  await logIn();
  expect(/ 404 /);
  await open("/requests?id=nothing");
  await page.getByText("This request is not in the log, or no longer.").waitFor();
});
