// One Chromium for all browser tests: the one of a package with the system libraries that it carries and two Chinese fonts,
// or the one that `OAI_GATEWAY_TEST_BROWSER` names.

import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import chromium, { inflate, setupLambdaEnvironment } from "@sparticuz/chromium";
import { type Browser, chromium as engine } from "playwright-core";

/** Names another browser, such as `/usr/bin/chromium`. */
const VARIABLE = "OAI_GATEWAY_TEST_BROWSER";
const FONTS = [
  "@embedpdf/fonts-tc/fonts/NotoSansHant-Regular.otf",
  "@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf",
];

/** Starts it. */
export async function launchChromium(): Promise<Browser> {
  const named = process.env[VARIABLE];
  const executablePath = named === undefined || named === "" ? await ownChromium() : named;
  // In one process the first page that closes would end them all.
  const args = chromium.args.filter((one) => one !== "--single-process");
  return engine.launch({ executablePath, args, headless: true });
}

/** Unpacks the package's, once for each machine, and puts its libraries and fonts where it finds them. */
async function ownChromium(): Promise<string> {
  const path = await chromium.executablePath();
  const packed = join(
    dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))),
    "../bin/al2023.tar.br",
  );
  const unpacked = await inflate(packed);
  setupLambdaEnvironment(existsSync(join(unpacked, "lib")) ? join(unpacked, "lib") : unpacked);
  addFonts();
  return path;
}

/** Its own fonts have no Chinese. */
function addFonts(): void {
  const folder = join(tmpdir(), "oai-gateway-test-fonts");
  mkdirSync(folder, { recursive: true });
  for (const font of FONTS) {
    const file = join(import.meta.dirname, "../../../node_modules", font);
    copyFileSync(file, join(folder, basename(font)));
  }
  const config = join(folder, "fonts.conf");
  const folders = [join(tmpdir(), "fonts"), folder].map((dir) => `<dir>${dir}</dir>`).join("");
  writeFileSync(
    config,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders}<cachedir>${join(folder, "cache")}</cachedir></fontconfig>`,
  );
  process.env["FONTCONFIG_FILE"] = config;
}
