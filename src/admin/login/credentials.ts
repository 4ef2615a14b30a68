// Who may administer: by a password that is set once by a link, by the sessions that it opens, or by a token from the
// configuration. The client keys of the API open nothing here. Password and sessions are in a small file of the data
// folder, so that a log-in works whatever the database does.

import { hash, randomBytes } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import { DataFolder } from "../../store/data-folder.ts";
import { type PasswordHash, PasswordHasher, readPasswordHash } from "./password.ts";
import { CREDENTIALS_FILE } from "./setup-link.ts";

const SESSION_MS = 12 * 3_600_000;
const MAX_SESSIONS = 100;

/** What a log-in gives: `secret` is what the client sends from now on. */
export type OpenedSession = { readonly secret: string; readonly expiresMs: number };

/** What credentials are kept with. */
export type CredentialsPlace = {
  /** Undefined: nothing outlives the process. */
  readonly dataDir: string | undefined;
  readonly log: Log;
  readonly clock: Clock;
};

/** The password and the sessions. */
export class AdminCredentials {
  readonly #clock: Clock;
  readonly #folder: DataFolder | undefined;
  readonly #hasher = new PasswordHasher();
  /** Told whenever sessions have ended before their time. */
  onEnded: (() => void) | undefined;
  /** Digest of a session's secret to its end, milliseconds since 1970. */
  readonly #sessions = new Map<string, number>();
  /** The part of the one-time link that only its reader knows; undefined once there is a password. */
  #setupSecret: string | undefined;
  #loginSecret: string | undefined;
  #password: PasswordHash | undefined;
  #loaded: Promise<void> | undefined;

  constructor({ dataDir, log, clock }: CredentialsPlace) {
    this.#clock = clock;
    const use = { log, clock, event: "admin_unsaved", what: "The admin password and its sessions" };
    this.#folder = dataDir === undefined ? undefined : new DataFolder(dataDir, [], use);
  }

  /** Whether a password is set. */
  async isSetUp(): Promise<boolean> {
    await this.#load();
    return this.#password !== undefined;
  }

  /** The secret of the one-time link; undefined where a password is set. The same until it is used. */
  async setupSecret(): Promise<string | undefined> {
    if (await this.isSetUp()) return undefined;
    this.#setupSecret ??= randomBytes(24).toString("base64url");
    return this.#setupSecret;
  }

  /**
   * Sets the first password by the one-time link. False: the link is not, or no longer, good.
   * @throws TooManyTries
   */
  async setUp(secret: string, password: string): Promise<boolean> {
    await this.#load();
    if (this.#setupSecret === undefined || digestOf(secret) !== digestOf(this.#setupSecret)) return false;
    // Of two that use the link at once the first has it.
    this.#setupSecret = undefined;
    await this.#setPassword(password);
    return true;
  }

  /** The secret of a link that logs in once; the same until it is used. For a gateway that keeps nothing. */
  loginSecret(): string {
    this.#loginSecret ??= randomBytes(24).toString("base64url");
    return this.#loginSecret;
  }

  /** Opens a session by that link. Undefined: the link is not, or no longer, good. */
  async openByLink(secret: string): Promise<OpenedSession | undefined> {
    if (this.#loginSecret === undefined || digestOf(secret) !== digestOf(this.#loginSecret)) return undefined;
    // Of two that use the link at once the first has it.
    this.#loginSecret = undefined;
    return this.open();
  }

  /**
   * Sets another password and ends every session.
   * @throws TooManyTries
   */
  async change(password: string): Promise<void> {
    await this.#load();
    await this.#setPassword(password);
  }

  /** Forgets the password: the next start has a link again. */
  async reset(): Promise<void> {
    await this.#load();
    this.#password = undefined;
    this.#sessions.clear();
    this.onEnded?.();
    await this.#save();
  }

  /**
   * Whether it is the password; takes as long where there is none.
   * @throws TooManyTries
   */
  async isPassword(password: string): Promise<boolean> {
    await this.#load();
    return this.#hasher.matches(password, this.#password);
  }

  /** Opens a session; the oldest ends where there are too many. */
  async open(): Promise<OpenedSession> {
    await this.#load();
    this.#dropExpired();
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= MAX_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    const secret = randomBytes(32).toString("base64url");
    const expiresMs = this.#clock.wallMs() + SESSION_MS;
    this.#sessions.set(digestOf(secret), expiresMs);
    await this.#save();
    return { secret, expiresMs };
  }

  /** The session of a secret; undefined where there is none, or it has ended. */
  async sessionOf(secret: string): Promise<string | undefined> {
    await this.#load();
    const digest = digestOf(secret);
    const expiresMs = this.#sessions.get(digest);
    return expiresMs !== undefined && expiresMs > this.#clock.wallMs() ? digest : undefined;
  }

  /** Whether a session, as `sessionOf` names it, goes on. */
  isOpen(session: string): boolean {
    return (this.#sessions.get(session) ?? 0) > this.#clock.wallMs();
  }

  /** Ends a session, or all of them. */
  async end(session: string | "all"): Promise<void> {
    await this.#load();
    if (session === "all") this.#sessions.clear();
    else this.#sessions.delete(session);
    this.onEnded?.();
    await this.#save();
  }

  async #setPassword(password: string): Promise<void> {
    this.#password = await this.#hasher.make(password);
    this.#sessions.clear();
    this.onEnded?.();
    await this.#save();
  }

  #dropExpired(): void {
    const nowMs = this.#clock.wallMs();
    for (const [digest, expiresMs] of this.#sessions) if (expiresMs <= nowMs) this.#sessions.delete(digest);
  }

  #load(): Promise<void> {
    this.#loaded ??= this.#read();
    return this.#loaded;
  }

  async #read(): Promise<void> {
    const kept = await this.#folder?.read(CREDENTIALS_FILE, readFile);
    if (kept === undefined) return;
    this.#password = kept.password;
    for (const [digest, expiresMs] of kept.sessions) this.#sessions.set(digest, expiresMs);
  }

  async #save(): Promise<void> {
    const { n, r, p, salt, hash: made } = this.#password ?? {};
    const password = this.#password === undefined ? undefined : { n, r, p, salt, hash: made };
    await this.#folder?.write(CREDENTIALS_FILE, () =>
      JSON.stringify({ version: 1, password, sessions: [...this.#sessions] }),
    );
  }
}

type KeptCredentials = {
  readonly password: PasswordHash | undefined;
  readonly sessions: readonly (readonly [string, number])[];
};

/** @throws Error for what was not written here */
function readFile(text: string): KeptCredentials {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) throw new Error("no object");
  const { password, sessions }: { password?: unknown; sessions?: unknown } = value;
  const list: readonly unknown[] = Array.isArray(sessions) ? sessions : [];
  return {
    password: readPasswordHash(password),
    sessions: list.flatMap((one) => {
      const [digest, expiresMs]: readonly unknown[] = Array.isArray(one) ? one : [];
      return typeof digest === "string" && typeof expiresMs === "number"
        ? [[digest, expiresMs] as const]
        : [];
    }),
  };
}

function digestOf(secret: string): string {
  return hash("sha256", secret, "hex");
}
