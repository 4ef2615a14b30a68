// The frame around the pages in a real browser: languages, themes, a phone, the keyboard, a gateway that goes away.

import assert from "node:assert/strict";
import { test } from "node:test";
import { worldFor } from "./support/world.ts";

const NAMES = [
  ["en-US", "en", "Requests"],
  ["zh-TW", "zh-TW", "請求"],
  ["zh-CN", "zh-CN", "请求"],
] as const;

for (const [locale, tag, name] of NAMES)
  test(`a browser that asks for ${locale} is spoken to in ${tag}, in both themes`, async (t) => {
    const { page, logIn, open, checkAccess } = await worldFor(t, {
      browser: { locale, colorScheme: "dark" },
    });
    await logIn();
    await page.getByRole("link", { name, exact: true }).waitFor();
    assert.equal(await page.evaluate("document.documentElement.lang"), tag);
    const colour = (): Promise<unknown> =>
      page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    const dark = await colour();
    await checkAccess();
    await page.emulateMedia({ colorScheme: "light" });
    assert.notEqual(await colour(), dark);
    await checkAccess();
    await open("/requests");
    await page.getByRole("heading", { name, exact: true }).waitFor();
    await checkAccess();
  });

test("a language and a theme that were chosen are remembered, and `?lang=` wins", async (t) => {
  const { page, logIn, open } = await worldFor(t);
  await logIn();
  await page.getByLabel("Language").selectOption("zh-TW");
  await page.getByRole("heading", { name: "總覽" }).waitFor();
  await page.getByRole("button", { name: /^外觀/ }).click();
  await open("/");
  await page.getByRole("heading", { name: "總覽" }).waitFor();
  assert.equal(await page.evaluate("document.documentElement.dataset.theme"), "light");
  await open("/?lang=zh-CN");
  await page.getByRole("heading", { name: "概览" }).waitFor();
});

test("what the gateway refused is asked for anew in the language that is chosen", async (t) => {
  const { page, logIn, open, expect } = await worldFor(t);
  expect(/admin\/v1\/route\?model=nobody/);
  await logIn();
  await open("/models");
  await page.getByRole("combobox", { name: "Name" }).fill("nobody-has-this");
  await page.getByRole("button", { name: "Explain" }).click();
  const refusal = page.getByRole("alert");
  await refusal.getByText("No endpoint serves this model.").waitFor();
  await page.getByLabel("Language").selectOption("zh-CN");
  await refusal.getByText("没有端点提供这个模型。").waitFor();
  await page.route("**/admin/v1/route*", (route) => route.abort());
  await page.getByLabel("语言").selectOption("zh-TW");
  await refusal.getByText("閘道沒有回應。").waitFor();
});

test("on a phone nothing is wider than the page", async (t) => {
  const { page, logIn, open, chat, checkAccess } = await worldFor(t, {
    browser: { viewport: { width: 375, height: 720 } },
  });
  await logIn();
  await chat("gpt-4o-mini");
  for (const path of ["/", "/requests"]) {
    await open(path);
    await page.getByText("gpt-4o-mini").first().waitFor();
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 375, path);
    await checkAccess();
  }
});

test("the keyboard leads everywhere", async (t) => {
  const { page, logIn, checkAccess } = await worldFor(t);
  await logIn();
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.getByRole("heading", { name: "Requests" }).waitFor();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate("document.activeElement.getAttribute('aria-label')"), "Request id");
  await page.evaluate("document.activeElement.blur()");
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard" });
  await help.waitFor();
  await checkAccess();
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "detached" });
  await page.reload();
  await page.locator(".nav").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate("document.activeElement.textContent"), "Skip to the page");
});

test("a path that is none says so, and leads back", async (t) => {
  const { page, logIn, open, checkAccess } = await worldFor(t);
  await logIn();
  await open("/nothing/here");
  await page.getByRole("heading", { name: "There is no such page." }).waitFor();
  await checkAccess();
  await page.getByRole("link", { name: "To the overview" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
});

for (const [path, line] of [
  ["/", ".live-line"],
  ["/requests", ".vtable-row"],
] as const)
  test(`a gateway that goes away is said to be lost, and ${path} goes on when it is back`, async (t) => {
    const { page, open, logIn, run, startAgain, chat, expect } = await worldFor(t);
    await logIn();
    await open(path);
    // All of the page is loaded, and follows what happens.
    assert.equal(await chat("qwen3:8b"), 200);
    await page.locator(line, { hasText: "qwen3:8b" }).waitFor();
    expect(/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|Failed to load/);
    run.kill("SIGKILL");
    await run.ended;
    await page.getByText("The gateway does not answer. Trying again…").waitFor();
    const again = await startAgain();
    await again.ready();
    await page.getByText("The gateway does not answer. Trying again…").waitFor({ state: "detached" });
    // Before the page's stream is open, or after it.
    assert.equal(await chat("gpt-4o-mini"), 200);
    await page.locator(line, { hasText: "gpt-4o-mini" }).waitFor();
  });

test("a browser that opens the address itself comes to the dashboard, which says how soon it painted", async (t) => {
  const { page, root, logIn } = await worldFor(t);
  await logIn();
  await page.goto(`${root}/`);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  assert.equal(page.url(), `${root}/ui/`);
  // Measured and told; a machine under load is no fault of the page.
  const paint = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime");
  t.diagnostic(`first paint after ${Math.round(Number(paint))} ms`);
});
