// A question to a model from the dashboard: it goes the way of a client's, and is counted under a name of its own.

import { GatewayError } from "../../core/errors.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
import { anything, mapOf } from "../operation/shapes.ts";

const askModel = operation({
  id: "askModel",
  tag: "playground",
  method: "POST",
  path: "/playground",
  summary:
    "A chat request as `POST /v1/chat/completions` takes it, of the caller `playground`. Its answer, or its error, is that of the endpoint, byte for byte, a stream where `stream` is true; `x-request-id` and `x-oai-gateway-endpoint`, `-model` and `-attempts` say how it went.",
  body: mapOf(anything("A value."), "The request, at most 8 MiB."),
  media: "application/json",
  answer: anything("The answer of the endpoint."),
  run: () => {
    throw new GatewayError("internal");
  },
});

/** The operations. */
export const PLAYGROUND_OPERATIONS: readonly AdminOperation[] = [askModel];
