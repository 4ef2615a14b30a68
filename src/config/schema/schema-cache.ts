// `cache`, and `cache` of a model: which answers are kept for later requests that are the same.

import { block, duration, flag, section, size, volume } from "./fields.ts";

/** Of one model; left out: as `cache` says. */
export const modelCache = () =>
  block(
    {
      ttl: duration("How long an answer is used again."),
      shared: flag(
        "Use it for every client. Otherwise the client's key is part of what has to be the same.",
      ).prefault(false),
    },
    "Keep complete answers in memory and use them again for requests that are the same byte for byte. Left out: no answer of this model is kept, unless a client may ask for it (`cache.by_header`).",
  )
    .transform((raw) => ({ ttlMs: raw.ttl, isShared: raw.shared }))
    .optional();

/** `cache`. */
export const cache = section("cache", () =>
  block(
    {
      by_header: flag(
        "Let clients ask for it themselves, for any model: `x-oai-gateway-cache: ttl=600` (seconds).",
      ).prefault(false),
      max_size: size(
        "Memory for kept answers, in each process; those used least recently go first.",
      ).prefault("64MiB"),
      max_answer: size("The largest answer that is kept.").prefault("4MiB"),
      store: flag(
        "Keep them in the store as well, in a file of its own (`answers.db`): they are there after a restart, and for every process. What models have answered is then on the disk, for as long as it is used again; `false` removes it. Needs `store.mode: folder`.",
      ).prefault(false),
      store_size: volume("How much of the disk they may take; those that were kept first go first.").prefault(
        "256MB",
      ),
    },
    "The cache of answers, which is empty until a model (`routing.models.NAME.cache`) or a client asks for it.",
  ).transform((raw) => ({
    isByHeader: raw.by_header,
    bounds: { maxBytes: raw.max_size, maxAnswerBytes: raw.max_answer },
    isStored: raw.store,
    /** Bytes on the disk. */
    storedBytes: raw.store_size,
  })),
);
