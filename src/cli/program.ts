// The command line's grammar: which commands and options there are, by commander; the one importer of commander. What a
// command does is in its own file, loaded only when it is asked for.

import { isSea } from "node:sea";
import {
  type Argument,
  Command,
  CommanderError,
  type HelpConfiguration,
  Option,
  type OutputConfiguration,
} from "commander";
import { cleanText } from "../core/clean-text.ts";
import { processEnv } from "../core/env.ts";
import { nearest } from "../core/nearest.ts";
import { LOG_LEVELS } from "../core/summary.ts";
import { chooseLanguage, isKnownLanguage } from "../language/language.ts";
import { startedAs } from "../language/launch.ts";
import { type MessageKey, type Translate, translator } from "../language/messages.ts";
import { type CommandTree, treeOf } from "./completions/command-tree.ts";
import { refuseVariables } from "./shared/variables.ts";
import { packageVersion } from "./shared/version.ts";
import { type CommandContext, type ExitCode, printFailure } from "./terminal/command.ts";
import { exampleLines, HELP_WIDTHS, paragraphsAt, titleIn, usageIn } from "./terminal/help-text.ts";
import { printRefusal } from "./terminal/option-errors.ts";
import { createTerminal } from "./terminal/terminal.ts";

/** Runs the command that the arguments name; `serve` when they name none. */
export async function runProgram(argv: readonly string[]): Promise<ExitCode> {
  const env = processEnv();
  const command = startedAs(env, {
    script: process.argv[1],
    executable: isSea() ? process.argv0 : undefined,
  });
  const language = languageFlag(argv);
  const isKnown = language === undefined || isKnownLanguage(language);
  const text = translator(chooseLanguage(isKnown ? language : undefined, env), command);
  const terminal = createTerminal(process, env);
  const context: CommandContext = { terminal, text, env, cwd: process.cwd(), command };
  ignoreClosedPipes();
  if (!isKnown) return refuseLanguage(context, language);
  const state: ProgramState = { context, exitCode: 0 };
  const program = buildProgram(state);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return state.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const message = error instanceof Error ? error.message : String(error);
    printFailure(context, { message: text("fail.internal", { message }), next: text("next.report") });
    if (env["OAI_GATEWAY_DEBUG"] && error instanceof Error) context.terminal.err(error.stack ?? "");
    return 1;
  }
}

/** The grammar as plain data, in the words of a translator. */
export function programTree(text: Translate): CommandTree {
  const terminal = createTerminal(process, {});
  const context: CommandContext = { terminal, text, env: {}, cwd: "", command: "oai-gateway" };
  return treeOf(buildProgram({ context, exitCode: 0 }), "serve", text("program.help"));
}

function refuseLanguage(context: CommandContext, value: string): ExitCode {
  const wanted = context.text("want.oneOf", { values: ["en", "zh-TW"].join(context.text("demo.between")) });
  const message = context.text("fail.option", { option: "--lang", wanted, value: cleanText(value) });
  printFailure(context, { message, next: context.text("next.help") });
  return 2;
}

type ProgramState = {
  readonly context: CommandContext;
  exitCode: ExitCode;
};

/** A command's own options, as commander hands them over; the command's file checks their values. */
type Run<Options, Words extends readonly (string | undefined)[]> = (
  context: CommandContext,
  options: Options,
  ...words: Words
) => Promise<ExitCode>;

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
    .configureOutput(errorLayout(state.context, text("next.help")))
    .hook("preAction", (_, command) => checkVariables(state, command))
    .exitOverride();
  addRunningCommands(program, state);
  addAskingCommands(program, state);
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
  printFailure(context, failure);
  throw new CommanderError(2, "variable", failure.message);
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
    .option("--traffic <rate>", text("option.traffic"), "2")
    .action((options) => run(state, async () => (await import("./serve/demo.ts")).runDemo, options));
}

/** Commands that load the configuration and may ask the endpoints. */
function addAskingCommands(program: Command, state: ProgramState): void {
  const { text } = state.context;
  const configured = (name: CommandName) =>
    subcommand(program, name, state)
      .option("-c, --config <file>", text("option.config"))
      .option("--json", text("option.json"));
  configured("check")
    .option("--data-dir <folder>", text("option.dataDir"))
    .addOption(new Option("--format <form>", text("option.format")).choices(["text", "json", "github"]))
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
  subcommand(program, "explain", state)
    .argument("[code]")
    .option("--json", text("option.json"))
    .action((code: string | undefined, options) =>
      run(state, async () => (await import("./commands/explain.ts")).runExplain, options, code),
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
  subcommand(program, "version", state)
    .option("--json", text("option.json"))
    .action((options) => run(state, async () => (await import("./shared/version.ts")).runVersion, options));
}

type CommandName = Extract<MessageKey, `${string}.examples`> extends `${infer Name}.examples` ? Name : never;

function subcommand(program: Command, name: CommandName, state: ProgramState, options = {}): Command {
  const { text } = state.context;
  const command = program.command(name, options);
  return command
    .description(text(`${name}.about`))
    .addHelpText("after", () => exampleLines(text(`${name}.examples`), state.context))
    .helpOption("-h, --help", text("program.help"))
    .configureOutput(errorLayout(state.context, text("next.helpOf", { name })));
}

/** What commander finds wrong, in the form of every other failure. */
function errorLayout(context: CommandContext, next: string): OutputConfiguration {
  return {
    outputError: (said) => printRefusal(context, said, next),
    // Commander puts a space after every title, also after a full-width colon.
    writeOut: (said) => void process.stdout.write(said.replaceAll("： ", "：")),
  };
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
  const { text } = state.context;
  const names = program.commands.map((command) => command.name());
  const [guess] = nearest(word, names);
  const help = { next: text("next.help") };
  const hint = guess === undefined ? help : { fix: text("fix.didYouMean", { name: guess }) };
  printFailure(state.context, { message: text("fail.command", { name: word }), ...hint });
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

/** `--lang` decides the language of the help itself, so that it is read before commander does. */
function languageFlag(argv: readonly string[]): string | undefined {
  const index = argv.findIndex((word) => word === "--lang" || word.startsWith("--lang="));
  if (index === -1) return undefined;
  const word = argv[index] ?? "";
  return word.includes("=") ? word.slice(word.indexOf("=") + 1) : argv[index + 1];
}

/** `oai-gateway models | head -1` must not end in a stack trace. */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}
