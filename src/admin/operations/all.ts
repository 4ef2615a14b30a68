// All operations of the admin API, and the one that describes them.

import { openApiOf } from "../openapi.ts";
import { type AdminOperation, operation } from "../operation.ts";
import { anything } from "../shapes.ts";
import { KEY_OPERATIONS } from "./keys.ts";
import { SERVING_OPERATIONS } from "./serving.ts";
import { SESSION_OPERATIONS } from "./session.ts";
import { USAGE_OPERATIONS } from "./usage.ts";

const OPERATIONS: readonly AdminOperation[] = [
  ...SESSION_OPERATIONS,
  ...SERVING_OPERATIONS,
  ...KEY_OPERATIONS,
  ...USAGE_OPERATIONS,
];

/** The table. */
export const ALL_OPERATIONS: readonly AdminOperation[] = [
  ...OPERATIONS,
  operation({
    id: "getDescription",
    tag: "gateway",
    method: "GET",
    path: "/openapi.json",
    summary: "This API as an OpenAPI 3.1 document.",
    isOpen: true,
    answer: anything("The document."),
    run: ({ parts }) => ({ value: openApiOf(ALL_OPERATIONS, parts.version) }),
  }),
];
