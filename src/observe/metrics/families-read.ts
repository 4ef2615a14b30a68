// The metrics that are read when somebody asks: what is under way, how endpoints, configuration and store are, and what
// the processes use.

const ENDPOINT = ["endpoint"] as const;

/** By name. */
export const READ = {
  oai_gateway_info: { type: "gauge", labels: ["version"], help: "Always 1; the version is a label." },
  oai_gateway_processes: { type: "gauge", labels: [], help: "Processes that serve." },
  oai_gateway_draining: {
    type: "gauge",
    labels: [],
    help: "1 while the gateway ends and takes no new connections.",
  },
  oai_gateway_requests_in_flight: { type: "gauge", labels: [], help: "Requests under way." },
  oai_gateway_requests_waiting: {
    type: "gauge",
    labels: [],
    help: "Requests in the queue of server.max_in_flight.",
  },
  oai_gateway_requests_waiting_for_rest: {
    type: "gauge",
    labels: [],
    help: "Requests that wait for the end of a short cool-down.",
  },
  oai_gateway_requests_refused_total: {
    type: "counter",
    labels: ["reason"],
    help: "Requests refused for the gateway's own sake: the queue was full or too slow (queue), or the process short of time or memory (pressure).",
  },
  oai_gateway_body_bytes: { type: "gauge", labels: [], help: "Bytes of request bodies that are held." },
  oai_gateway_under_pressure: {
    type: "gauge",
    labels: [],
    help: "1 while new requests are refused for lack of time or memory.",
    join: "max",
  },
  oai_gateway_endpoint_requests_in_flight: {
    type: "gauge",
    labels: ENDPOINT,
    help: "Requests under way at an endpoint.",
  },
  oai_gateway_endpoint_requests_waiting: {
    type: "gauge",
    labels: ENDPOINT,
    help: "Requests that wait for an endpoint with max_in_flight.",
  },
  oai_gateway_endpoint_requests_refused_total: {
    type: "counter",
    labels: ENDPOINT,
    help: "Requests for which an endpoint with max_in_flight had no room.",
  },
  oai_gateway_retry_budget_requests: {
    type: "gauge",
    labels: ["model"],
    help: "Requests in the window of the retry budget.",
  },
  oai_gateway_retry_budget_retries: {
    type: "gauge",
    labels: ["model"],
    help: "Retries in the window of the retry budget.",
  },
  oai_gateway_endpoint_up: {
    type: "gauge",
    labels: ENDPOINT,
    help: "1 where the endpoint is in use; 0 while it is turned off, ejected or resting as a whole.",
  },
  oai_gateway_endpoint_state: {
    type: "gauge",
    labels: ["endpoint", "state"],
    help: "1 for the state that the endpoint's breaker is in: closed, open (ejected) or half_open.",
  },
  oai_gateway_endpoint_weight: {
    type: "gauge",
    labels: ENDPOINT,
    help: "The weight of an endpoint, less while it comes back from an ejection.",
  },
  oai_gateway_ejected_operations: {
    type: "gauge",
    labels: ENDPOINT,
    help: "Operations of models of an endpoint that are ejected.",
  },
  oai_gateway_cooldowns: {
    type: "gauge",
    labels: ENDPOINT,
    help: "Keys, models and operations of an endpoint that rest or are ejected, itself included.",
  },
  oai_gateway_models: { type: "gauge", labels: [], help: "Models that GET /v1/models lists." },
  oai_gateway_endpoint_models: {
    type: "gauge",
    labels: ENDPOINT,
    help: "Models that an endpoint offers.",
  },
  oai_gateway_endpoint_list_state: {
    type: "gauge",
    labels: ["endpoint", "state"],
    help: "1 for how the last question for an endpoint's models ended.",
  },
  oai_gateway_endpoint_list_age_seconds: {
    type: "gauge",
    labels: ENDPOINT,
    help: "Since an endpoint has last told its models.",
  },
  oai_gateway_config_last_reload_successful: {
    type: "gauge",
    labels: [],
    help: "1 where the configuration that was read last is in force, 0 where it was refused.",
  },
  oai_gateway_config_reloads_total: {
    type: "counter",
    labels: ["result"],
    help: "Configurations that were taken (ok) or refused (failed) since the start.",
  },
  oai_gateway_config_age_seconds: {
    type: "gauge",
    labels: [],
    help: "Since the configuration in force was put in force.",
  },
  oai_gateway_config_info: {
    type: "gauge",
    labels: ["origin", "hash"],
    help: "Always 1; where the configuration comes from, and the beginning of its file's digest.",
  },
  oai_gateway_cache_requests_total: {
    type: "counter",
    labels: ["result"],
    help: "Looks into the cache of answers: hit or miss.",
  },
  oai_gateway_cache_entries: { type: "gauge", labels: [], help: "Answers that are kept for later requests." },
  oai_gateway_cache_bytes: { type: "gauge", labels: [], help: "Memory of the answers that are kept." },
  oai_gateway_store_up: {
    type: "gauge",
    labels: ["kind"],
    help: "1 while the store of usage can be written; 0 also where it is off.",
  },
  oai_gateway_store_entries_waiting: {
    type: "gauge",
    labels: [],
    help: "Entries of usage that wait to be written.",
  },
  oai_gateway_store_entries_lost_total: {
    type: "counter",
    labels: [],
    help: "Entries of usage that could not be kept.",
  },
  oai_gateway_store_bytes: { type: "gauge", labels: [], help: "Bytes of the store on the disk." },
  oai_gateway_connections: { type: "gauge", labels: [], help: "Connections of clients that are open." },
  oai_gateway_connections_max: {
    type: "gauge",
    labels: [],
    help: "Connections that may be open (server.max_connections).",
  },
  oai_gateway_connections_refused_total: {
    type: "counter",
    labels: [],
    help: "Connections of clients that were one too many.",
  },
  nodejs_eventloop_lag_seconds: {
    type: "gauge",
    labels: [],
    help: "How late the event loop was at its last beat; of several processes the latest.",
    join: "max",
  },
  nodejs_heap_size_used_bytes: { type: "gauge", labels: [], help: "Heap in use, of all processes." },
  nodejs_heap_size_total_bytes: { type: "gauge", labels: [], help: "Heap, of all processes." },
  nodejs_external_memory_bytes: {
    type: "gauge",
    labels: [],
    help: "Memory of buffers outside the heap, of all processes.",
  },
  process_cpu_user_seconds_total: {
    type: "counter",
    labels: [],
    help: "CPU time in user mode, of all processes.",
  },
  process_cpu_system_seconds_total: {
    type: "counter",
    labels: [],
    help: "CPU time in system mode, of all processes.",
  },
  process_cpu_seconds_total: { type: "counter", labels: [], help: "CPU time, of all processes." },
  process_resident_memory_bytes: {
    type: "gauge",
    labels: [],
    help: "Resident memory, of all processes; what they share counts in each.",
  },
  process_open_fds: {
    type: "gauge",
    labels: [],
    help: "Open file descriptors, of all processes; only where /proc is.",
  },
  process_max_fds: {
    type: "gauge",
    labels: [],
    help: "File descriptors that one process may open; only where /proc is.",
    join: "min",
  },
  process_start_time_seconds: {
    type: "gauge",
    labels: [],
    help: "When the gateway was started, in seconds since 1970.",
    join: "min",
  },
} as const;
