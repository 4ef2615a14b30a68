// Shows whom `doctor` is still waiting for: a line that is replaced on a terminal, a line for each endpoint that is done
// where lines cannot be replaced. A test may take as long as its time limit, and a silent screen looks like a hang.

import { cleanText } from "../../core/clean-text.ts";
import { message, verbatim } from "../../language/messages.ts";
import type { CommandContext } from "../terminal/command.ts";

/** As many names as are read at a glance. */
const MOST_NAMES = 3;

/** The progress of tests that run at once. */
export class Progress {
  readonly #context: CommandContext;
  readonly #waiting: string[];
  readonly #count: number;

  constructor(context: CommandContext, names: readonly string[]) {
    this.#context = context;
    this.#waiting = names.map(cleanText);
    this.#count = names.length;
    this.#show();
  }

  /** One test has ended. */
  done(name: string): void {
    const at = this.#waiting.indexOf(cleanText(name));
    if (at !== -1) this.#waiting.splice(at, 1);
    this.#show(name);
  }

  /** Leaves nothing on the screen. */
  close(): void {
    this.#context.terminal.status(undefined);
  }

  #show(ended?: string): void {
    const { text, terminal } = this.#context;
    if (terminal.hasStatus) terminal.status(this.#waiting.length === 0 ? undefined : this.#line());
    else if (ended !== undefined && terminal.errColumns() !== undefined)
      terminal.err(text("doctor.tested", { name: cleanText(ended) }));
  }

  #line(): string {
    const names = this.#waiting.slice(0, MOST_NAMES).join(", ");
    const more = this.#waiting.length - MOST_NAMES;
    const waiting = more > 0 ? message("doctor.testingMore", { names, count: more }) : verbatim(names);
    const done = this.#count - this.#waiting.length;
    return this.#context.text("doctor.testing", { done, count: this.#count, waiting });
  }
}
