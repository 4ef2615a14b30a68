// The command line's grammar: which commands and options there are, by commander. What a
// command does is in its own file, loaded only when it is asked for.

import { nearest } from "../core/nearest.ts";
import { LOG_LEVELS } from "../core/summary.ts";
import { type Message, message, type Translate } from "../language/messages.ts";
import { addAdminCommands, type Run } from "./admin-commands.ts";
import {
  type Argument,
  Command,
  CommanderError,
  type HelpConfiguration,
  Option,
  type OutputConfiguration,
} from "./commander.ts";
import { type CommandTree, treeOf } from "./completions/command-tree.ts";
import { type CommandName, EXAMPLES } from "./examples.ts";
import { refuseVariables } from "./shared/variables.ts";
import { packageVersion } from "./shared/version.ts";
import { type CommandContext, type ExitCode, printFailure, refuse } from "./terminal/command.ts";
import {
  argumentText,
  exampleLines,
  HELP_WIDTHS,
  paragraphsAt,
  titleIn,
  usageIn,
} from "./terminal/help-text.ts";
import { printRefusal } from "./terminal/option-errors.ts";
import { createTerminal } from "./terminal/terminal.ts";

/**
 * Runs the command that the arguments name; `serve` when they name none. What is wrong with the arguments is printed.
 * @throws what a command throws
 */
export async function runArguments(
  argv: readonly string[],
  context: ProgramState["context"],
): Promise<ExitCode> {
  const state: ProgramState = { context, exitCode: 0 };
  try {
    await buildProgram(state).parseAsync([...argv], { from: "user" });
    return state.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

/** The grammar as plain data, in the words of a translator. */
export function programTree(text: Translate): CommandTree {
  const terminal = createTerminal(process, {});
  const said = { terminal, text, language: "en", command: "oai-gateway" } as const;
  const context = { ...said, env: {}, cwd: "", isJson: false };
  return treeOf(buildProgram({ context, exitCode: 0 }), "serve", text("program.help"));
}

type ProgramState = {
  readonly context: CommandContext & { isJson: boolean };
  exitCode: ExitCode;
};

function buildProgram(state: ProgramState): Command {
  const { text, terminal } = state.context;
  const program = new Command("oai-gateway");
  program
    .description(text("program.about"))
    .option("--lang <language>", text("program.languages"))
    .helpOption("-h, --help", text("program.help"))
    .helpCommand(false)
    .addHelpText("after", () => {
      const paragraphs = [
        text("program.variables"),
        text("program.codes"),
        text("program.more"),
        text("program.explain"),
      ];
      return paragraphsAt(paragraphs, terminal.outColumns());
    })
    .version(packageVersion(), "-V, --version", text("version.about"))
    .configureHelp(helpLayout(text))
    .configureOutput(errorLayout(state.context, message("next.help")))
    .hook("preAction", (_, command) => checkVariables(state, command))
    .exitOverride();
  addRunningCommands(program, state);
  addAskingCommands(program, state);
  addAdminCommands({
    text,
    command: (name) =>
      addJsonOption(
        subcommand(program, name, state)
          .option("-c, --config <file>", text("option.config"))
          .option("--data-dir <folder>", text("option.dataDir")),
        state,
      ),
    run: (load, options, ...words) => run(state, load, options, ...words),
  });
  addPrintingCommands(program, state);
  return program;
}

/**
 * A command that reads the configuration does not run with a variable that cannot be what was meant.
 * @throws CommanderError with the exit code of wrong usage
 */
function checkVariables({ context }: ProgramState, command: Command): void {
  if (!command.options.some((option) => option.long === "--config")) return;
  const failure = refuseVariables(context, command.opts());
  if (failure === undefined) return;
  refuse(context, failure);
  throw new CommanderError(2, "variable", context.text(failure.message));
}

/** Commands that serve until they are told to stop. */
function addRunningCommands(program: Command, state: ProgramState): void {
  const { text } = state.context;
  addLogOptions(addListenOptions(subcommand(program, "serve", state, { isDefault: true }), text), text)
    .option("-c, --config <file>", text("option.config"))
    .option("--no-detect", text("option.noDetect"))
    .option("--allow-anonymous", text("option.allowAnonymous"))
    .option("--data-dir <folder>", text("option.dataDir"))
    // Commander would take a mistyped command for a surplus word of the default one.
    .argument("[words...]")
    .usage("[options]")
    .action((words: readonly string[], options) => {
      const [word] = words;
      if (word !== undefined) return refuseWord(program, state, word);
      return run(state, async () => (await import("./serve/serve.ts")).runServe, options);
    });
  addLogOptions(addListenOptions(subcommand(program, "demo", state), text), text)
    .option("--traffic <rate>", text("option.traffic"), "1")
    .action((options) => run(state, async () => (await import("./serve/demo.ts")).runDemo, options));
}

/** Commands that load the configuration and may ask the endpoints. */
function addAskingCommands(program: Command, state: ProgramState): void {
  const { text } = state.context;
  const configured = (name: CommandName) =>
    addJsonOption(
      subcommand(program, name, state).option("-c, --config <file>", text("option.config")),
      state,
    );
  configured("check")
    .option("--data-dir <folder>", text("option.dataDir"))
    .addOption(new Option("--format <form>", text("option.format")).choices(["text", "json", "github"]))
    .on("option:format", (form: string) => {
      state.context.isJson ||= form === "json";
    })
    .action((options) => run(state, async () => (await import("./commands/check.ts")).runCheck, options));
  configured("doctor")
    .option("--endpoint <name>", text("option.endpoint"))
    .option("--spend", text("option.spend"))
    .option("--bundle [file]", text("option.bundle"))
    .option("--data-dir <folder>", text("option.dataDir"))
    .action((options) => run(state, async () => (await import("./doctor/doctor.ts")).runDoctor, options));
  configured("models")
    .option("--data-dir <folder>", text("option.dataDir"))
    .action((options) => run(state, async () => (await import("./commands/models.ts")).runModels, options));
  configured("route")
    .option("--data-dir <folder>", text("option.dataDir"))
    .argument("<model>")
    .action((model: string, options) =>
      run(state, async () => (await import("./commands/route.ts")).runRoute, options, model),
    );
  configured("reset")
    .option("--model <model>", text("option.resetModel"))
    .option("--data-dir <folder>", text("option.dataDir"))
    .argument("[endpoint]")
    .action((endpoint: string | undefined, options) =>
      run(state, async () => (await import("./commands/reset.ts")).runReset, options, endpoint),
    );
}

function addPrintingCommands(program: Command, state: ProgramState): void {
  const { text } = state.context;
  subcommand(program, "init", state)
    .option("--from-detected", text("option.fromDetected"))
    .option("--force", text("option.force"))
    .option("-o, --output <file>", text("option.output"), "config.yaml")
    .action((options) => run(state, async () => (await import("./init/init.ts")).runInit, options));
  subcommand(program, "schema", state).action((options) =>
    run(state, async () => (await import("./commands/schema.ts")).runSchema, options),
  );
  addJsonOption(subcommand(program, "explain", state), state)
    .argument("[code]")
    .action((code: string | undefined, options) =>
      run(
        state,
        async () => {
          const { runExplain } = await import("./commands/explain.ts");
          return (context) => runExplain(context, code);
        },
        options,
      ),
    );
  subcommand(program, "completions", state)
    .argument("[shell]")
    .action((shell: string | undefined, options) =>
      run(
        state,
        async () => {
          const { runCompletions } = await import("./completions/completions.ts");
          return (context) => runCompletions(context, treeOf(program, "serve", text("program.help")), shell);
        },
        options,
      ),
    );
  addJsonOption(subcommand(program, "version", state), state).action((options) =>
    run(state, async () => (await import("./shared/version.ts")).runVersion, options),
  );
}

function subcommand(program: Command, name: CommandName, state: ProgramState, options = {}): Command {
  const { text } = state.context;
  const command = program.command(name, options);
  return command
    .description(text(`${name}.about`))
    .addHelpText("after", () => exampleLines(EXAMPLES[name], state.context))
    .helpOption("-h, --help", text("program.help"))
    .configureOutput(errorLayout(state.context, message("next.helpOf", { name })));
}

/** What commander finds wrong, in the form of every other failure. */
function errorLayout(context: CommandContext, next: Message): OutputConfiguration {
  return {
    outputError: (said) => printRefusal(context, said, next),
    // Commander puts a space after every title, also after a full-width colon.
    writeOut: (said) => void process.stdout.write(said.replaceAll("： ", "：")),
  };
}

/** For an answer in JSON. That it is wanted counts also where the rest of the line is wrong. */
function addJsonOption(command: Command, { context }: ProgramState): Command {
  return command.option("--json", context.text("option.json")).on("option:json", () => {
    context.isJson = true;
  });
}

function addListenOptions(command: Command, text: Translate): Command {
  return command
    .option("--host <address>", text("option.host"))
    .option("-p, --port <number>", text("option.port"));
}

function addLogOptions(command: Command, text: Translate): Command {
  return command
    .addOption(new Option("--log-format <form>", text("option.logFormat")).choices(["pretty", "json"]))
    .addOption(new Option("--log-level <level>", text("option.logLevel")).choices(LOG_LEVELS))
    .option("--json", text("option.jsonLog"));
}

async function run<Options, Words extends readonly (string | undefined)[]>(
  state: ProgramState,
  load: () => Promise<Run<Options, Words>>,
  options: Options,
  ...words: Words
): Promise<void> {
  const command = await load();
  state.exitCode = await command(state.context, options, ...words);
}

function refuseWord(program: Command, state: ProgramState, word: string): void {
  const names = program.commands.map((command) => command.name());
  const [guess] = nearest(word, names);
  const help = { next: message("next.help") };
  const hint = guess === undefined ? help : { fix: message("fix.didYouMean", { name: guess }) };
  printFailure(state.context, { message: message("fail.command", { name: word }), ...hint });
  state.exitCode = 2;
}

function helpLayout(text: Translate): HelpConfiguration {
  return {
    ...HELP_WIDTHS,
    showGlobalOptions: true,
    styleTitle: (title) => titleIn(title, text),
    styleUsage: (usage) => usageIn(usage, text),
    subcommandTerm: (command) =>
      [
        command.name(),
        ...shownArguments(command).map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`)),
      ].join(" "),
    visibleArguments: (command) => shownArguments(command),
    argumentDescription: (argument) => argumentText(argument, text),
    // The texts name the choices themselves, in the language of the rest.
    optionDescription: ({ description, defaultValue }) =>
      typeof defaultValue === "string"
        ? `${description} ${text("program.default", { value: defaultValue })}`
        : description,
  };
}

function shownArguments(command: Command): Argument[] {
  return command.registeredArguments.filter((argument) => argument.name() !== "words");
}
