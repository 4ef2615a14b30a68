// A question to a model from the dashboard: it goes the way of a client's, and is counted under a name of its own.

import { InnerReply, InnerRequest } from "../operation/inner-request.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
import { anything, mapOf } from "../operation/shapes.ts";
import { servingOf } from "./serving.ts";

/** Under this name its use is counted. */
const CALLER = "playground";
/** Pictures may be in it. */
const MAX_BYTES = 8 * 1024 * 1024;

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
  maxBodyBytes: MAX_BYTES,
  run: ({ parts, actor, body }) => {
    const serving = servingOf(parts);
    const request = new InnerRequest(Buffer.from(JSON.stringify(body)), actor.address);
    return {
      stream: async (reply, headers) => {
        await serving.answerAs(CALLER, request, new InnerReply(reply, headers));
      },
    };
  },
});

/** The operations. */
export const PLAYGROUND_OPERATIONS: readonly AdminOperation[] = [askModel];
