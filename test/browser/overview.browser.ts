// The overview in a real browser: with nothing, with requests, and while they come.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiError } from "../support/fakes/behaviours.ts";
import { worldFor } from "./support/world.ts";

test("without an endpoint it says where to begin", async (t) => {
  const { page, logIn, checkAccess } = await worldFor(t, { models: [] });
  await logIn();
  await page.getByRole("heading", { name: "Set up the gateway" }).waitFor();
  await page.getByRole("link", { name: /Add an endpoint/ }).waitFor();
  await checkAccess();
});

test("it waits for the first request with the command for it, and shows the request as it comes", async (t) => {
  const { page, logIn, chat, root, checkAccess } = await worldFor(t);
  await logIn();
  await page.getByRole("heading", { name: "Waiting for the first request" }).waitFor();
  await page.getByText(`curl ${root}/v1/chat/completions`).waitFor();
  await page.getByText(/"model":"gpt-4o-mini"/).waitFor();
  await checkAccess();
  await chat("gpt-4o-mini");
  const line = page.locator(".live-line", { hasText: "gpt-4o-mini" });
  await line.waitFor();
  assert.match((await line.textContent()) ?? "", /200/);
  await page.locator(".figure", { hasText: "Requests" }).getByText("1", { exact: true }).waitFor();
  await page.getByRole("region", { name: "Top models" }).getByText("gpt-4o-mini").waitFor();
  await page.getByRole("region", { name: "Endpoints" }).getByText("local").waitFor();
  await checkAccess();
});

test("an endpoint that fails is seen to, with its beats", async (t) => {
  const { page, logIn, chat, fake } = await worldFor(t, { config: { retries: { attempts: 1 } } });
  await logIn();
  fake.always(apiError(500, null));
  for (let count = 0; count < 12; count += 1) await chat("gpt-4o-mini");
  const region = page.getByRole("region", { name: "Endpoints" });
  await region.locator(".dot.bad").waitFor();
  await region.locator("rect.bad").first().waitFor();
  await page.locator(".health .dot.bad").waitFor();
});

const STRANGE = ['<img src=x onerror="document.title=1">', "abc\u202Edcba\u2066", "長".repeat(10_000)];

test("names with HTML, right-to-left marks and 10 KB do no harm", async (t) => {
  const { page, logIn, chat, open, checkAccess } = await worldFor(t);
  await logIn();
  for (const name of STRANGE) await chat(name);
  await chat("gpt-4o-mini");
  for (const path of ["/", "/requests"]) {
    await open(path);
    await page.getByText("<img src=x").first().waitFor();
    assert.equal(await page.locator("img[src=x]").count(), 0);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 1280);
    await checkAccess();
  }
});
