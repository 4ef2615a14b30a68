// The words of the overview.

/** The words in English: the shape of every other language. */
export const en = {
  requests: "Requests",
  success: "Success",
  spend: "Spend",
  firstToken: "First token, p95",
  failed: (count: string) => `${count} failed`,
  unpriced: (count: string) => `${count} without a price`,
  perMinute: (rate: string) => `${rate} a minute`,
  median: (time: string) => `half within ${time}`,
  trend: (name: string) => `${name} over the period`,
  endpoints: "Endpoints",
  weight: (weight: string) => `weight ${weight}`,
  beats: (name: string, share: string) => `${name}: ${share} of its attempts succeeded`,
  beat: (time: string, attempts: string, failed: string) => `${time}: ${attempts} attempts, ${failed} failed`,
  idleBeat: (time: string) => `${time}: nothing was asked`,
  moods: { good: "healthy", rest: "partly resting", bad: "down", off: "turned off", asking: "being asked" },
  untilTime: (time: string) => `until ${time}`,
  noEndpoints: "No endpoint is configured.",
  topModels: "Top models",
  topKeys: "Top keys",
  model: "Model",
  key: "Key",
  cost: "Cost",
  budget: "Budget",
  ofBudget: (share: string, usd: string) => `${share} of ${usd}`,
  anonymous: "without a key",
  live: "Live",
  allRequests: "All requests",
  nothingYet: "Nothing in this period.",
  after: (endpoint: string, outcome: string) => `after ${endpoint}: ${outcome}`,
  waiting: "Waiting for the first request",
  waitingHint:
    "Send one by this command; it appears here at once. Clients use the same address as their base URL.",
  setUp: "Set up the gateway",
  setUpHint: "There is no endpoint yet. Choose where to begin:",
  steps: {
    endpoint: ["Add an endpoint", "A provider, or a server on this machine or network"],
    config: ["See the configuration", "The file that the gateway reads, checked as you change it"],
    key: ["Create a key", "For each client, with limits and a budget of its own"],
    playground: ["Try a model", "Ask two models side by side"],
  },
};

/** The shape of these words. */
export type OverviewWords = typeof en;
