// The page Keys in a real browser: a key is made, shown once, used by OpenAI's package, changed, rotated and deleted.

import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { PASSWORD, worldFor } from "./support/world.ts";

const CHAT = { model: "gpt-4o-mini", messages: [{ role: "user" as const, content: "Hello" }] };

test("a key that is made here is shown once, and OpenAI's package gets an answer by it", async (t) => {
  const { page, logIn, open, root, checkAccess } = await worldFor(t);
  await logIn();
  await open("/keys");
  await page.getByText("Anyone who reaches this address can call the API.").waitFor();
  await checkAccess();
  await page.getByRole("button", { name: "Create a key" }).click();
  const form = page.getByRole("dialog", { name: "Create a key" });
  await form.getByLabel("Name", { exact: true }).fill("phone");
  await form.getByLabel("Budget in US dollars").fill("5");
  await form.getByLabel("Requests a minute").fill("60");
  await checkAccess();
  await form.getByRole("button", { name: "Create a key" }).click();
  const key = (await page.getByTestId("new-key").textContent()) ?? "";
  await page.locator("pre", { hasText: key }).waitFor();
  await checkAccess();
  await page.getByRole("button", { name: "Done" }).click();
  const client = new OpenAI({ baseURL: `${root}/v1`, apiKey: key, maxRetries: 0 });
  const answer = await client.chat.completions.create(CHAT);
  assert.equal(answer.object, "chat.completion");
  await assert.rejects(
    new OpenAI({ baseURL: `${root}/v1`, apiKey: "sk-wrong", maxRetries: 0 }).models.list(),
  );
  await page.locator(".vtable-row", { hasText: "phone" }).click();
  const drawer = page.getByRole("complementary", { name: "phone" });
  await drawer.getByText(/\$0\.\d+ of \$5\.00 a month/).waitFor();
  assert.equal(await page.getByText(key).count(), 0);
  await checkAccess();
});

test("a key is changed, turned off, rotated and deleted; each app has its snippet", async (t) => {
  const { page, logIn, open, chat } = await worldFor(t);
  await logIn();
  await open("/keys?add=1");
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("tablet");
  await page.getByRole("dialog").getByRole("button", { name: "Create a key" }).click();
  const key = (await page.getByTestId("new-key").textContent()) ?? "";
  for (const app of ["Claude Code", "Codex", "Continue", "LangChain", "OpenAI (Python)"]) {
    await page.getByLabel("App").selectOption(app);
    await page.locator("pre", { hasText: key }).waitFor();
  }
  await page.getByLabel("App").selectOption({ label: "Open WebUI" });
  await page.getByText("Admin settings → Connections → OpenAI API").waitFor();
  await page.getByRole("button", { name: "Done" }).click();
  await page.locator(".vtable-row", { hasText: "tablet" }).click();
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByRole("dialog").getByLabel("Owner").fill("anna");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator(".vtable-row", { hasText: "anna" }).waitFor();
  const authorization = `Bearer ${key}`;
  assert.equal(await chat("gpt-4o-mini", { authorization }), 200);
  await page.getByRole("button", { name: "Disable" }).click();
  await page.locator(".vtable-row", { hasText: "disabled" }).waitFor();
  assert.equal(await chat("gpt-4o-mini", { authorization }), 401);
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByRole("button", { name: "Disable" }).waitFor();
  await page.getByRole("button", { name: "Rotate" }).click();
  await page.getByLabel("How long the old secret still works").selectOption("0");
  await page.getByRole("dialog").getByRole("button", { name: "Rotate" }).click();
  const next = (await page.getByTestId("new-key").textContent()) ?? "";
  await page.getByRole("button", { name: "Done" }).click();
  assert.equal(await chat("gpt-4o-mini", { authorization }), 401);
  assert.equal(await chat("gpt-4o-mini", { authorization: `Bearer ${next}` }), 200);
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("Anyone who reaches this address can call the API.").waitFor();
});

test("who changes a key that somebody else has changed is told, and nothing typed is lost", async (t) => {
  const { page, logIn, open, root, expect } = await worldFor(t);
  await logIn();
  await open("/keys?add=1");
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("shared");
  await page.getByRole("dialog").getByRole("button", { name: "Create a key" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await page.locator(".vtable-row", { hasText: "shared" }).click();
  await page.getByRole("button", { name: "Change" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Owner").fill("mine");
  const headers = { "content-type": "application/json" };
  const session = await fetch(`${root}/admin/v1/session`, {
    ...{ method: "POST", headers },
    body: JSON.stringify({ password: PASSWORD }),
  });
  const { token } = (await session.json()) as { readonly token: string };
  const changed = await fetch(`${root}/admin/v1/keys/shared`, {
    ...{ method: "PATCH", headers: { ...headers, authorization: `Bearer ${token}` } },
    body: JSON.stringify({ owner: "theirs" }),
  });
  assert.equal(changed.status, 200);
  expect(/409/);
  await page.getByRole("button", { name: "Save" }).click();
  await form.getByText("Somebody has changed this key meanwhile.").waitFor();
  assert.equal(await form.getByLabel("Owner").inputValue(), "mine");
  await form.getByRole("button", { name: "Save mine over it" }).click();
  await page.locator(".vtable-row", { hasText: "mine" }).waitFor();
});
