// `/admin/v1`: the admin API over HTTP, one part of the front. All else of it is loaded when it is asked for the first
// time, so that a gateway that nobody administers is no larger for it.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { GatewayConfig } from "../config/compile.ts";
import type { Part } from "../front.ts";
import type { InboundRequest, Reply } from "../http/message.ts";
import type { ConfigEditor } from "../supervise/config-editor.ts";
import type { AdminOptions } from "./admin-options.ts";
import { isAdminPath } from "./admin-path.ts";
import type { AdminApi, LocalAnswer, LocalAsk } from "./api.ts";
import type { AdminSettings } from "./login/access.ts";
import type { AdminCredentials } from "./login/credentials.ts";
import { CREDENTIALS_FILE, loginLinkOf, setupLinkOf } from "./login/setup-link.ts";
import type { ServingView } from "./operation/serving-view.ts";

/** The admin side of one gateway. */
export class Admin {
  readonly part: Part;
  readonly #options: AdminOptions;
  #serving: ServingView | undefined;
  #editor: ConfigEditor | undefined;
  #api: Promise<AdminApi> | undefined;
  #opened: Promise<AdminCredentials> | undefined;

  constructor(options: AdminOptions) {
    this.#options = options;
    this.part = {
      takes: (path) => isAdminPath(path) && this.#settings().isEnabled,
      handle: (request, reply) => this.#handle(request, reply),
    };
  }

  /** The configuration in force. */
  config(): GatewayConfig {
    return this.#serving?.config() ?? this.#options.config;
  }

  /** From here on it can tell of this gateway. */
  serve(serving: ServingView): void {
    this.#serving = serving;
  }

  /** From here on it can change the file of this gateway. */
  edit(editor: ConfigEditor): void {
    this.#editor = editor;
  }

  /** Gives the link that logs in without a password: another one each time that the one before was used. */
  async loginLink(): Promise<() => string> {
    const credentials = await this.#credentials();
    return () => loginLinkOf(credentials.loginSecret(), this.#serving?.url ?? "");
  }

  /**
   * Says how the password is set, where none is, or how to log in without one: in the log, but the link that sets it by
   * `show` where that is given. Never rejects.
   */
  async greet(show?: (setupLink: string) => void): Promise<void> {
    const { dataDir, log } = this.#options;
    if (!this.#settings().isEnabled) return;
    try {
      if (this.#options.hasLoginLink === true) {
        const link = (await this.loginLink())();
        log.info("admin_link", `Open the dashboard by this link: ${link}`, { url: link });
        return;
      }
      if (dataDir === undefined) return;
      if (existsSync(join(dataDir, CREDENTIALS_FILE))) return;
      const link = setupLinkOf(await (await this.#credentials()).setupSecret(), this.#serving?.url);
      if (link === null) return;
      if (show !== undefined) show(link);
      else log.info("admin_link", `Set the admin password once by this link: ${link}`, { url: link });
    } catch (error) {
      log.error("internal", "The link for the admin password could not be made.", {}, error);
    }
  }

  /** Answers a command of this machine's user. Never rejects. */
  async askLocally(ask: LocalAsk): Promise<LocalAnswer> {
    return (await this.#load()).askLocally(ask);
  }

  async #handle(request: InboundRequest, reply: Reply): Promise<void> {
    await (await this.#load()).handle(request, reply);
  }

  #load(): Promise<AdminApi> {
    this.#api ??= this.#make();
    return this.#api;
  }

  async #make(): Promise<AdminApi> {
    const { AdminApi } = await import("./api.ts");
    const { config } = this.#options;
    return new AdminApi({
      ...this.#options,
      credentials: await this.#credentials(),
      serving: () => this.#serving,
      editor: () => this.#editor,
      settings: () => this.#settings(),
      isTls: config.server.tls !== undefined,
    });
  }

  #credentials(): Promise<AdminCredentials> {
    this.#opened ??= import("./login/credentials.ts").then(
      ({ AdminCredentials }) => new AdminCredentials(this.#options),
    );
    return this.#opened;
  }

  #settings(): AdminSettings {
    const { token } = this.#options;
    const { admin, server } = this.config();
    return { ...admin, token: admin.token ?? token, allowedHosts: server.allowedHosts };
  }
}
