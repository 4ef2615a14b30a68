// The demo as a browser test meets it: started as a person starts it, opened by the link that it prints.

import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { startCli } from "../../support/cli.ts";
import { deadPort } from "../../support/ports.ts";
import { type BrowserWish, pageFor } from "./world.ts";

/** The demo with a page. */
export type DemoWorld = {
  readonly page: Page;
  readonly root: string;
  /** Opens a page of the dashboard, such as `/requests`. */
  readonly open: (path: string) => Promise<void>;
  readonly checkAccess: () => Promise<void>;
  readonly expect: (fault: RegExp) => void;
};

/** Starts it and logs in by its link. `traffic`: requests a second. */
export async function demoWorldFor(
  t: TestContext,
  options: { readonly browser?: BrowserWish; readonly traffic?: string } = {},
): Promise<DemoWorld> {
  const { browser, traffic = "4" } = options;
  const port = await deadPort();
  const root = `http://127.0.0.1:${port}`;
  // Before the demo, so that it is closed before that: what the end of the demo does to the page is no fault.
  const { page, expect, checkAccess } = await pageFor(t, root, browser);
  const run = await startCli(t, ["demo", "--port", String(port), "--traffic", traffic]);
  const [, link = ""] = await run.says("stdout", /"event":"admin_link","url":"([^"]+)"/);
  await page.goto(link);
  await page.locator(".nav").waitFor();
  return {
    page,
    root,
    checkAccess,
    expect,
    open: async (path) => void (await page.goto(`${root}/ui${path}`)),
  };
}
