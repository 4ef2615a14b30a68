// What the help shows to be pasted: commands, which are the same in every language.

/** The commands that there are, each with examples of it, one a line. */
export const EXAMPLES = {
  serve: [
    "oai-gateway",
    "oai-gateway --port 8081 --log-level warn",
    "oai-gateway serve --config config.yaml --json",
  ],
  demo: ["oai-gateway demo", "oai-gateway demo --port 0 --traffic 0"],
  check: ["oai-gateway check", "oai-gateway check --config config.yaml --format github"],
  doctor: [
    "oai-gateway doctor",
    "oai-gateway doctor --endpoint openai --spend",
    "oai-gateway doctor --bundle report.json",
  ],
  models: ["oai-gateway models", "oai-gateway models --json"],
  prices: [
    "oai-gateway prices",
    "oai-gateway prices --json",
    "oai-gateway prices import model_prices_and_context_window.json",
    "oai-gateway prices recalculate --from 2026-11-01 --dry-run",
  ],
  route: ["oai-gateway route gpt-5-mini", "oai-gateway route openai/gpt-5-mini --json"],
  reset: ["oai-gateway reset", "oai-gateway reset openai --model gpt-5-mini"],
  init: ["oai-gateway init", "oai-gateway init --from-detected --output config.yaml"],
  schema: ["oai-gateway schema > config.schema.json"],
  explain: ["oai-gateway explain", "oai-gateway explain OG110", "oai-gateway explain model_not_found --json"],
  completions: [
    "source <(oai-gateway completions bash)",
    "oai-gateway completions fish > ~/.config/fish/completions/oai-gateway.fish",
  ],
  version: ["oai-gateway version", "oai-gateway version --json"],
  admin: ["oai-gateway admin", "oai-gateway admin --reset"],
  keys: [
    'oai-gateway keys create --name phone --models "gpt-*" --rpm 60',
    "oai-gateway keys create --name anna --budget 5 --per month --json",
    "oai-gateway keys rotate phone --grace 24h",
  ],
  usage: [
    "oai-gateway usage",
    "oai-gateway usage --by key,model --from 2026-11-01",
    "oai-gateway usage --by day --csv > usage.csv",
  ],
  budget: ["oai-gateway budget", "oai-gateway budget --json"],
  import: [
    "oai-gateway import litellm-config.yaml",
    "oai-gateway import one-api.db -o config.yaml",
    "oai-gateway import gpt-load.db --force",
  ],
  logs: ["oai-gateway logs --lines 100 --failed", "oai-gateway logs tail --key phone"],
  backup: ["oai-gateway backup usage-backup.db", "oai-gateway backup usage-backup.db --requests"],
  restore: ["oai-gateway restore usage-backup.db"],
  config: ["oai-gateway config export", "oai-gateway config export --with-secrets -o whole.yaml"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A command that has texts. */
export type CommandName = keyof typeof EXAMPLES;
