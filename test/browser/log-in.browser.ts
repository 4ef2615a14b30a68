// The way into the dashboard in a real browser: the link that sets the password, the log-in, and out again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PASSWORD, worldFor } from "./support/world.ts";

test("the one-time link sets the password and logs in; used once it says so", async (t) => {
  const { page, setupLink, checkAccess, expect } = await worldFor(t);
  const link = await setupLink();
  await page.goto(link);
  await page.getByRole("heading", { name: "Set the admin password" }).waitFor();
  assert.ok(!page.url().includes("#"), "the secret stays in the address");
  await checkAccess();
  await page.getByLabel(/^Password/).fill("short");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("At least 12 characters.").waitFor();
  await page.getByLabel(/^Password/).fill(PASSWORD);
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  expect(/ 401 /);
  await page.goto("about:blank");
  await page.goto(link);
  await page.getByLabel(/^Password/).fill(PASSWORD);
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("This link has been used").waitFor();
});

test("a wrong password is refused, too many of them for a while, the right one opens the page that was asked for", async (t) => {
  const { page, logIn, open, expect, checkAccess } = await worldFor(t);
  await logIn();
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Log out", exact: true }).click();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await checkAccess();
  await open("/keys");
  expect(/ 40[13] | 429 /);
  const field = page.getByLabel("Admin password");
  for (let tries = 0; tries < 6; tries += 1) {
    await field.fill("not the password at all");
    const answered = page.waitForResponse((answer) => answer.url().endsWith("/admin/v1/session"));
    await page.getByRole("button", { name: "Log in" }).click();
    await answered;
  }
  await page.getByText(/Too many wrong passwords/).waitFor();
});

test("after the log-out the right password opens the page that was asked for", async (t) => {
  const { page, logIn, open } = await worldFor(t);
  await logIn();
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Log out", exact: true }).click();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await open("/requests?status=5xx");
  await page.getByLabel("Admin password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Requests" }).waitFor();
  assert.match(page.url(), /status=5xx/);
});

test("logged out everywhere, another window asks for the password over its page and loses nothing typed", async (t) => {
  const { page, logIn, open, root, expect, checkAccess } = await worldFor(t);
  await logIn();
  await open("/requests");
  const typed = page.getByLabel("Request id");
  await typed.fill("something typed");
  expect(/ 401 /);
  const other = await page.context().newPage();
  await other.goto(`${root}/ui/`);
  await other.getByRole("button", { name: "Account" }).click();
  await other.getByRole("menuitem", { name: "Log out everywhere" }).click();
  await other.getByRole("heading", { name: "Log in" }).waitFor();
  await other.close();
  await page.getByRole("link", { name: "Overview", exact: true }).first().waitFor();
  await page.getByRole("combobox", { name: "Status" }).selectOption("failed");
  const dialog = page.getByRole("dialog", { name: "Your session has ended" });
  await dialog.waitFor();
  await checkAccess();
  await dialog.getByLabel("Admin password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Log in" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(await typed.inputValue(), "something typed");
  await page.getByText("Nothing matches.").waitFor();
});
