// What the demo makes of each settled request: sample traffic is counted in lines that stay where they are, so that
// the request to paste stays on the screen, and a failure that another endpoint made good is told in plain words.

import type { ExchangeSink, ExchangeSummary } from "../../core/summary.ts";
import { textWidth } from "../../core/text-width.ts";
import { isSampleRequest } from "../../demo/demo.ts";
import type { RequestLog } from "../../observe/log.ts";
import type { CommandContext } from "../terminal/command.ts";
import type { PinnedLines } from "./pinned-lines.ts";

/** What the sink is made of. */
export type DemoSinkParts = {
  readonly context: CommandContext;
  readonly log: RequestLog;
  /** Undefined where no lines can be pinned: each request then has its line of the log. */
  readonly pinned: PinnedLines | undefined;
};

type Rescue = { readonly endpoint: string; readonly failed: string; readonly reason: string };

/** Learns of each request of the demo. */
export class DemoSink implements ExchangeSink {
  readonly #parts: DemoSinkParts;
  readonly #shares = new Map<string, number>();
  #count = 0;
  #answered = 0;
  #rescues = 0;
  #last: Rescue | undefined;
  /** Gives the link to the dashboard that is good now. */
  #link: (() => string) | undefined;

  constructor(parts: DemoSinkParts) {
    this.#parts = parts;
  }

  /** Shows the counts, which are nought as yet, and the link to the dashboard. */
  begin(link: () => string): void {
    this.#link = link;
    this.#parts.pinned?.pin(this.#lines());
  }

  onSettled(summary: ExchangeSummary): void {
    const { log, pinned } = this.#parts;
    const isSample = isSampleRequest(summary.requestId);
    if (pinned === undefined || !isSample) log.onSettled(summary);
    if (isSample) this.#add(summary);
    const rescue = rescueOf(summary);
    if (rescue !== undefined) {
      this.#rescues += 1;
      this.#last = rescue;
    }
    if (pinned !== undefined) pinned.pin(this.#lines());
    else if (rescue !== undefined) log.info("failover", sentenceOf(rescue));
  }

  #add({ status, endpoint }: ExchangeSummary): void {
    this.#count += 1;
    if (status >= 400 || endpoint === undefined) return;
    this.#answered += 1;
    this.#shares.set(endpoint, (this.#shares.get(endpoint) ?? 0) + 1);
  }

  #lines(): string[] {
    const { text } = this.#parts.context;
    const shares = [...this.#shares].toSorted(([left], [right]) => left.localeCompare(right));
    const counts = text("demo.counts", {
      count: this.#count,
      answered: this.#answered,
      shares: shares.map(([name, count]) => `${name} ${count}`).join(text("demo.between")),
    });
    const last = this.#last;
    const story =
      last === undefined ? text("demo.waiting") : text("demo.rescued", { ...last, count: this.#rescues });
    const said = this.#count === 0 ? text("demo.begins") : counts;
    return ["", `  ${said}`, `  ${story}`, ...this.#linkLines()];
  }

  /** None where it does not fit: a link that is cut leads nowhere. */
  #linkLines(): string[] {
    const { text, terminal } = this.#parts.context;
    if (this.#link === undefined) return [];
    const line = `  ${text("start.dashboard")}  ${terminal.paint.blue(this.#link())}`;
    return textWidth(line) < (terminal.errColumns() ?? 80) ? [line] : [];
  }
}

/** The failure that another endpoint made good, if one did. */
function rescueOf({ attempts, endpoint, status }: ExchangeSummary): Rescue | undefined {
  const failed = attempts.find((attempt) => attempt.outcome !== "ok" && attempt.endpoint !== endpoint);
  if (failed === undefined || endpoint === undefined || status >= 400) return undefined;
  return { endpoint, failed: failed.endpoint, reason: String(failed.status ?? failed.outcome) };
}

/** For the log, which is English. */
function sentenceOf({ endpoint, failed, reason }: Rescue): string {
  return `the same question was answered by ${endpoint} after ${failed} failed (${reason})`;
}
