// `store`: what is kept of requests, where and for how long.

import { message } from "../../language/messages.ts";
import { age, ageOr, block, choice, converted, listOf, name, sizeOr, volume } from "./fields.ts";

const keep = block(
  {
    usage: age(
      "How long a line for each request is kept: who, which model, tokens, cost. Sums by hour are kept for 90 days, sums by day for ever.",
    ).prefault("400d"),
    requests: ageOr(
      0,
      "How long the log of requests is kept: attempts, times, sizes. Or `off`: there is none.",
    ).prefault("30d"),
    requests_size: volume(
      "How large the log of requests may grow; then the oldest entries go first.",
    ).prefault("1GB"),
  },
  "How long and how much is kept. A change is in force at once.",
).prefault({});

const bodies = block(
  {
    max_size: sizeOr(
      0,
      "How much of a request, and how much of its answer, is kept at most; the rest is left out and counted. Or `off`: nothing is kept, whatever keys say.",
    ).prefault("16KiB"),
    keep: age("How long it is kept; the rest of the log may be kept longer.").prefault("7d"),
    total_size: volume("How much of the disk all of it may take; then the oldest goes first.").prefault(
      "256MB",
    ),
    hide: listOf(
      name("A place."),
      "Places in JSON whose values are left out, such as `messages.*.content` or `user`: names with dots between them, `*` for any one, `**` for any number of them.",
    ).prefault([]),
    hide_patterns: listOf(
      converted("A regular expression.", message("kind.regex"), patternOf),
      "Regular expressions (JavaScript); what matches is left out.",
    ).prefault([]),
  },
  "What is asked and answered, for client keys with `log_bodies: true` alone. Credentials are left out always. A change is in force at once.",
).prefault({});

/** A pattern that can be used; an empty one would match everywhere. */
function patternOf(written: string | number): string | undefined {
  const text = String(written);
  if (text === "" || text.length > MAX_PATTERN_CHARS) return undefined;
  try {
    new RegExp(text, "gu");
    return text;
  } catch {
    return undefined;
  }
}

const MAX_PATTERN_CHARS = 1_000;

/** `store`. */
export const store = block(
  {
    mode: choice(
      ["folder", "memory", "off"],
      "`folder`: in two files, `usage.db` and `requests.db`. `memory`: until the gateway ends. `off`: nothing is kept, and the commands about usage and keys have nothing to show. A change needs a restart.",
    ).prefault("folder"),
    folder: name(
      "Folder of the files; relative to this file. Left out: the data folder (`--data-dir`). A change needs a restart.",
    ).optional(),
    keep,
    bodies,
  },
  "What is kept of requests: usage and cost by key, model and endpoint, and the log of requests. Without any prompt or answer, but for client keys that ask for it (`store.bodies`).",
)
  .transform((raw) => ({
    place: raw.mode,
    /** As written. */
    folder: raw.folder,
    keep: {
      usageMs: raw.keep.usage,
      /** 0: there is no log of requests. */
      requestsMs: raw.keep.requests,
      requestsBytes: raw.keep.requests_size,
      bodies: {
        keptMs: raw.bodies.keep,
        totalBytes: raw.bodies.total_size,
        places: raw.bodies.hide,
        patterns: raw.bodies.hide_patterns,
      },
    },
    /** Of a request, and of an answer; 0: none is kept. */
    bodyBytes: raw.bodies.max_size,
  }))
  .prefault({});
