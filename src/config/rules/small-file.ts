// Reads the small files that a configuration names: keys, credentials and certificates. Knows nothing of what is in
// them.

import { readFileSync, statSync } from "node:fs";
import { errorCode } from "../../core/error-code.ts";

/** Why a file is not read; `code` is the system's, empty where the system had nothing against it. */
export type Unread = {
  readonly why: "absent" | "folder" | "forbidden" | "noFile" | "large" | "unreadable";
  readonly code: string;
};

/** No file that a configuration names is larger: a bundle of authorities has some hundred kilobytes. */
export const LARGEST_NAMED_BYTES = 1_024 * 1_024;

/** What is in a file of at most so many bytes, or why it is not read. Blocks. Never throws. */
export function smallFileBytes(path: string, largestBytes: number): Buffer | Unread {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return { why: "folder", code: "" };
    // A pipe or a device might never end.
    if (!stat.isFile()) return { why: "noFile", code: "" };
    return stat.size > largestBytes ? { why: "large", code: "" } : readFileSync(path);
  } catch (error) {
    const code = errorCode(error) ?? "unknown error";
    return { why: REASONS[code] ?? "unreadable", code };
  }
}

const REASONS: Readonly<Record<string, Unread["why"]>> = {
  ENOENT: "absent",
  ENOTDIR: "absent",
  EACCES: "forbidden",
  EPERM: "forbidden",
};
