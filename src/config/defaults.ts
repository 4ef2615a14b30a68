// The defaults of every configuration key, as a person would write them. The schema, the reference page and the
// compiled values all read them from here.

/** Default values by section; durations and sizes in the file's own notation. */
export const DEFAULTS = {
  server: {
    host: "127.0.0.1",
    port: 8080,
    allowAnonymous: false,
    maxBody: "64MiB",
    bodyTimeout: "30s",
  },
  endpoint: {
    weight: 1,
    enabled: true,
    connect: "5s",
    // Reasoning models need one to two minutes to their first token.
    firstByteStream: "120s",
    firstBytePlain: "600s",
    idle: "300s",
    total: "600s",
  },
  routing: { mode: "merge", hideMerged: false },
  discovery: { interval: "5m", timeout: "5s" },
  log: { level: "info", format: "auto" },
} as const;
