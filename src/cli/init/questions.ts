// Questions to a person, one line each; an empty answer takes what stands in brackets. Knows nothing of what is asked.

import { createInterface, type Interface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { MessageKey } from "../../language/messages.ts";
import type { CommandContext } from "../terminal/command.ts";

/** Where the answers come from and the questions go to. */
export type QuestionStreams = {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Whether a terminal echoes what is typed, so that a secret must be kept from it. */
  readonly isTerminal: boolean;
};

/** The person has broken off, by Ctrl-C or Ctrl-D. */
export class BrokenOff extends Error {}

/** One question. */
export type OpenQuestion = {
  readonly key: MessageKey;
  readonly values?: Readonly<Record<string, string>>;
  /** Taken where the answer is empty. */
  readonly proposal?: string;
  /** What is wrong with an answer; undefined where it will do. */
  readonly complaint: (answer: string) => string | undefined;
};

/** Asks. Every method throws `BrokenOff` once the person has broken off. */
export class Questions {
  readonly #context: CommandContext;
  readonly #lines: Interface;
  readonly #echo: Echo;
  readonly #breakingOff = new AbortController();

  constructor(context: CommandContext, { input, output, isTerminal }: QuestionStreams) {
    this.#context = context;
    this.#echo = new Echo(output);
    this.#lines = createInterface({ input, output: this.#echo, terminal: isTerminal });
    // Ctrl-C and Ctrl-D close the lines; a question under way would otherwise never be answered.
    this.#lines.once("close", () => this.#breakingOff.abort());
  }

  /** Gives the terminal back. */
  close(): void {
    this.#lines.close();
  }

  /** Prints a line for the person. */
  tell(line: string): void {
    this.#echo.write(`${line}\n`);
  }

  /** Yes or no; anything else is asked again. */
  async confirm(
    key: MessageKey,
    values: Readonly<Record<string, string>>,
    isDefault: boolean,
  ): Promise<boolean> {
    const { text, terminal } = this.#context;
    for (;;) {
      const answer = await this.#line(`${text(key, values)} [${isDefault ? "Y/n" : "y/N"}] `);
      if (answer === "") return isDefault;
      if (/^(?:y|yes|是|好|對|要)$/i.test(answer)) return true;
      if (/^(?:n|no|否|不|不要)$/i.test(answer)) return false;
      this.tell(`  ${terminal.symbols.warn} ${text("want.yesOrNo")}`);
    }
  }

  /** Asks until the answer will do. */
  async ask({ key, values = {}, proposal = "", complaint }: OpenQuestion): Promise<string> {
    const { text, terminal } = this.#context;
    const shown = proposal === "" ? "" : ` [${proposal}]`;
    for (;;) {
      const answer = (await this.#line(`${text(key, values)}${shown}${text("init.colon")}`)) || proposal;
      const wrong = complaint(answer);
      if (wrong === undefined) return answer;
      this.tell(`  ${terminal.symbols.warn} ${wrong}`);
    }
  }

  /** Asks for what must not be seen: nothing of the answer is shown. */
  async secret(question: Omit<OpenQuestion, "proposal">): Promise<string> {
    const { text, terminal } = this.#context;
    for (;;) {
      this.#echo.write(`${text(question.key, question.values ?? {})}${text("init.colon")}`);
      this.#echo.isMuted = true;
      const answer = await this.#line("").finally(() => {
        this.#echo.isMuted = false;
        this.#echo.write("\n");
      });
      const wrong = question.complaint(answer);
      if (wrong === undefined) return answer;
      this.tell(`  ${terminal.symbols.warn} ${wrong}`);
    }
  }

  /** What the work gives, unless the person breaks off before. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    const { signal } = this.#breakingOff;
    const { promise: broken, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(new BrokenOff());
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    try {
      return await Promise.race([work, broken]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #line(question: string): Promise<string> {
    const { signal } = this.#breakingOff;
    if (signal.aborted) throw new BrokenOff();
    try {
      return (await this.#lines.question(question, { signal })).trim();
    } catch (error) {
      throw signal.aborted ? new BrokenOff() : error;
    }
  }
}

/** Passes on what the lines write, but for the answer to a secret. */
class Echo extends Writable {
  isMuted = false;
  readonly #output: NodeJS.WritableStream;

  constructor(output: NodeJS.WritableStream) {
    super({ decodeStrings: false });
    this.#output = output;
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.isMuted) this.#output.write(chunk);
    done();
  }
}
