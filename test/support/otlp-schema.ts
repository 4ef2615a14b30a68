// The form of an OTLP/HTTP request for traces as JSON, refusing every field that is not known. It says the same as the
// official protocol definitions, as far as the gateway uses them: `npm run test:otlp` holds both against each other.

import * as z from "../../src/validation/zod.ts";

const traceId = z.string().regex(/^(?!0{32})[0-9a-f]{32}$/);
const spanId = z.string().regex(/^(?!0{16})[0-9a-f]{16}$/);
const nanos = z.string().regex(/^[1-9]\d{18}$/);
/** A text that is whole: no half of a pair of surrogates. */
const text = z.string().refine((value) => value.isWellFormed());

const scalar = z.union([
  z.strictObject({ stringValue: text }),
  z.strictObject({ intValue: z.string().regex(/^-?\d{1,19}$/) }),
  z.strictObject({ doubleValue: z.number() }),
  z.strictObject({ boolValue: z.boolean() }),
]);
const value = z.union([scalar, z.strictObject({ arrayValue: z.strictObject({ values: z.array(scalar) }) })]);
const attributes = z
  .array(z.strictObject({ key: z.string().min(1), value }))
  .refine((all) => new Set(all.map(({ key }) => key)).size === all.length, "a key twice");

const span = z
  .strictObject({
    traceId,
    spanId,
    traceState: z.string().max(512).optional(),
    parentSpanId: spanId.optional(),
    flags: z.number().int().min(0x100).max(0x303),
    name: text.min(1),
    kind: z.union([z.literal(2), z.literal(3)]),
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes,
    events: z.array(z.strictObject({ timeUnixNano: nanos, name: z.string() })).optional(),
    status: z.strictObject({ code: z.literal(2), message: text }).optional(),
  })
  .refine((one) => one.startTimeUnixNano <= one.endTimeUnixNano, "it ends before it begins");

/** One request. */
export const otlpRequest = z.strictObject({
  resourceSpans: z
    .array(
      z.strictObject({
        resource: z.strictObject({ attributes }),
        scopeSpans: z
          .array(
            z.strictObject({
              scope: z.strictObject({ name: z.literal("oai-gateway"), version: z.string().optional() }),
              spans: z.array(span).min(1),
            }),
          )
          .length(1),
      }),
    )
    .length(1),
});

/** One span, as it was sent. */
export type OtlpSpan = z.output<typeof span>;
