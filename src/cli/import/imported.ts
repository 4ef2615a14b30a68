// What is taken over from another gateway, and what is not. Types, and the collector that the readers fill.

/** An endpoint as the new file has it, in the file's own words. */
export type ImportedEndpoint = {
  readonly name: string;
  readonly base_url: string;
  readonly api?: "anthropic" | "azure";
  /** `${VARIABLE}`; several take turns. */
  readonly api_key?: string;
  readonly api_keys?: readonly string[];
  readonly weight?: number;
  readonly priority?: number;
  readonly enabled?: boolean;
  readonly proxy?: string;
  /** Exactly these; left out, the endpoint is asked. */
  readonly models?: readonly string[];
};

/** A target of an alias. */
export type ImportedTarget = string | { readonly target: string; readonly weight: number };

/** A client key. */
export type ImportedClientKey = {
  readonly name: string;
  readonly key: string;
  readonly models?: readonly string[];
  readonly expires?: string;
};

/** One thing that was not taken over: where it stands, and why. */
export type LeftOut = { readonly at: string; readonly reason: LeftOutReason };

/** Why. */
export type LeftOutReason =
  /** The gateway has nothing of the kind, or does it otherwise. */
  | "unknown"
  /** A provider that is not spoken to. */
  | "provider"
  /** No address is given, and none is known. */
  | "address"
  /** It is there in another way; see the documents. */
  | "otherwise"
  /** It was turned off. */
  | "disabled"
  /** It is encrypted, or not in the file. */
  | "secret";

/** Strategies that others have as well. */
export type ImportedStrategy = "weighted" | "least_in_flight" | "fastest_first_token" | "cheapest";

/** All of it. */
export type Imported = {
  readonly endpoints: readonly ImportedEndpoint[];
  readonly overrides: Readonly<Record<string, readonly ImportedTarget[]>>;
  readonly fallbacks: Readonly<
    Record<string, readonly (string | { readonly to: string; readonly on: string[] })[]>
  >;
  readonly prices: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly clientKeys: readonly ImportedClientKey[];
  /** How an endpoint is chosen; left out, they take turns. */
  readonly strategy?: ImportedStrategy | undefined;
  readonly attempts: number | undefined;
  /** Values of new variables, for the `.env` beside the file. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly leftOut: readonly LeftOut[];
};

/** Names that are taken, and variables with their values, while a file is read. */
export class ImportNames {
  readonly secrets = new Map<string, string>();
  readonly #names = new Set<string>();

  /** A name for an endpoint: letters, digits, `.`, `_` and `-`, and no other's. */
  endpoint(wanted: string): string {
    const plain = wanted
      .normalize("NFKD")
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+|-+$/g, "")
      .slice(0, 40);
    const base = plain === "" ? "endpoint" : plain;
    let name = base;
    for (let count = 2; this.#names.has(name.toLowerCase()); count += 1) name = `${base}-${count}`;
    this.#names.add(name.toLowerCase());
    return name;
  }

  /** A variable for a secret: `${NAME}`. The same secret has the same one. */
  secret(wanted: string, value: string): string {
    for (const [name, known] of this.secrets) if (known === value) return `\${${name}}`;
    const base = wanted
      .toUpperCase()
      .replace(/[^A-Z0-9]+/g, "_")
      .replace(/^[^A-Z]+|_+$/g, "");
    let name = base === "" ? "KEY" : base;
    for (let count = 2; this.secrets.has(name); count += 1) name = `${base === "" ? "KEY" : base}_${count}`;
    this.secrets.set(name, value);
    return `\${${name}}`;
  }
}
