// The words of the page Usage.

/** The words in English: the shape of every other language. */
export const en = {
  metric: "Figure",
  metrics: {
    requests: "Requests",
    failed: "Failed requests",
    tokens: "Tokens",
    cost: "Cost",
    latency: "Latency",
  },
  by: "By",
  within: "then by",
  nothingElse: "nothing else",
  groups: { time: "Time", key: "Key", model: "Model", endpoint: "Endpoint", tag: "Tag" },
  only: (group: string, value: string) => `Only ${group.toLowerCase()} ${value}`,
  anything: "Show all again",
  succeeded: "Succeeded",
  failed: "Failed",
  requests: "Requests",
  freshInput: "In, not cached",
  input: "In",
  cached: "of these cached",
  output: "Out",
  plainOutput: "Out, not reasoning",
  reasoning: "of these reasoning",
  reasoningAlone: "Reasoning",
  cachedAlone: "In, cached",
  cost: "Cost",
  unpriced: "Unpriced",
  estimated: "Estimated",
  firstP50: "First token, half",
  firstP95: "First token, 95 %",
  allP50: "Whole, half",
  allP95: "Whole, 95 %",
  total: "In all",
  others: "All others",
  nobody: { key: "without a key", tag: "without a tag", other: "none" },
  csv: "CSV",
  json: "JSON",
  save: (format: string) => `Download as ${format}`,
  chart: (metric: string) => `${metric} over time`,
  table: "Figures",
  empty: "Nothing was used in this period. Requests are counted here as soon as there are some.",
  emptyFiltered: "Nothing of this was used in this period.",
  unpricedNote: (count: string) =>
    `${count} requests have no known price. They are in no cost; their prices can be set in the configuration.`,
  toPrices: "Show models without a price",
  estimatedNote: (count: string) => `The tokens of ${count} requests are estimated: the endpoint told none.`,
  latencyGroups:
    "Latency is measured by time, model and endpoint, one of them at a time. Choose one of these, and no key or tag.",
  zone: (name: string) => `Times in ${name}`,
  tags: "A key with several tags counts under each of them; the line of all counts it once.",
};

/** The shape of these words. */
export type UsageWords = typeof en;
