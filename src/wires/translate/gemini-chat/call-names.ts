// Names of functions and ids of calls in both APIs. Gemini's names may have dots and colons and be longer than those of a
// chat; such a name goes out in another spelling, and comes back as it was. Its calls need no ids; those of a chat do.

import { createHash } from "node:crypto";

/** The longest name that chats take, and the longest id that all of their servers do. */
const MAX_NAME_CHARS = 64;
const MAX_ID_CHARS = 40;
const DIGEST_CHARS = 8;
const ID = /^[\w-]+$/;

/** The functions of one request. */
export class CallNames {
  readonly #sent = new Map<string, string>();
  readonly #known = new Map<string, string>();

  /** As the endpoint is told. The same each time, and no other function's. */
  sent(name: string): string {
    const before = this.#sent.get(name);
    if (before !== undefined) return before;
    let plain = name.replace(/[^\w-]/g, "_");
    if (plain.length > MAX_NAME_CHARS || this.#known.has(plain))
      plain = `${plain.slice(0, MAX_NAME_CHARS - DIGEST_CHARS - 1)}_${digestOf(name)}`;
    this.#sent.set(name, plain);
    this.#known.set(plain, name);
    return plain;
  }

  /** As the client knows it. */
  known(name: string): string {
    return this.#known.get(name) ?? name;
  }
}

type AskedCall = { readonly id: string; readonly name: string };

/** The calls of one conversation, so that each result finds its own. */
export class CallIds {
  #waiting: AskedCall[] = [];
  /** By the id of a call of the last turn: what has been said of it. */
  #told = new Map<string, string>();
  #count = 0;

  /** The id of a call; `given`: the client's, which may be missing. */
  ofCall(name: string, given: unknown): string {
    const id = typeof given === "string" && given !== "" ? chatId(given) : `call_${this.#count}`;
    this.#count += 1;
    this.#waiting.push({ id, name });
    return id;
  }

  /**
   * The id of the call that a result is of: by its own id, else the first of that name. `stray` where there is none, and
   * `again` for one that has been told already, as agents do that go on with an earlier session.
   */
  ofResult(name: string, given: unknown, text: string): { readonly id: string } | "stray" | "again" {
    const id = typeof given === "string" && given !== "" ? chatId(given) : undefined;
    const byId = id === undefined ? -1 : this.#waiting.findIndex((call) => call.id === id);
    if (byId === -1 && id !== undefined && this.#told.get(id) === text) return "again";
    const at = byId === -1 ? this.#waiting.findIndex((call) => call.name === name) : byId;
    const [call] = at === -1 ? [] : this.#waiting.splice(at, 1);
    if (call === undefined) return "stray";
    this.#told.set(call.id, text);
    return call;
  }

  /** A model's turn begins: results of calls before the last turn are none of it. */
  begin(): void {
    this.#waiting = [];
    this.#told = new Map();
  }
}

function chatId(id: string): string {
  return id.length <= MAX_ID_CHARS && ID.test(id) ? id : `call_${digestOf(id)}`;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, DIGEST_CHARS);
}
