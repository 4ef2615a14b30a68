// All operations of the admin API, and the one that describes them.

import { type AdminOperation, operation } from "../operation/operation.ts";
import { anything } from "../operation/shapes.ts";
import { ALERT_OPERATIONS } from "./alerts.ts";
import { BUDGET_OPERATIONS } from "./budgets.ts";
import { KEY_OPERATIONS } from "./keys.ts";
import { openApiOf } from "./openapi.ts";
import { PRICE_OPERATIONS } from "./prices.ts";
import { SERVING_OPERATIONS } from "./serving.ts";
import { SESSION_OPERATIONS } from "./session.ts";
import { SHARED_CONFIG_OPERATIONS } from "./shared-config.ts";
import { USAGE_OPERATIONS } from "./usage.ts";

const OPERATIONS: readonly AdminOperation[] = [
  ...SESSION_OPERATIONS,
  ...SERVING_OPERATIONS,
  ...ALERT_OPERATIONS,
  ...SHARED_CONFIG_OPERATIONS,
  ...KEY_OPERATIONS,
  ...BUDGET_OPERATIONS,
  ...USAGE_OPERATIONS,
  ...PRICE_OPERATIONS,
];

const getDescription = operation({
  id: "getDescription",
  tag: "gateway",
  method: "GET",
  path: "/openapi.json",
  summary: "This API as an OpenAPI 3.1 document.",
  answer: anything("The document."),
  run: ({ parts }) => ({ value: openApiOf(ALL_OPERATIONS, parts.version) }),
});

/** The table. */
export const ALL_OPERATIONS: readonly AdminOperation[] = [...OPERATIONS, getDescription];
