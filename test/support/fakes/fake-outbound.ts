// An `OutboundClient` without a network: a script says what each call gets. For unit tests of what sits on the
// outbound seam; whole streams over real sockets are `fake-endpoint.ts`.

import type { FlatHeaders } from "../../../src/http/message.ts";
import type {
  OutboundCall,
  OutboundClient,
  OutboundFailure,
  OutboundHandler,
  OutboundRequest,
  Peer,
  Route,
  SendOptions,
} from "../../../src/upstream/client.ts";

/** What one call gets. `hang` never answers. */
export type Scripted =
  | { readonly status: number; readonly headers?: FlatHeaders; readonly chunks: readonly (string | Buffer)[] }
  | { readonly failure: OutboundFailure }
  | "hang";

/** A call as it was made. */
export type SentCall = {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly isFresh: boolean;
};

/** Plays a script and remembers what was sent. */
export class FakeOutbound implements OutboundClient {
  readonly calls: SentCall[] = [];
  cancelled = 0;
  /** The script; may be replaced between calls. */
  script: (call: SentCall) => Scripted;

  constructor(script: (call: SentCall) => Scripted) {
    this.script = script;
  }

  open({ origin }: Peer): Route {
    return { origin };
  }

  send(route: Route, request: OutboundRequest, handler: OutboundHandler, options: SendOptions): OutboundCall {
    const call: SentCall = {
      origin: route.origin,
      path: request.path,
      headers: record(request.headers),
      isFresh: options.isFresh ?? false,
    };
    this.calls.push(call);
    const scripted = this.script(call);
    let isOver = false;
    queueMicrotask(() => {
      if (scripted !== "hang") play(scripted, handler, () => isOver);
    });
    return {
      resume() {},
      cancel: () => {
        isOver = true;
        this.cancelled += 1;
      },
    };
  }

  /** Nobody switches here; that is for real sockets. */
  upgrade(): OutboundCall {
    throw new Error("the fake knows no upgrades");
  }

  retain(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A script entry: status 200 and a JSON body. */
export function json(value: unknown, status = 200, headers: FlatHeaders = []): Scripted {
  return { status, headers, chunks: [JSON.stringify(value)] };
}

/** A script entry: a list in OpenAI's shape. */
export function list(...ids: readonly string[]): Scripted {
  return json({ object: "list", data: ids.map((id) => ({ id, object: "model" })) });
}

/** A script entry: nobody listens. */
export const refused: Scripted = {
  failure: { kind: "connect_failed", reason: "ECONNREFUSED", isStale: false },
};

function play(scripted: Exclude<Scripted, "hang">, handler: OutboundHandler, isOver: () => boolean): void {
  if ("failure" in scripted) {
    if (!isOver()) handler.onFailure(scripted.failure);
    return;
  }
  if (!isOver()) handler.onHead(scripted.status, scripted.headers ?? []);
  for (const chunk of scripted.chunks) {
    if (!isOver()) handler.onData(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  }
  if (!isOver()) handler.onEnd();
}

function record(headers: FlatHeaders): Record<string, string | undefined> {
  const fields: Record<string, string | undefined> = {};
  for (let at = 0; at + 1 < headers.length; at += 2) fields[headers[at] ?? ""] = headers[at + 1];
  return fields;
}
