// What a browser test works in: a real gateway in a process of its own, in front of fake endpoints, and a page that fails
// the test by whatever a viewer must never meet: an error in the console, a request to anywhere else, a finding of axe.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, type TestContext } from "node:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { type CliRun, startCli } from "../../support/cli.ts";
import { type FakeEndpoint, fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { deadPort } from "../../support/ports.ts";
import { launchChromium } from "./chromium.ts";

/** The password of `logIn`. */
export const PASSWORD = "correct horse battery staple";

/** What a test may ask for. */
export type WorldOptions = {
  /** Of the configuration file, beside the port and the fake endpoint `local`; without endpoints where it names none. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The models of the fake endpoint; none: the configuration has no endpoint. */
  readonly models?: readonly string[];
  /** Whether there is a configuration file; there is one unless this says no. */
  readonly hasFile?: boolean;
  /** Of the browser. */
  readonly browser?: BrowserWish;
};

/** The world. */
export type World = {
  readonly page: Page;
  /** Such as `http://127.0.0.1:PORT`. */
  readonly root: string;
  readonly port: number;
  readonly fake: FakeEndpoint;
  readonly run: CliRun;
  /** Opens a page of the dashboard, such as `/requests`. */
  readonly open: (path: string) => Promise<void>;
  /** Sets the password by the link of the log, which logs in. */
  readonly logIn: () => Promise<void>;
  /** The one-time link. */
  readonly setupLink: () => Promise<string>;
  /** Sends a chat request as a client does; gives its status. */
  readonly chat: (model: string, headers?: Readonly<Record<string, string>>) => Promise<number>;
  /** What is not to be taken for a fault of the page, since the test has caused it. */
  readonly expect: (fault: RegExp) => void;
  /** Has axe look at the page as it is. */
  readonly checkAccess: () => Promise<void>;
  /** Starts the gateway once more on the same port and the same data, after `run` was ended. */
  readonly startAgain: () => Promise<CliRun>;
};

type Started = { browser: Promise<Browser> | undefined };

const started: Started = { browser: undefined };

after(async () => {
  await (await started.browser)?.close();
});

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DESKTOP = { width: 1280, height: 800 };

/** Makes one, ended with the test. */
export async function worldFor(t: TestContext, options: WorldOptions = {}): Promise<World> {
  const { models = ["gpt-4o-mini", "qwen3:8b"], config = {}, hasFile = true } = options;
  const fake = await fakeFor(t, { models });
  const port = await deadPort();
  const endpoints = models.length === 0 ? [] : [{ name: "local", base_url: fake.url }];
  const file = JSON.stringify({ endpoints, ...config });
  const files: Readonly<Record<string, string>> = hasFile ? { "config.yaml": file } : {};
  const root = `http://127.0.0.1:${port}`;
  const { page, expect, checkAccess: checkPage } = await pageFor(t, root, options.browser);
  const run = await startCli(t, ["serve", "--port", String(port), "--no-detect"], { files });
  await run.port();
  if (models.length > 0) await run.ready();
  const setupLink = async (): Promise<string> => {
    const [link] = await run.says("stdout", /http:[^"\s]+\/ui\/setup#[\w-]+/);
    return link;
  };
  return {
    page,
    root,
    port,
    fake,
    run,
    setupLink,
    open: async (path) => void (await page.goto(`${root}/ui${path}`)),
    logIn: async () => {
      await page.goto(await setupLink());
      await page.locator("input[type=password]").fill(PASSWORD);
      await page.locator("form button").click();
      await page.locator(".nav").waitFor();
    },
    chat: (model, headers = {}) => chat(root, model, headers),
    expect,
    checkAccess: checkPage,
    startAgain: () => {
      const env = { XDG_DATA_HOME: join(run.folder, "xdg-data") };
      return startCli(t, ["serve", "--port", String(port), "--no-detect"], { files, env });
    },
  };
}

/** What a browser is to be like. */
export type BrowserWish = Pick<BrowserContextOptions, "locale" | "colorScheme" | "viewport" | "timezoneId">;

/** A page that fails the test by whatever a viewer must never meet; closed with the test, before what was started later. */
export async function pageFor(
  t: TestContext,
  root: string,
  browser: BrowserWish = {},
): Promise<Pick<World, "page" | "expect" | "checkAccess">> {
  started.browser ??= launchChromium();
  const context = await (await started.browser).newContext({
    viewport: DESKTOP,
    locale: "en-US",
    ...browser,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const { faults, expected } = watch(page, root);
  // First of all that ends with the test: what the end of the gateway does to the page is no fault.
  t.after(async () => {
    await context.close();
    assert.deepEqual(
      faults.filter((fault) => !expected.some((pattern) => pattern.test(fault))),
      [],
    );
  });
  return {
    page,
    expect: (fault) => void expected.push(fault),
    checkAccess: () => checkAccess(page),
  };
}

function watch(page: Page, root: string): { readonly faults: string[]; readonly expected: RegExp[] } {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      faults.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => faults.push(error.stack ?? error.message));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${root}/`) && !/^(?:data|blob):/.test(url)) faults.push(`asked for ${url}`);
  });
  return { faults, expected: [] };
}

async function chat(root: string, model: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const answer = await fetch(`${root}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

type Finding = {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
};

/** WCAG 2.2, levels A and AA, and what axe holds for good practice. */
async function checkAccess(page: Page): Promise<void> {
  // Put in by the debugger, which the content policy of the page does not bind.
  await page.evaluate(AXE);
  const findings = (await page.evaluate(
    "axe.run().then(({ violations }) => violations)",
  )) as readonly Finding[];
  const lines = findings.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ""}`),
  );
  assert.deepEqual(lines, []);
}
