// The page of the configuration file in a real browser: marks, a change that is looked at before it counts, the way back,
// two who edit the same file, and a session that ends while something is typed.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { PASSWORD, type World, worldFor } from "./support/world.ts";

const fileOf = ({ run }: World): string => join(run.folder, "config.yaml");
const textOf = (world: World): Promise<string> => readFile(fileOf(world), "utf8");
const editorOf = (page: Page) => page.getByLabel("Text of the configuration file");

/** A file of several lines, in which a change is one line. */
async function spread(world: World): Promise<string> {
  const text = [
    "endpoints:",
    "  - name: local",
    `    base_url: ${world.fake.url}`,
    "    api_key: sk-secret-of-the-file-0123456789abcdef",
    "    weight: 2",
    "",
  ].join("\n");
  await writeFile(fileOf(world), text);
  return text;
}

async function opened(world: World): Promise<string> {
  await world.logIn();
  const text = await spread(world);
  await world.open("/config");
  await world.page.getByText("In force", { exact: true }).waitFor();
  return text;
}

test("a text is checked while it is typed, applied after a look at its changes, and rolled back", async (t) => {
  const world = await worldFor(t);
  const { page, checkAccess } = world;
  const text = await opened(world);
  const editor = editorOf(page);
  const shown = await editor.inputValue();
  assert.match(shown, /<kept /);
  assert.doesNotMatch(shown, /secret-of-the-file/);
  await checkAccess();
  await editor.fill(shown.replace("weight: 2", "wieght: 2"));
  await page.getByRole("button", { name: "Line 5" }).waitFor();
  await page.locator(".editor-mark.error").waitFor();
  assert.equal(await page.getByRole("button", { name: "Review and apply" }).isDisabled(), true);
  await checkAccess();
  await editor.fill(shown.replace("weight: 2", "weight: 7"));
  await page.getByRole("button", { name: "Review and apply" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator(".diff-line.added", { hasText: "weight: 7" }).waitFor();
  await dialog.locator(".diff-line.removed", { hasText: "weight: 2" }).waitFor();
  await checkAccess();
  await dialog.getByRole("button", { name: "Apply" }).click();
  await page.getByText("The configuration is in force.").waitFor();
  assert.equal(await textOf(world), text.replace("weight: 2", "weight: 7"));
  await page.getByRole("button", { name: "History" }).click();
  await page
    .getByRole("row", { name: /found on the disk/ })
    .getByRole("button", { name: "Show" })
    .click();
  await dialog.locator(".diff-line.added", { hasText: "weight: 2" }).waitFor();
  await checkAccess();
  await dialog.getByRole("button", { name: "Roll back to this" }).click();
  await page.getByText("The earlier text is in force again.").waitFor();
  assert.equal(await textOf(world), text);
  await page.getByRole("row", { name: "weight of local: 2 → 7" }).waitFor();
  await world.open("/config?tab=history&lang=zh-CN");
  await page.getByRole("row", { name: "local 的权重：2 → 7" }).waitFor();
});

test("a file that was broken on the disk is shown with its marks, and mended here", async (t) => {
  const world = await worldFor(t);
  const { page } = world;
  const text = await opened(world);
  await writeFile(fileOf(world), text.replace("weight: 2", "weight: two"));
  await page.getByText("The file on the disk has errors.").waitFor();
  await world.open("/config?lang=zh-TW");
  await page
    .locator(".problem-list bdi")
    .filter({ hasText: /[\u4e00-\u9fff]/ })
    .nth(1)
    .waitFor();
  await world.open("/config?lang=en");
  await page.locator(".editor-mark.error").waitFor();
  await page.getByRole("button", { name: "Line 5" }).click();
  const editor = editorOf(page);
  await editor.fill((await editor.inputValue()).replace("weight: two", "weight: 3"));
  await page.getByRole("button", { name: "Review and apply" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Apply" }).click();
  await page.getByText("In force", { exact: true }).waitFor();
  assert.equal(await textOf(world), text.replace("weight: 2", "weight: 3"));
});

test("of two who edit, the second is told and loses nothing", async (t) => {
  const world = await worldFor(t);
  const { page } = world;
  const text = await opened(world);
  const editor = editorOf(page);
  const mine = `# mine\n${await editor.inputValue()}`;
  await editor.fill(mine);
  await writeFile(fileOf(world), text.replace("weight: 2", "weight: 9"));
  await page.getByText("The file on the disk is another one now.").waitFor();
  assert.equal(await editor.inputValue(), mine);
  await page.getByRole("button", { name: "See what changed" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator(".diff-line.added", { hasText: "weight: 9" }).waitFor();
  await dialog.getByRole("button", { name: "Go on with mine over theirs" }).click();
  assert.equal(await editor.inputValue(), mine);
  await page.getByRole("button", { name: "Review and apply" }).click();
  await dialog.locator(".diff-line.removed", { hasText: "weight: 9" }).waitFor();
  await dialog.getByRole("button", { name: "Apply" }).click();
  await page.getByText("The configuration is in force.").waitFor();
  assert.equal(await textOf(world), `# mine\n${text}`);
});

test("what is typed outlives the end of the session and a look at another page", async (t) => {
  const world = await worldFor(t);
  const { page, expect } = world;
  await opened(world);
  expect(/ 401 /);
  const editor = editorOf(page);
  const mine = `${await editor.inputValue()}# typed\n`;
  await editor.fill(mine);
  await page.getByRole("link", { name: "Usage" }).click();
  await page.getByRole("heading", { name: "Usage" }).waitFor();
  await page.getByRole("link", { name: "Config" }).click();
  assert.equal(await editor.inputValue(), mine);
  await page.context().clearCookies();
  await editor.pressSequentially("\n");
  const dialog = page.getByRole("dialog");
  await dialog.locator("input[type=password]").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Log in" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.ok((await editor.inputValue()).includes("# typed"));
  await page.getByText("No problems").waitFor();
});

test("each value tells its source; Tab indents, and leaves after Escape", async (t) => {
  const world = await worldFor(t);
  const { page, checkAccess } = world;
  await opened(world);
  await page.getByRole("button", { name: "Values" }).click();
  await page.locator(".vtable-row").first().waitFor();
  await checkAccess();
  await page.getByPlaceholder("Setting, value or source").fill("weight");
  const row = page.locator(".vtable-row", { hasText: "endpoints.0.weight" });
  await row.getByText("config.yaml:5").waitFor();
  await row.click();
  const editor = editorOf(page);
  // It has the focus once its line is selected.
  await page.locator("textarea:focus").waitFor();
  assert.match(await page.evaluate("document.getSelection().toString()"), /weight: 2/);
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.match(await editor.inputValue(), /weight: 2\n {6}\n/);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate("document.activeElement.tagName"), "TEXTAREA");
});

test("a gateway without a file says so", async (t) => {
  const { page, logIn, open, expect, checkAccess } = await worldFor(t, { hasFile: false, models: [] });
  await logIn();
  expect(/ 404 /);
  await open("/config");
  await page.getByText("The gateway runs without a configuration file.").waitFor();
  await checkAccess();
});
