// The running gateways in `doctor`'s report: how busy each is, what it refuses, and what rests in it.

import { cleanText } from "../../core/clean-text.ts";
import { message } from "../../language/messages.ts";
import type { Snapshot } from "../../snapshot.ts";
import { restLine } from "../control/rest-lines.ts";
import type { RunningGateway } from "../control/running.ts";
import type { CommandContext } from "../terminal/command.ts";

/** One running gateway, without its models, which `models` shows, and without the path of its file. */
export type GatewayReport = Omit<Snapshot, "models" | "notes" | "config"> & {
  readonly pid: number;
  readonly config: { readonly kind: Snapshot["config"]["kind"]; readonly ageMs: number };
};

/** What the report has of a running gateway. */
export function gatewayReport({ pid, snapshot }: RunningGateway): GatewayReport {
  const { models: _models, notes: _notes, config, ...rest } = snapshot;
  return { pid, ...rest, config: { kind: config.kind, ageMs: config.ageMs } };
}

/** For people: a line for the gateway, and one for each thing that rests in it. */
export function gatewayLines(context: CommandContext, report: GatewayReport): string[] {
  const { text, terminal } = context;
  const { paint, symbols } = terminal;
  const { gate, pressure } = report.overload;
  const facts = text("doctor.gateway", {
    pid: report.pid,
    version: cleanText(report.version ?? "?"),
    minutes: Math.floor(report.uptimeMs / 60_000),
    inFlight: gate.inFlight,
    waiting: gate.waiting,
    connections: report.listener?.openConnections ?? 0,
    lag: Math.round(report.lagMs),
  });
  const refused =
    pressure === null ? "" : `; ${text("doctor.pressure", { reason: message(`pressure.${pressure}`) })}`;
  const mark = pressure === null ? paint.green(symbols.ok) : paint.red(symbols.bad);
  const rests = report.endpoints.flatMap((endpoint) => endpoint.rests);
  return [
    `${mark} ${facts}${refused}`,
    ...storeLines(context, report),
    ...rests.map((rest) => `  ${restLine(context, rest)}`),
  ];
}

/** Nothing where all is kept. */
function storeLines({ text }: CommandContext, { store }: GatewayReport): string[] {
  const { health, queued, lost } = store;
  if (health === "ok" && lost === 0) return [];
  return [`  ${text("doctor.store", { health: message(`store.${health}`), queued, lost })}`];
}
