// The settings in a real browser: what has no price, another password, and who changed what.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { PASSWORD, worldFor } from "./support/world.ts";

test("settings tell what has no price, give the diagnostics, and take another password", async (t) => {
  const { page, logIn, chat, open, checkAccess, expect } = await worldFor(t, { models: ["without-a-price"] });
  await logIn();
  await chat("without-a-price");
  await open("/settings");
  await page.getByRole("region", { name: "Prices" }).getByText("local/without-a-price").waitFor();
  await checkAccess();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download a diagnostics bundle" }).click(),
  ]);
  assert.equal(typeof JSON.parse(await readFile(await download.path(), "utf8")), "object");
  expect(/ 40[13] /);
  await page.getByLabel("New password").fill("another password of mine");
  await page.getByLabel("Password now").fill("not the password");
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.locator(".problem", { hasText: /\w/ }).waitFor();
  await page.getByLabel("Password now").fill(PASSWORD);
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByText("The password is changed.").waitFor();
});
