// What the admin API says when it does not do what it was asked.

/** One thing that is wrong with what was sent. */
export type Problem = { readonly at: string; readonly message: string };

/** A question that failed. `code` is stable; `unreachable` where there was no answer. */
export class Failure extends Error {
  readonly status: number;
  readonly code: string;
  readonly problems: readonly Problem[];
  /** Seconds after which it may be tried again. */
  readonly retryAfterS: number | undefined;

  constructor(given: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly problems?: readonly Problem[];
    readonly retryAfterS?: number | undefined;
  }) {
    super(given.message);
    this.status = given.status;
    this.code = given.code;
    this.problems = given.problems ?? [];
    this.retryAfterS = given.retryAfterS;
  }
}

/** Reads an answer that says no. */
export async function failureOf(answer: Response): Promise<Failure> {
  const value: unknown = await answer.json().catch(() => undefined);
  const error: unknown = isRecord(value) ? value["error"] : undefined;
  const said = isRecord(error) ? error : {};
  const { code, message, problems } = said;
  const retryAfterS = Number(answer.headers.get("retry-after") ?? Number.NaN);
  return new Failure({
    status: answer.status,
    code: typeof code === "string" ? code : `http_${answer.status}`,
    message: typeof message === "string" ? message : answer.statusText,
    problems: Array.isArray(problems) ? problems.filter(isProblem) : [],
    retryAfterS: Number.isFinite(retryAfterS) ? retryAfterS : undefined,
  });
}

/** What is wrong with one field, such as `body.name` or a member of it; undefined where nothing is. */
export function problemAt(failure: unknown, at: string): string | undefined {
  if (!(failure instanceof Failure)) return undefined;
  return failure.problems.find((one) => one.at === at || one.at.startsWith(`${at}.`))?.message;
}

/** Whether a value has members. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isProblem(value: unknown): value is Problem {
  return isRecord(value) && typeof value["at"] === "string" && typeof value["message"] === "string";
}
