// The grammar of the commands about keys, usage and the admin API.

import type { Translate } from "../language/messages.ts";
import { Argument, type Command, Option } from "./commander.ts";
import type { CommandName } from "./examples.ts";
import type { CommandContext, ExitCode } from "./terminal/command.ts";

/** What can be done with client keys. */
const KEY_ACTIONS = ["list", "create", "show", "update", "disable", "enable", "rotate", "delete"] as const;

/** A command's own options, as commander hands them over; the command's file checks their values. */
export type Run<Options, Words extends readonly (string | undefined)[]> = (
  context: CommandContext,
  options: Options,
  ...words: Words
) => Promise<ExitCode>;

/** How commands are added. */
export type AdminCommands = {
  readonly text: Translate;
  /** A new command, with the options that all of these have. */
  readonly command: (name: CommandName) => Command;
  readonly run: <Options, Words extends readonly (string | undefined)[]>(
    load: () => Promise<Run<Options, Words>>,
    options: Options,
    ...words: Words
  ) => Promise<void>;
};

/** Adds them. */
export function addAdminCommands(commands: AdminCommands): void {
  const { text, command, run } = commands;
  addPrices(commands);
  command("keys")
    .addArgument(new Argument("[action]").choices(KEY_ACTIONS))
    .argument("[key]")
    .option("--name <name>", text("option.keyName"))
    .option("--owner <name>", text("option.keyOwner"))
    .option("--tags <tags>", text("option.keyTags"))
    .option("--models <patterns>", text("option.keyModels"))
    .option("--endpoints <patterns>", text("option.keyEndpoints"))
    .option("--addresses <networks>", text("option.keyAddresses"))
    .option("--rpm <number>", text("option.keyRpm"))
    .option("--tpm <number>", text("option.keyTpm"))
    .option("--parallel <number>", text("option.keyParallel"))
    .option("--budget <dollars>", text("option.keyBudget"))
    .addOption(new Option("--per <period>", text("option.keyPer")).choices(["day", "week", "month", "total"]))
    .option("--time-zone <zone>", text("option.keyTimeZone"))
    .option("--expires <date>", text("option.keyExpires"))
    .option("--log-bodies", text("option.keyLogBodies"))
    .option("--no-log-bodies", text("option.keyNoLogBodies"))
    .option("--grace <time>", text("option.keyGrace"))
    .action((action: (typeof KEY_ACTIONS)[number] | undefined, key: string | undefined, options) =>
      run(async () => (await import("./admin/keys.ts")).runKeys, options, action, key),
    );
  command("usage")
    .option("--by <groups>", text("option.by"), "model")
    .option("--from <time>", text("option.from"))
    .option("--to <time>", text("option.to"))
    .option("--csv", text("option.csv"))
    .action((options) => run(async () => (await import("./admin/usage.ts")).runUsage, options));
  command("budget").action((options) =>
    run(async () => (await import("./admin/budget.ts")).runBudget, options),
  );
  command("import")
    .argument("<file>")
    .option("--force", text("option.force"))
    .option("-o, --output <file>", text("option.output"), "config.yaml")
    .action((file: string, options) =>
      run(async () => (await import("./import/import.ts")).runImport, options, file),
    );
  addStoreCommands(commands);
  command("logs")
    .addArgument(new Argument("[action]").choices(["tail"]))
    .option("-n, --lines <number>", text("option.lines"), "20")
    .option("-f, --follow", text("option.follow"))
    .option("--key <name>", text("option.onlyKey"))
    .option("--model <model>", text("option.onlyModel"))
    .option("--endpoint <name>", text("option.onlyEndpoint"))
    .option("--failed", text("option.failed"))
    .action((action: string | undefined, options) =>
      run(async () => (await import("./admin/logs.ts")).runLogs, options, action),
    );
  command("admin")
    .option("--reset", text("option.resetPassword"))
    .action((options) => run(async () => (await import("./admin/link.ts")).runAdminLink, options));
}

/** What models cost, a table to import, and the past by today's prices. */
function addPrices({ text, command, run }: AdminCommands): void {
  command("prices")
    .argument("[action]")
    .argument("[file]")
    .option("--from <time>", text("option.pastFrom"))
    .option("--to <time>", text("option.pastTo"))
    .option("--model <model>", text("option.pastModel"))
    .option("--dry-run", text("option.dryRun"))
    .action((action: string | undefined, file: string | undefined, options) =>
      action === "recalculate"
        ? run(async () => (await import("./admin/recalculate.ts")).runRecalculate, options, file)
        : run(async () => (await import("./commands/prices.ts")).runPrices, options, action, file),
    );
}

/** Copies of the store, and of the configuration in it. */
function addStoreCommands({ text, command, run }: AdminCommands): void {
  const onStore = (name: "backup" | "restore") =>
    command(name)
      .option("--force", text(`option.${name}Force`))
      .argument("<file>");
  onStore("backup")
    .option("--requests", text("option.backupRequests"))
    .action((file: string, options) =>
      run(async () => (await import("./commands/backup.ts")).runBackup, options, file),
    );
  onStore("restore").action((file: string, options) =>
    run(async () => (await import("./commands/restore.ts")).runRestore, options, file),
  );
  command("config")
    .addArgument(new Argument("<action>").choices(["export"]))
    .option("-o, --output <file>", text("option.output"))
    .option("--force", text("option.force"))
    .option("--with-secrets", text("option.withSecrets"))
    .action((_action: "export", options) =>
      run(async () => (await import("./admin/config-export.ts")).runConfig, options),
    );
}
