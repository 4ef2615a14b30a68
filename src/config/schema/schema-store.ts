// `store`: what is kept of requests, where and for how long.

import { age, ageOr, block, choice, name, volume } from "./fields.ts";

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
  },
  "What is kept of requests: usage and cost by key, model and endpoint, and the log of requests. Without any prompt or answer.",
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
    },
  }))
  .prefault({});
