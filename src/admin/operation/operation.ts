// What an operation of the admin API is: a row with its path, the schemas that check and describe it, and what it does.

import type { FlatHeaders, Reply } from "../../http/message.ts";
import type { AuditEntry } from "../../store/store.ts";
import type { Actor } from "../login/actor.ts";
import type { AdminParts } from "./parts.ts";
import type { Shape, ValueOf } from "./shapes.ts";

/** Methods of the admin API. */
export type AdminMethod = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/** What is noted of a change. */
export type Change = Pick<AuditEntry, "action" | "subject"> & { readonly detail?: unknown };

/** What an operation works with. */
export type Ask<P, Q, B> = {
  readonly parts: AdminParts;
  readonly actor: Actor;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Notes a change in the audit log. Nothing secret may be in its detail. */
  readonly note: (change: Change) => Promise<void>;
};

/**
 * What an operation answers: the value, which is a text where the operation has a media type of its own, and headers
 * besides the usual ones; or `stream`, which writes the whole answer with the headers that it is given.
 */
export type AdminResult<R> =
  | { readonly value: R; readonly headers?: readonly string[]; readonly stream?: undefined }
  | { readonly stream: AnswerStream };

/** Writes an answer piece by piece. The answer may last longer than the promise that it gives. */
type AnswerStream = (reply: Reply, headers: FlatHeaders) => Promise<void> | void;

/** One operation, its types forgotten. */
export type AdminOperation = {
  /** In the OpenAPI document; unique. */
  readonly id: string;
  readonly tag: string;
  readonly method: AdminMethod;
  /** Below `/admin/v1`, such as `/keys/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** Whether it is answered without credentials. */
  readonly isOpen: boolean;
  /** Names of the parts of its path. */
  readonly params: readonly string[];
  readonly query: Shape | undefined;
  readonly body: Shape | undefined;
  readonly answer: Shape | undefined;
  readonly status: 200 | 201 | 204;
  /** Of an answer that is no JSON value, such as a stream of events; `answer` then says what is in it. */
  readonly media: string | undefined;
  /** Of its body at most; undefined: as is usual. */
  readonly maxBodyBytes: number | undefined;
  readonly run: (ask: Ask<Record<string, string>, unknown, unknown>) => Promise<AdminResult<unknown>>;
};

type WrittenOperation<Q extends Shape, B extends Shape, A extends Shape> = Pick<
  AdminOperation,
  "id" | "tag" | "method" | "path" | "summary"
> & {
  readonly isOpen?: boolean;
  readonly query?: Q;
  readonly body?: B;
  /** Left out for an answer without a body. */
  readonly answer?: A;
  readonly status?: 200 | 201;
  readonly media?: string;
  readonly maxBodyBytes?: number;
  readonly run: (
    ask: Ask<Record<string, string>, ValueOf<Q>, ValueOf<B>>,
  ) => Promise<AdminResult<Frozen<ValueOf<A>>>> | AdminResult<Frozen<ValueOf<A>>>;
};

/** The same, and nobody changes it: what is read elsewhere may be answered as it is. */
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** A row of the table. Its `run` is called with values that its schemas have checked. */
export function operation<Q extends Shape, B extends Shape, A extends Shape>(
  written: WrittenOperation<Q, B, A>,
): AdminOperation {
  const { run, path, answer } = written;
  return {
    ...written,
    isOpen: written.isOpen ?? false,
    params: [...path.matchAll(/\{(\w+)\}/g)].map(([, param = ""]) => param),
    query: written.query,
    body: written.body,
    answer,
    media: written.media,
    maxBodyBytes: written.maxBodyBytes,
    status: answer === undefined ? 204 : (written.status ?? 200),
    // The schemas have made these values of what was sent.
    run: async (ask) => await run(ask as Ask<Record<string, string>, ValueOf<Q>, ValueOf<B>>),
  };
}
