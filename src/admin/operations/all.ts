// All operations of the admin API, and the one that describes them.

import { type AdminOperation, operation } from "../operation/operation.ts";
import { anything } from "../operation/shapes.ts";
import { PREVIEW_OPERATIONS } from "./alias-preview.ts";
import { BUDGET_OPERATIONS } from "./budgets.ts";
import { CONFIG_FILE_OPERATIONS } from "./config-file.ts";
import { ENDPOINT_OPERATIONS } from "./endpoint-actions.ts";
import { KEY_OPERATIONS } from "./keys.ts";
import { LIVE_OPERATIONS } from "./live.ts";
import { openApiOf } from "./openapi.ts";
import { PLAYGROUND_OPERATIONS } from "./playground.ts";
import { SERIES_OPERATIONS } from "./series.ts";
import { SERVING_OPERATIONS } from "./serving.ts";
import { SESSION_OPERATIONS } from "./session.ts";
import { SETTINGS_OPERATIONS } from "./settings.ts";
import { SHARED_CONFIG_OPERATIONS } from "./shared-config.ts";
import { USAGE_OPERATIONS } from "./usage.ts";

const OPERATIONS: readonly AdminOperation[] = [
  ...SESSION_OPERATIONS,
  ...SERVING_OPERATIONS,
  ...LIVE_OPERATIONS,
  ...ENDPOINT_OPERATIONS,
  ...SHARED_CONFIG_OPERATIONS,
  ...PREVIEW_OPERATIONS,
  ...CONFIG_FILE_OPERATIONS,
  ...KEY_OPERATIONS,
  ...BUDGET_OPERATIONS,
  ...USAGE_OPERATIONS,
  ...SERIES_OPERATIONS,
  ...SETTINGS_OPERATIONS,
  ...PLAYGROUND_OPERATIONS,
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
