// No such model, in the words of one vendor and another, and the same words where a client wrote them: as an id, a name
// or a value. The bodies are those that were seen; `m` is the name that was sent.

import assert from "node:assert/strict";
import { test } from "node:test";
import { classOf, google, openai, table } from "../../../test/support/error-tables.ts";

table("model_missing", [
  [404, openai("The model `m` does not exist or you do not have access to it.", { code: "model_not_found" })],
  [404, openai("The model `m` does not exist or you do not have access to it.")],
  [404, { error: { message: 'model "m" not found, try pulling it first', type: "api_error", code: null } }],
  [404, { error: "model 'm' not found" }],
  [404, { object: "error", message: "The model `m` does not exist.", type: "NotFoundError", code: 404 }],
  [
    404,
    { error: { message: "The model `m` does not exist.", type: "NotFoundError", param: "model", code: 404 } },
  ],
  [404, { type: "error", error: { type: "not_found_error", message: "model: m" } }],
  [
    404,
    google(
      404,
      "NOT_FOUND",
      "models/m is not found for API version v1main, or is not supported for generateContent.",
    ),
  ],
  [
    404,
    google(
      404,
      "NOT_FOUND",
      "models/other-name is not found for API version v1beta. Call ListModels to see the list.",
    ),
  ],
  [
    404,
    google(
      404,
      "NOT_FOUND",
      "Publisher Model `projects/p/locations/l/publishers/google/models/m` was not found or your project does not have access to it.",
    ),
  ],
  [400, openai("Model Not Exist", { code: "invalid_request_error" })],
  [404, openai("Unable to access model m.", { param: "model", code: "model_not_available" })],
  [
    404,
    openai(
      "Unable to access model m. Please visit https://example.com/models to view the list of supported models.",
    ),
  ],
  [400, { object: "error", message: "Invalid model: m", type: "invalid_model", param: null, code: "1500" }],
  [
    400,
    {
      error: {
        message: "Invalid model 'm'. Permitted models can be found in the documentation.",
        type: "invalid_model",
        code: 400,
      },
    },
  ],
  [
    404,
    {
      error: { code: "DeploymentNotFound", message: "The API deployment for this resource does not exist." },
    },
  ],
  [
    404,
    {
      message:
        "model 'm' not found, make sure the correct model ID was used and that you have access to the model.",
    },
  ],
  [400, { code: 20012, message: "Model does not exist. Please check it carefully.", data: null }],
  [400, { error: { code: "1211", message: "模型不存在，请检查模型代码。" } }],
  [
    404,
    { error: { message: "Not found the model m or Permission denied", type: "resource_not_found_error" } },
  ],
  [
    404,
    {
      error: {
        object: "error",
        type: "invalid_request_error",
        code: "NOT_FOUND",
        message: "Model not found, inaccessible, and/or not deployed",
      },
    },
  ],
  [
    404,
    {
      code: "Some requested entity was not found",
      error: "The model m does not exist or your team 1 does not have access to it.",
    },
  ],
  [400, { code: "Client specified an invalid argument", error: "Model not found: m" }],
  [400, { error: { message: "m is not a valid model ID", code: 400 }, user_id: "u" }],
  [404, { error: { message: "No endpoints found for vendor/m.", code: 404 } }, "vendor/m"],
  [400, { message: "The provided model identifier is invalid." }],
  [
    404,
    { error: { code: "InvalidEndpointOrModel.NotFound", message: "The model or endpoint m does not exist" } },
  ],
  [400, openai("The requested model 'm' does not exist.", { param: "model", code: "model_not_found" })],
  [404, { error: 'Model with key "m" not found.' }],
  [400, { error: { code: "unknown_model", message: "Unknown model: m" } }],
  [
    400,
    openai("The model `m` has been decommissioned and is no longer supported.", {
      code: "model_decommissioned",
    }),
  ],
  [404, openai("The model `m` has been deprecated, learn more here: https://example.com/deprecations")],
  [403, openai("Project `p` does not have access to model `m`", { code: "model_not_found" })],
  [403, openai("You do not have access to the model `m`.")],
  [404, { errors: [{ message: "AiError: No such model m or task", code: 5007 }], success: false }],
  [404, openai("litellm.NotFoundError: the model 'm' was not found")],
  [404, openai("What you called for is gone", { param: "model" })],
]);

table("caller_error", [
  // What the client wrote, as an id, a name or a value.
  [
    404,
    openai("Previous response with id 'resp-model' not found.", {
      param: "previous_response_id",
      code: "previous_response_not_found",
    }),
  ],
  [404, openai("Previous response with id 'resp-model' not found.")],
  [404, openai("Previous response with id resp-model not found.")],
  [404, openai('File named "model does not exist" not found')],
  [404, openai("No such File object: the model `m` does not exist", { param: "id" })],
  [404, openai("No such File object: the model `m` does not exist")],
  [404, openai("No thread found with id 'The model m does not exist'.")],
  [404, openai("Vector store 'model not found' not found.")],
  [404, openai("No assistant found with id 'model'.")],
  [404, openai("The model response with id 'm' was not found.")],
  [404, openai("Item with id 'm' not found.", { param: "input" })],
  [404, { type: "error", error: { type: "not_found_error", message: "file: model_not_found" } }],
  [404, { error: { message: "Batch m does not exist", type: "invalid_request_error" } }],
  [404, openai("Conversation with id 'conv_model not found' not found.")],
  [404, { detail: "LoRA adapter 'the model m does not exist' not found" }],
  [404, openai("nothing of that name", { code: "voice_not_found" })],
  [
    400,
    openai("Invalid value: 'Your credit balance is too low to access the Anthropic API.'", {
      param: "messages[0].role",
    }),
  ],
  [400, openai("Invalid value: 'API key not valid. Please pass a valid API key.'.")],
  [400, openai("'model not exist' is not one of ['system', 'user'] - 'messages.0.role'")],
  [400, openai("Invalid 'user': model `m` does not exist", { param: "user" })],
  [400, openai("The model `m` does not support image input.")],
  [400, openai("Invalid model parameter: temperature must be below 2")],
  [400, openai("Invalid URL: the image could not be fetched")],
  [422, { detail: [{ loc: ["body", "model"], msg: "field required" }] }],
  // What the prompt says.
  [403, { code: "permission-denied", error: "Content violates usage guidelines. " }],
  [
    403,
    {
      code: "The caller does not have permission to execute the specified operation",
      error: "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO",
    },
  ],
  [
    400,
    {
      error: {
        code: "content_filter",
        message: "The response was filtered",
        innererror: { code: "ResponsibleAIPolicyViolation" },
      },
    },
  ],
  [403, { error: { code: "Forbidden", message: "x", innererror: { code: "ResponsibleAIPolicyViolation" } } }],
  [
    400,
    openai("Your request was rejected as a result of our safety system.", {
      code: "content_policy_violation",
    }),
  ],
  [403, openai("Your request was rejected as a result of our safety system.")],
  [403, google(403, "PERMISSION_DENIED", "The prompt was blocked for safety reasons.")],
  [403, google(403, "PERMISSION_DENIED", "blocked", [{ reason: "PROHIBITED_CONTENT" }])],
  [
    403,
    {
      type: "error",
      error: { type: "permission_error", message: "Output blocked by content filtering policy" },
    },
  ],
  [
    403,
    openai("Input data may contain inappropriate content.", {
      code: "data_inspection_failed",
      type: "data_inspection_failed",
    }),
  ],
  [403, { code: "DataInspectionFailed", message: "Input text data may contain inappropriate content." }],
  [403, { error: { code: "1301", message: "系统检测到输入或生成内容可能包含不安全或敏感内容" } }],
  [403, { error: { code: 403, message: "x", metadata: { reasons: ["violence"], flagged_input: "…" } } }],
]);

test("a name that has a meaning of its own is still only a name", () => {
  for (const model of ["model", "file", "responses", "a.b*c", "not found", "§"]) {
    assert.equal(
      classOf(404, openai(`The model \`${model}\` does not exist`), model),
      "model_missing",
      model,
    );
    assert.equal(classOf(404, openai(`No file found with id '${model}'.`), model), "caller_error", model);
  }
});
