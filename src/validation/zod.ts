// The one importer of `zod`, by which the configuration and the admin API check and describe what they are given. By
// name, for `import * as z`: its own `z` has the messages of fifty languages with it, an eighth of the bundle.

import { config } from "zod";

// A schema is used once, or now and then: to compile a function for each block costs more than it saves.
config({ jitless: true });

// biome-ignore lint/performance/noBarrelFile: so that a package has one importing file
export {
  array,
  boolean,
  type core,
  enum,
  globalRegistry,
  gte,
  type input,
  int,
  iso,
  lazy,
  literal,
  lte,
  NEVER,
  number,
  type output,
  record,
  strictObject,
  string,
  toJSONSchema,
  union,
  unknown,
  type ZodArray,
  type ZodBoolean,
  type ZodDefault,
  type ZodLazy,
  type ZodRawShape,
  type ZodRecord,
  type ZodString,
  type ZodType,
} from "zod";
