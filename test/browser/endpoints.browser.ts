// The pages Endpoints and Models in a real browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../support/condition.ts";
import { apiError, held, json } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { worldFor } from "./support/world.ts";

test("an endpoint is tested, drained, and sent requests again", async (t) => {
  const { page, logIn, open, chat, fake, checkAccess, expect } = await worldFor(t);
  await logIn();
  await open("/endpoints");
  const row = page.locator("tr[data-endpoint=local]");
  await row.getByText("healthy").waitFor();
  await checkAccess();
  await row.getByRole("button", { name: "Test" }).click();
  await page.getByText(/✓ .+ answered in/).waitFor();
  fake.always(apiError(500, null));
  await page.getByRole("button", { name: "Test all" }).click();
  await page.getByText(/✗/).waitFor();
  fake.behave();
  await row.getByRole("button", { name: "Drain" }).click();
  await row.getByText("draining").waitFor();
  expect(/503/);
  assert.equal(await chat("gpt-4o-mini"), 503);
  await row.getByRole("button", { name: "Enable" }).click();
  await row.getByText("healthy").waitFor();
  const gate = new Gate();
  fake.always(held(gate, json(200, {})));
  const busy = row.locator(".endpoints-busy");
  const asked = chat("gpt-4o-mini");
  await busy.getByText("1", { exact: true }).waitFor();
  gate.open();
  assert.equal(await asked, 200);
  await busy.getByText("0", { exact: true }).waitFor();
});

test("an endpoint that is killed is seen red, with the time that is left", async (t) => {
  const { page, logIn, open, chat, fake, checkAccess } = await worldFor(t, {
    config: { retries: { attempts: 1 } },
  });
  await logIn();
  await open("/endpoints");
  const row = page.locator("tr[data-endpoint=local]");
  await row.getByText("healthy").waitFor();
  await fake.close();
  for (let count = 0; count < 12; count += 1) await chat("gpt-4o-mini");
  await row.locator(".dot.bad").waitFor();
  await row.getByText("ejected").waitFor();
  await row.getByText(/left$/).waitFor();
  await checkAccess();
});

test("a new endpoint is asked for its models, kept with those that are ticked, and serves", async (t) => {
  const other = await fakeFor(t, { models: ["mistral-small", "mistral-large"] });
  const { page, logIn, open, chat, checkAccess } = await worldFor(t);
  await logIn();
  await open("/endpoints?add=1");
  const form = page.getByRole("dialog", { name: "Add an endpoint" });
  await form.getByLabel("Provider").selectOption({ index: 1 });
  assert.notEqual(await form.getByLabel("Base URL").inputValue(), "");
  await form.getByLabel("Provider").selectOption({ index: 0 });
  await form.getByLabel("Name", { exact: true }).fill("other");
  await form.getByLabel("Base URL").fill(other.url);
  await form.getByLabel("API key").fill("sk-other-key-0123456789");
  await form.getByRole("button", { name: "Ask for its models now" }).click();
  await form.getByText(/2 models in/).waitFor();
  await form.getByLabel("All, also those that come later").uncheck();
  await form.getByLabel(/mistral-large/).uncheck();
  await checkAccess();
  await form.getByRole("button", { name: "Add an endpoint" }).click();
  const row = page.locator("tr[data-endpoint=other]");
  await row.getByText("healthy").waitFor();
  assert.equal(await chat("mistral-small"), 200);
  assert.equal(await chat("mistral-large"), 404);
  await row.getByRole("button", { name: "other" }).click();
  const drawer = page.getByRole("complementary", { name: "other" });
  await drawer.getByText("the store").waitFor();
  assert.equal(await page.getByText("sk-other-key-0123456789").count(), 0);
  await drawer.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await row.waitFor({ state: "detached" });
  assert.equal(await chat("mistral-small"), 404);
});

test("an alias shows what it changes before it is kept, and is used after it", async (t) => {
  const { page, logIn, open, chat, checkAccess } = await worldFor(t);
  await logIn();
  await open("/models");
  await page.locator(".vtable-row", { hasText: "qwen3:8b" }).waitFor();
  assert.equal(await chat("fast"), 404);
  await page.getByRole("button", { name: "Add an alias" }).click();
  const form = page.getByRole("dialog", { name: "Add an alias" });
  await form.getByLabel("Name", { exact: true }).fill("fast");
  await form.getByLabel("Target", { exact: true }).fill("local/qwen3:8b");
  const preview = form.getByRole("region", { name: "What this changes" });
  await preview.getByText("fast").waitFor();
  await checkAccess();
  await form.getByRole("button", { name: "Save" }).click();
  await page.locator(".vtable-row", { hasText: "fast" }).waitFor();
  assert.equal(await chat("fast"), 200);
  await page.getByLabel("Name", { exact: true }).fill("fast");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.getByText("The next request goes to local.").waitFor();
  await page.locator(".vtable-row", { hasText: "fast" }).click();
  await page.getByRole("complementary", { name: "fast" }).getByText("an alias").waitFor();
  await checkAccess();
});
