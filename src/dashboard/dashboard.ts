// `/ui`: the dashboard in a browser, one part of the front. It is a page and its files, without any data: all that it shows
// comes from the admin API. Nothing of it is loaded before somebody asks.

import { checkMachine } from "../admin/login/access.ts";
import type { GatewayConfig } from "../config/compile.ts";
import { GatewayError } from "../core/errors.ts";
import type { Part } from "../front.ts";
import type { InboundRequest, Reply } from "../http/message.ts";
import type { DashboardSite } from "./dashboard-site.ts";

const PATH = "/ui";
const HOME = "/";

/** What of the configuration says whether there is a dashboard, and for whom. */
type DashboardSettings = Pick<GatewayConfig, "admin"> & {
  readonly server: Pick<GatewayConfig["server"], "allowedHosts">;
};

/** The dashboard of one process. */
export class Dashboard {
  readonly part: Part;
  readonly #config: () => DashboardSettings;
  #loaded: Promise<DashboardSite> | undefined;

  /** `config` is the configuration in force. */
  constructor(config: () => DashboardSettings) {
    this.#config = config;
    this.part = {
      takes: (path, request) => this.#takes(path, request),
      handle: (request, reply) => this.#handle(request, reply),
    };
  }

  #takes(path: string, request: InboundRequest): boolean {
    if (path === HOME) return isBrowser(request) && this.#isEnabled() && this.#refusal(request) === undefined;
    return (path === PATH || path.startsWith(`${PATH}/`)) && this.#isEnabled();
  }

  async #handle(request: InboundRequest, reply: Reply): Promise<void> {
    this.#loaded ??= import("./dashboard-site.ts").then(({ DashboardSite }) => new DashboardSite());
    const site = await this.#loaded;
    const refusal = this.#refusal(request);
    if (refusal === undefined) site.answer(request, reply);
    else site.refuse(request, reply, refusal);
  }

  #isEnabled(): boolean {
    return this.#config().admin.isEnabled;
  }

  /** Undefined where it comes from where it may. That a link of another site leads here does no harm: there is no data. */
  #refusal(request: InboundRequest): GatewayError | undefined {
    const { admin, server } = this.#config();
    try {
      checkMachine(request, { isRemote: admin.isRemote, allowedHosts: server.allowedHosts });
      return undefined;
    } catch (error) {
      if (error instanceof GatewayError) return error;
      throw error;
    }
  }
}

function isBrowser(request: InboundRequest): boolean {
  return request.method === "GET" && /\btext\/html\b/i.test(request.header("accept") ?? "");
}
