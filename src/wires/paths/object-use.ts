// What an operation has to do with objects that endpoints keep and tell by an id: files, answers, batches. Only the
// endpoint that made one has it. Types and small helpers; the rows are with the vendor whose paths they are.

/** A kind of object. */
export type ObjectKind = {
  /** What it is called in messages, such as `file`. */
  readonly noun: string;
  /**
   * A GET by which an endpoint tells whether it has an object, with `{id}` in the id's place; undefined where there is
   * none that is safe.
   */
  readonly probe: string | undefined;
  /** Whether such objects come with every request, so that they must not displace those that people make. */
  readonly isPassing: boolean;
};

/**
 * What a path does with objects: `model` asks a model, `new` makes one, `list` tells all, `one` is about one of them.
 * `passed`: nothing is known of it, and it goes where new objects go.
 */
export type ObjectRole = "model" | "new" | "list" | "one" | "passed";

/** When the answer of a model is kept: `marked` by `"store": true`, or unless it is marked by `"store": false`. */
type KeptWhen = "marked" | "unless_marked";

/** What an operation has to do with kept objects. */
export type ObjectUse = ObjectKind & {
  readonly role: ObjectRole;
  /** Where ids of kept objects stand in an answer, or in a stream's event: dotted paths. */
  readonly answerIds: readonly string[];
  /** A header of an answer whose last segment of a path is such an id. */
  readonly idHeader: string | undefined;
  /** A parameter of the query that names the object. */
  readonly idParameter: string | undefined;
  readonly keptWhen: KeptWhen;
  /** Fields of a JSON body, at its top level, that name another object: each with its probe. */
  readonly topFields: readonly ObjectField[];
  /** Their names, in the same order. */
  readonly topNames: readonly string[];
  /** The same anywhere in the body. */
  readonly deepFields: readonly ObjectField[];
  /** How ids have to begin, where the same path may mean something else to some servers; empty: any way. */
  readonly idPrefix: string;
  /** Whether a model may run for it that the request does not name where the gateway could see it. */
  readonly runsUnseenModel: boolean;
};

/** A field that names a kept object: a text, a list of texts, or an object with an `id`. */
export type ObjectField = ObjectKind & { readonly name: string };

/** What of a use is not as usual. */
export type UseParts = Partial<Omit<ObjectUse, "topNames" | "role">>;

/** A use with what is usual. */
export function objectUse(role: ObjectRole, extra: UseParts = {}): ObjectUse {
  return {
    role,
    noun: "object",
    probe: undefined,
    isPassing: false,
    answerIds: [],
    idHeader: undefined,
    idParameter: undefined,
    keptWhen: "unless_marked",
    topFields: [],
    deepFields: [],
    idPrefix: "",
    runsUnseenModel: false,
    ...extra,
    topNames: (extra.topFields ?? []).map(({ name }) => name),
  };
}
