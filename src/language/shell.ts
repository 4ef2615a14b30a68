// Which shell reads a line that is pasted, and how a path is one word there.

import type { Environment } from "../core/env.ts";

/** Who reads a pasted line. */
export type Shell = "posix" | "powershell" | "cmd";

/**
 * The shell that has most likely started this program. On Windows nobody says so: Git's sets SHELL, and only PowerShell
 * adds the user's own folder to PSModulePath.
 */
export function shellOf(env: Environment, platform: NodeJS.Platform = process.platform): Shell {
  if (platform !== "win32" || filled(env["SHELL"]) || filled(env["MSYSTEM"])) return "posix";
  const home = (env["USERPROFILE"] ?? "").toLowerCase();
  const folders = (env["PSModulePath"] ?? "").toLowerCase().split(";");
  const isOwn = (folder: string): boolean => home !== "" && folder.startsWith(`${home}\\`);
  return folders.some(isOwn) ? "powershell" : "cmd";
}

/** A path as a shell reads it as one word: one of a program, which PowerShell takes for a text without the `&`. */
export function pastableProgram(path: string, shell: Shell): string {
  const word = pastable(path, shell);
  return shell === "powershell" && word !== path ? `& ${word}` : word;
}

/** A path as a shell reads it as one word. */
export function pastable(path: string, shell: Shell): string {
  if (!/[\s'"()&$;]/.test(path)) return path;
  if (shell === "posix") return `"${path.replaceAll(/(["$`])/g, "\\$1")}"`;
  // No path of Windows has a double quote in it.
  return shell === "cmd" ? `"${path}"` : `'${path.replaceAll("'", "''")}'`;
}

function filled(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
