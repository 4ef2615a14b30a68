// The file of `doctor --bundle`: what a bug report needs and nothing that is secret.

import { writeFile } from "node:fs/promises";
import { arch, platform, release } from "node:os";
import { resolve } from "node:path";
import type { GatewayConfig } from "../../config/compile.ts";
import { outlineOf } from "../../config/config-outline.ts";
import { saidInEnglish } from "../../language/messages.ts";
import { packageVersion } from "../shared/version.ts";
import type { DoctorReport } from "./doctor-report.ts";

/**
 * Writes the bundle and says where. Keys, header values and the variables behind them are left out, not masked: only
 * what is named here gets in.
 * @throws the system's error when the file cannot be written
 */
export async function writeBundle(
  file: string,
  report: DoctorReport,
  config: GatewayConfig,
): Promise<string> {
  const path = resolve(file);
  const bundle = {
    about: "oai-gateway doctor --bundle",
    version: packageVersion(),
    node: process.versions.node,
    system: `${platform()} ${release()} ${arch()}`,
    report,
    config: outlineOf(config),
  };
  await writeFile(path, `${JSON.stringify(bundle, saidInEnglish, 2)}\n`, { mode: 0o600 });
  return path;
}
