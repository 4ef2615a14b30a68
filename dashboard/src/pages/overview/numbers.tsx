// The four numbers at the top.

import type { ComponentChildren } from "preact";
import { Sparkline } from "../../parts/sparkline.tsx";
import { duration, money, percent, rate, whole } from "../../words/figures.ts";
import { overviewWords } from "../../words/overview/words.ts";
import type { LatencyFigures, OverviewFigures } from "./figures.ts";

/** The four numbers, each with its course over the period. */
export function Numbers({
  figures,
  latency,
}: {
  readonly figures: OverviewFigures;
  readonly latency: LatencyFigures | undefined;
}) {
  const words = overviewWords();
  const { requests, success, spend, failed, unpriced, range } = figures;
  const minutes = Math.max(1, (Math.min(Date.now(), range.toMs) - range.fromMs) / 60_000);
  return (
    <>
      <Figure name={words.requests} value={whole(requests.all)} steps={requests.steps}>
        {words.perMinute(rate(requests.all / minutes))}
      </Figure>
      <Figure name={words.success} value={percent(success.all)} steps={success.steps}>
        {failed > 0 && <span class="bad">{words.failed(whole(failed))}</span>}
      </Figure>
      <Figure name={words.spend} value={money(spend.all)} steps={spend.steps}>
        {unpriced > 0 && <span class="warn">{words.unpriced(whole(unpriced))}</span>}
      </Figure>
      <Figure name={words.firstToken} value={duration(latency?.p95.all)} steps={latency?.p95.steps ?? []}>
        {latency?.p50 !== undefined && latency.p50 !== null && words.median(duration(latency.p50))}
      </Figure>
    </>
  );
}

type FigureProps = {
  readonly name: string;
  readonly value: string;
  readonly steps: readonly (number | null)[];
  readonly children: ComponentChildren;
};

function Figure({ name, value, steps, children }: FigureProps) {
  return (
    <section class="panel span-3 figure" aria-label={name}>
      <h2 class="soft">{name}</h2>
      <div class="figure-value">{value}</div>
      <div class="figure-note soft">{children}</div>
      <Sparkline values={steps} label={overviewWords().trend(name)} />
    </section>
  );
}
