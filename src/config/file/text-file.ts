// Reads a text that people write, as a configuration or a `.env`, and says why where it cannot.

import { open } from "node:fs/promises";
import { errorCode } from "../../core/error-code.ts";
import { isUtf16 } from "../../core/files/utf16.ts";
import { type Message, message } from "../../language/messages.ts";

/** The text, or why there is none and what helps, where something is known to. */
export type Content =
  | { readonly text: string }
  | {
      readonly text: undefined;
      readonly isAbsent: boolean;
      readonly reason: Message;
      readonly fix: Message | undefined;
    };

/** A thousand endpoints need a tenth of it; reading more would hold up the requests under way. */
const LARGEST_BYTES = 1_024 * 1_024;

/** The text of a file in UTF-8, without a byte order mark. Never rejects. */
export async function readText(path: string): Promise<Content> {
  try {
    const handle = await open(path, "r");
    try {
      return await readHandle(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = errorCode(error) ?? "unknown error";
    const isAbsent = code === "ENOENT" || code === "ENOTDIR";
    return none(REASONS[code] ?? message("file.unreadable", { code }), isAbsent);
  }
}

async function readHandle(handle: Awaited<ReturnType<typeof open>>): Promise<Content> {
  const { size } = await handle.stat();
  if (size > LARGEST_BYTES) return none(message("file.tooLarge"));
  const bytes = await handle.readFile();
  if (isUtf16(bytes)) return none(message("file.utf16"));
  try {
    // `fatal`: what is no text would otherwise be read as rubbish. A byte order mark is dropped.
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return none(message("file.notUtf8"));
  }
}

const REASONS: Readonly<Record<string, Message>> = {
  ENOENT: message("file.absent"),
  ENOTDIR: message("file.absent"),
  EISDIR: message("file.folder"),
  EACCES: message("file.forbidden"),
  EPERM: message("file.forbidden"),
};

/** What to do about it, by the reason. */
const MENDS: Readonly<Record<string, Message>> = {
  "file.absent": message("file.fixAbsent"),
  "file.folder": message("file.fixFolder"),
  "file.forbidden": message("file.fixForbidden"),
  "file.utf16": message("keyFile.utf16.fix"),
  "file.notUtf8": message("file.fixNotUtf8"),
};

function none(reason: Message, isAbsent = false): Content {
  return { text: undefined, isAbsent, reason, fix: MENDS[reason.key] };
}
