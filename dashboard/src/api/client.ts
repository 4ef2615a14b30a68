// Asks the admin API. A session that has ended does not lose the question: it waits for the log-in and is asked again.

import { appWords } from "../words/app/words.ts";
import { language } from "../words/language.ts";
import { Failure, failureOf } from "./failure.ts";
import { OPERATIONS, type Operations } from "./schema.ts";
import { isReachable, loggedIn, session } from "./state.ts";

const BASE = "/admin/v1";
/** Without it the gateway changes nothing for a cookie. */
const CSRF = { "x-oai-gateway-csrf": "1" } as const;

/** Says that nobody is logged in, and not that an endpoint refuses its key. */
const NOBODY = "admin_login_required";

/** The name of an operation. */
export type OperationId = keyof Operations;

/** What is sent with one: the parts of its path, its query and its body. */
export type Sent<Id extends OperationId> = Omit<Operations[Id], "answer">;

/** What it answers. */
export type Answer<Id extends OperationId> = Operations[Id]["answer"];

type MayOmit<T> =
  Record<never, never> extends T ? [sent?: T, options?: CallOptions] : [sent: T, options?: CallOptions];

/** How a question is asked. */
export type CallOptions = {
  /** Takes the question back. */
  readonly signal?: AbortSignal;
  /** Fails where nobody is logged in, and does not wait for it. */
  readonly isOpen?: boolean;
};

/**
 * Asks, and gives back the answer's value.
 * @throws Failure; the signal's reason where it was taken back
 */
export async function call<Id extends OperationId>(
  id: Id,
  ...[sent, options]: MayOmit<Sent<Id>>
): Promise<Answer<Id>> {
  const answer = await send(id, { ...sent }, options ?? {});
  // The schema says what an operation answers, and a test holds the schema to the gateway.
  return (answer.status === 204 ? undefined : await answer.json()) as Answer<Id>;
}

/**
 * The same for what is no JSON, such as a file: gives back the answer itself.
 * @throws Failure; the signal's reason where it was taken back
 */
export async function callForText<Id extends OperationId>(
  id: Id,
  ...[sent, options]: MayOmit<Sent<Id>>
): Promise<string> {
  return (await send(id, { ...sent }, options ?? {})).text();
}

/**
 * The same for what answers in its own way, such as an endpoint by a stream: the answer itself, whatever its status. Only
 * where it says that nobody is logged in it waits for the log-in and asks again.
 * @throws Failure where nothing answers; the signal's reason where it was taken back
 */
export async function callForAnswer<Id extends OperationId>(
  id: Id,
  sent: Sent<Id>,
  options: Pick<CallOptions, "signal">,
): Promise<Response> {
  const answer = await fetchOnce(id, { ...sent }, options);
  if (answer.status !== 401) return answer;
  const { code } = await failureOf(answer.clone());
  if (code !== NOBODY) return answer;
  if (session.value === "in") session.value = "expired";
  await loggedIn();
  options.signal?.throwIfAborted();
  return fetchOnce(id, { ...sent }, options);
}

type Anything = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
};

async function send(id: OperationId, sent: Anything, options: CallOptions): Promise<Response> {
  const answer = await fetchOnce(id, sent, options);
  if (answer.ok) return answer;
  const failure = await failureOf(answer);
  if (failure.status !== 401 || options.isOpen === true) throw failure;
  if (session.value === "in") session.value = "expired";
  await loggedIn();
  options.signal?.throwIfAborted();
  const again = await fetchOnce(id, sent, options);
  if (again.ok) return again;
  throw await failureOf(again);
}

async function fetchOnce(id: OperationId, sent: Anything, { signal }: CallOptions): Promise<Response> {
  const [method] = OPERATIONS[id];
  // The language that the viewer has chosen, which need not be the browser's.
  const headers = { "accept-language": language.value };
  const init: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    cache: "no-store",
    ...(signal && { signal }),
  };
  if (method !== "GET")
    init.headers = {
      ...headers,
      ...CSRF,
      ...(sent.body === undefined ? {} : { "content-type": "application/json" }),
    };
  if (sent.body !== undefined) init.body = JSON.stringify(sent.body);
  try {
    const answer = await fetch(urlOf(id, sent), init);
    isReachable.value = true;
    return answer;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    isReachable.value = false;
    throw new Failure({ status: 0, code: "unreachable", message: appWords().unreachable });
  }
}

/** The address of an operation, for what is no question of ours: a download, or a stream. */
function urlOf(id: OperationId, { params = {}, query = {} }: Omit<Anything, "body"> = {}): string {
  const [, path] = OPERATIONS[id];
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(params[name] ?? ""),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  const text = search.toString();
  return `${BASE}${filled}${text === "" ? "" : `?${text}`}`;
}
