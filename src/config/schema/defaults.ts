// The defaults of every configuration key, as a person would write them. The schema, the reference page and the
// compiled values all read them from here.

/** Default values by section; durations and sizes in the file's own notation. */
export const DEFAULTS = {
  server: {
    host: "127.0.0.1",
    port: 8080,
    allowAnonymous: false,
    maxBody: "64MiB",
    maxConnections: 10_000,
    // Twice what a busy gateway of one process holds open; each may cost a few hundred KiB.
    maxInFlight: 2_048,
    queueMax: 1_024,
    queueTimeout: "5s",
    head: "10s",
    bodyIdle: "30s",
    // 64 MiB over a phone's 300 kbit/s take that long.
    body: "30m",
    // A tenth of the slowest connection of a phone, four times what a trickle that holds connections open needs.
    bodyRate: "1KiB",
    writeStall: "60s",
    drain: "30s",
  },
  endpoint: {
    weight: 1,
    priority: 1,
    enabled: true,
    maxInFlight: 0,
    queueMax: 100,
    queueTimeout: "5s",
    probeInterval: "60s",
    connect: "5s",
    // Reasoning models need one to two minutes to their first token.
    firstByteStream: "120s",
    // A plain answer comes when all of it is made: 128,000 tokens take up to an hour.
    firstBytePlain: "1h",
    // Some servers send the head at once and only then read the prompt.
    firstEvent: "120s",
    idle: "300s",
    total: "1h",
  },
  routing: { mode: "merge", hideMerged: false, strategy: "weighted", hedgeAfter: "off" },
  retries: { attempts: 3, budgetPercent: 20, budgetMin: 10, maxWait: "2s", onEmptyAnswer: false },
  health: {
    consecutiveFailures: 3,
    failureRate: 50,
    window: "30s",
    minRequests: 10,
    ejection: "10s",
    ejectionMax: "5m",
    slowStart: "30s",
    activeProbes: true,
  },
  streams: { keepAlive: "off", holdFirstEvent: false },
  discovery: { interval: "5m", timeout: "5s", maxList: "1MiB" },
  log: { level: "info", format: "auto" },
} as const;
