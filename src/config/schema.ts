// The form of the configuration file: keys, types, what each is for. One value at a time; rules about several
// values are in `rules-*.ts`. The one importer of `zod`. Read by `shape.ts`, by the JSON Schema that editors use
// and by the generator of docs/configuration.md.

import { z } from "zod";
import { DEFAULTS } from "./defaults.ts";
import { flattenIssue, type ShapeIssue } from "./shape-issue.ts";
import { parseDuration, parseSize } from "./units.ts";

// Texts given as `error` complete the sentence "KEY must be …".

function text(description: string): z.ZodString {
  return z.string({ error: "text" }).describe(description);
}

function flag(description: string, fallback: boolean): z.ZodBoolean {
  return z.boolean({ error: "true or false" }).meta({ description, default: fallback });
}

function duration(description: string, fallback?: string) {
  const error = "a duration such as 250ms, 5s or 2m, or a number of seconds";
  const base = z.union([z.string(), z.number()], { error }).superRefine((value, context) => {
    const parsed = parseDuration(value);
    if (parsed.kind === "bad")
      context.addIssue({ code: "custom", message: parsed.message, params: { code: "OG114" } });
  });
  return base.meta({ description, ...(fallback === undefined ? {} : { default: fallback }) });
}

function size(description: string, fallback: string) {
  const error = "a size such as 64MiB or 32MB, or a number of bytes";
  const base = z.union([z.string(), z.number()], { error }).superRefine((value, context) => {
    const parsed = parseSize(value);
    if (parsed.kind === "bad")
      context.addIssue({ code: "custom", message: parsed.message, params: { code: "OG115" } });
  });
  return base.meta({ description, default: fallback });
}

function whole(
  description: string,
  range: { readonly min: number; readonly max: number; readonly fallback?: number },
) {
  const error = `a whole number from ${range.min} to ${range.max}`;
  const base = z.number({ error }).int({ error }).min(range.min, { error }).max(range.max, { error });
  return base.meta({ description, ...(range.fallback === undefined ? {} : { default: range.fallback }) });
}

function listOf<T extends z.ZodType>(entry: T, description: string): z.ZodArray<T> {
  return z.array(entry, { error: "a list" }).describe(description);
}

const BLOCK = { error: "a block of keys" };

const server = z
  .strictObject(
    {
      host: text(
        "Address to listen on. Any other than a loopback address needs `api_keys` (or `allow_anonymous: true`).",
      ).meta({ default: DEFAULTS.server.host }),
      port: whole("Port to listen on; 0 takes a free one.", {
        min: 0,
        max: 65_535,
        fallback: DEFAULTS.server.port,
      }),
      api_keys: listOf(
        text("A client key."),
        "Keys that clients must send as `Authorization: Bearer KEY`. Enforced as soon as there is one. Visible ASCII without spaces.",
      ),
      allow_anonymous: flag(
        "Accept other addresses than loopback, and web pages of every origin, without client keys.",
        DEFAULTS.server.allowAnonymous,
      ),
      cors_origins: listOf(
        text("An origin."),
        'Origins of web pages that may call the gateway besides those of localhost, such as `https://app.example.com`; `"*"` is every origin.',
      ),
      allowed_hosts: listOf(
        text("A host name."),
        "Names, without port, by which clients may address the gateway besides localhost, IP addresses and `host`: a guard against DNS rebinding.",
      ),
      max_body: size(
        "Largest request body; a larger one is answered with 413. From 1KiB to 1GiB.",
        DEFAULTS.server.maxBody,
      ),
      body_timeout: duration("Longest silence while a client sends its body.", DEFAULTS.server.bodyIdle),
    },
    BLOCK,
  )
  .partial()
  .describe("Where the gateway listens and who may call it.");

const timeouts = z
  .strictObject(
    {
      connect: duration("TCP and TLS handshake together.", DEFAULTS.endpoint.connect),
      first_byte: z
        .union(
          [
            duration("From the end of the request to the head of the answer."),
            z
              .strictObject(
                {
                  stream: duration(
                    "The same, for requests with `stream: true`.",
                    DEFAULTS.endpoint.firstByteStream,
                  ),
                  plain: duration("The same, for all other requests.", DEFAULTS.endpoint.firstBytePlain),
                },
                BLOCK,
              )
              .partial(),
          ],
          { error: "a duration such as 120s, or {stream: 120s, plain: 600s}" },
        )
        .describe(
          "From the end of the request to the head of the answer: one duration for all, or `stream` and `plain` apart. After it the next endpoint is tried.",
        ),
      idle: duration("Silence between two pieces of an answer.", DEFAULTS.endpoint.idle),
      total: duration(
        "Whole time of a request that is no stream, over all its attempts.",
        DEFAULTS.endpoint.total,
      ),
    },
    BLOCK,
  )
  .partial()
  .describe("Limits of one attempt at this endpoint.");

const models = z
  .union(
    [
      listOf(text("A model's exact name."), "A static list: exactly these, and the endpoint is not asked."),
      z
        .strictObject(
          {
            include: listOf(
              text("A pattern."),
              "Patterns (`*` any text, `?` one character): of the models that the endpoint lists, only those that match one.",
            ),
            exclude: listOf(text("A pattern."), "Patterns: not those that match one."),
            list: listOf(
              text("A model's exact name."),
              "A static list, spelled out; cannot be combined with `include` and `exclude`.",
            ),
          },
          BLOCK,
        )
        .partial(),
    ],
    { error: "a list of model names, or {include: […], exclude: […]}" },
  )
  .describe(
    "Which models this endpoint offers: a list of exact names (then it is not asked for its list), or patterns over what it lists. All that it lists when left out.",
  );

const endpoint = z
  .strictObject(
    {
      name: text(
        "Unique name; stands before the slash in `endpoint/model`, in logs and headers. No `/`, no `*`.",
      ),
      base_url: text(
        "Address of the API up to and with its version, such as `https://api.example.com/v1`. A trailing slash does not matter.",
      ),
      api_key: text(
        "The endpoint's key, sent as `Authorization: Bearer`. Left out or empty: no key is sent, never the client's.",
      ).optional(),
      weight: whole(
        "Share in the rotation: 10 gets twice as many requests as 5. 0 drains: no new requests unless nothing else serves the model.",
        { min: 0, max: 1_000, fallback: DEFAULTS.endpoint.weight },
      ).optional(),
      models: models.optional(),
      enabled: flag(
        "`false` takes the endpoint out without deleting it.",
        DEFAULTS.endpoint.enabled,
      ).optional(),
      headers: z
        .record(z.string(), text("A value."), { error: "a block of header names with their values" })
        .describe(
          "Further headers for every request to this endpoint. They win over the client's. `Authorization` is allowed only where there is no `api_key`.",
        )
        .optional(),
      timeouts: timeouts.optional(),
      organization: text("Value of `OpenAI-Organization`.").optional(),
      project: text("Value of `OpenAI-Project`.").optional(),
    },
    { error: 'a block of keys such as "name" and "base_url"' },
  )
  .describe("One OpenAI-compatible API.");

const target = z.union(
  [
    text('`endpoint/model`, or `"*"`.'),
    z.strictObject(
      {
        target: text('`endpoint/model`, or `"*"`.'),
        weight: whole("Weight of this target in this override; the endpoint's weight when left out.", {
          min: 0,
          max: 1_000,
        }).optional(),
      },
      BLOCK,
    ),
  ],
  { error: '"endpoint/model", or {target: "endpoint/model", weight: 1}' },
);

const routing = z
  .strictObject(
    {
      mode: z.enum(["merge", "prefix"], { error: '"merge" or "prefix"' }).meta({
        description:
          "`merge`: models of the same name at several endpoints are one, and requests rotate among them. `prefix`: every model is called `endpoint/model`.",
        default: DEFAULTS.routing.mode,
      }),
      model_overrides: z
        .record(z.string(), listOf(target, "Targets."), {
          error: "a block of model names, each with a list of targets",
        })
        .describe(
          'Public names with exactly these targets, each `endpoint/model` (split at the first `/`) or `{target, weight}`; `"*"` stands for every endpoint that lists the public name itself. Only in mode `merge`.',
        ),
      hide_merged: flag(
        "Leave the models that overrides point at off the list of models; they can still be called.",
        DEFAULTS.routing.hideMerged,
      ),
    },
    BLOCK,
  )
  .partial()
  .describe("How public model names come about.");

const discovery = z
  .strictObject(
    {
      interval: duration("How often every endpoint is asked for its models.", DEFAULTS.discovery.interval),
      timeout: duration("How long an endpoint may take to list them.", DEFAULTS.discovery.timeout),
    },
    BLOCK,
  )
  .partial()
  .describe("How the endpoints' models are found out (`GET {base_url}/models`).");

const log = z
  .strictObject(
    {
      level: z
        .enum(["debug", "info", "warn", "error", "silent"], {
          error: '"debug", "info", "warn", "error" or "silent"',
        })
        .meta({ description: "The least important lines to write.", default: DEFAULTS.log.level }),
      format: z.enum(["auto", "pretty", "json"], { error: '"auto", "pretty" or "json"' }).meta({
        description: "`auto`: for people on a terminal, JSON lines elsewhere.",
        default: DEFAULTS.log.format,
      }),
    },
    BLOCK,
  )
  .partial()
  .describe("What is logged, and how.");

/** The whole file. Every section may be left out. */
const configSchema = z
  .strictObject(
    { server, endpoints: listOf(endpoint, "The APIs to put behind one address."), routing, discovery, log },
    BLOCK,
  )
  .partial();

/** The file as written, its form checked. */
export type RawConfig = z.infer<typeof configSchema>;

/** One entry of `endpoints` as written. */
export type RawEndpoint = z.infer<typeof endpoint>;

/** Checks the form. Either the typed file or all that is wrong with it. */
export function checkShape(value: unknown): {
  readonly config: RawConfig | undefined;
  readonly issues: readonly ShapeIssue[];
} {
  const result = configSchema.safeParse(value);
  if (result.success) return { config: result.data, issues: [] };
  return { config: undefined, issues: result.error.issues.flatMap((issue) => flattenIssue(issue, [])) };
}

/** The JSON Schema (2020-12) of the file as plain data, before `json-schema.ts` fits it for editors. */
export function rawJsonSchema(): unknown {
  return z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" });
}
