// `npm run screenshots`: the pictures of the documentation, taken of the demo's dashboard in the same Chromium as the tests.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { demoWorldFor } from "./support/demo-world.ts";

const FOLDER = join(import.meta.dirname, "../../docs/images");
const MAX_BYTES = 150 * 1024;
const SIZE = { width: 1280, height: 800 };

/** Languages with what the names of their pictures end in. */
const LANGUAGES = [
  ["en-US", ""],
  ["zh-TW", ".zh-TW"],
] as const;

for (const [locale, mark] of LANGUAGES)
  test(`pictures of the dashboard (${locale})`, async (t) => {
    const { page, open } = await demoWorldFor(t, {
      browser: { locale, colorScheme: "light", viewport: SIZE, timezoneId: "UTC" },
    });
    // The past is there, and a list of the newest requests has filled.
    await page.locator(".figure-value").first().waitFor();
    await page.locator(".live-line").nth(10).waitFor();
    await keep(page, `overview${mark}`);
    await page.emulateMedia({ colorScheme: "dark" });
    await keep(page, `overview-dark${mark}`);
    await page.emulateMedia({ colorScheme: "light" });
    await open(`/requests?live=off&id=${await rescuedId(page)}`);
    await page.locator(".drawer .waterfall").waitFor();
    await keep(page, `requests${mark}`);
    await open("/usage");
    await page.locator("canvas").first().waitFor();
    await keep(page, `usage${mark}`);
    await open("/endpoints");
    await page.locator("tr[data-endpoint=gamma] .beats").waitFor();
    await keep(page, `endpoints${mark}`);
  });

/** A request that another endpoint has answered than the first one, and as a stream. */
async function rescuedId(page: Page): Promise<string> {
  const found: unknown = await page.evaluate(`(async () => {
    for (;;) {
      const answer = await fetch("/admin/v1/requests?limit=500");
      const { data } = await answer.json();
      const one = data.find((entry) => entry.status === 200 && entry.is_stream && entry.attempts.length > 1);
      if (one !== undefined) return one.id;
    }
  })()`);
  return String(found);
}

/** WebP is a third of PNG here. */
async function keep(page: Page, name: string): Promise<void> {
  await page.evaluate("document.fonts.ready");
  await page.mouse.move(0, 0);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 82 });
  await session.detach();
  const bytes = Buffer.from(data, "base64");
  assert.ok(bytes.length <= MAX_BYTES, `${name}: ${bytes.length} bytes`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.webp`), bytes);
}
