// The admin API as an OpenAPI 3.1 document, made of the same schemas that check its requests. The one importer of
// `zod-openapi`.

import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import type { AdminOperation } from "../operation/operation.ts";
import { listOf, object, orNull, type Shape, text } from "../operation/shapes.ts";

const failure = object(
  {
    error: object(
      {
        message: text("What happened, for people."),
        type: text("Its kind."),
        param: orNull(text("The part of the request at fault.")),
        code: text("A stable code."),
        problems: listOf(
          object({ at: text("Where."), message: text("What.") }, "A problem."),
          "All that is wrong with a request.",
        ).optional(),
      },
      "What went wrong.",
    ),
  },
  "An error.",
).meta({ id: "Error" });

const JSON_TYPE = "application/json";

/** The document. */
export function openApiOf(operations: readonly AdminOperation[], version: string | undefined): unknown {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    const path = paths[operation.path] ?? {};
    path[METHODS[operation.method]] = describe(operation);
    paths[operation.path] = path;
  }
  return createDocument({
    openapi: "3.1.1",
    info: {
      title: "oai-gateway admin API",
      version: version ?? "unknown",
      description: "Keys, usage, endpoints and configuration of one gateway. Client keys open nothing here.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/admin/v1" }],
    security: [{ bearer: [] }, { session: [] }],
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "The token of a session, or that of `admin.token`.",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "oai_gateway_admin",
          description: "A browser's session.",
        },
      },
    },
    paths,
  });
}

const METHODS = { GET: "get", POST: "post", PUT: "put", PATCH: "patch", DELETE: "delete" } as const;

function describe(operation: AdminOperation): ZodOpenApiOperationObject {
  const { id, tag, summary, isOpen, params, query, body, answer, status, media = JSON_TYPE } = operation;
  const path = Object.fromEntries(params.map((param) => [param, text("Part of the path.")]));
  const requestParams = {
    ...(params.length === 0 ? {} : { path: object(path, "Parts of the path.") }),
    ...(query === undefined ? {} : { query: asObject(query) }),
  };
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(isOpen ? { security: [] } : {}),
    requestParams,
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { [JSON_TYPE]: { schema: body } } } }),
    responses: {
      [String(status)]:
        answer === undefined
          ? { description: "Done." }
          : { description: "Done.", content: { [media]: { schema: answer } } },
      ...failures(operation),
    },
  };
}

/** The answers of an operation that fails. */
function failures({ isOpen, params, query, body }: AdminOperation): ZodOpenApiOperationObject["responses"] {
  const takesInput = query !== undefined || body !== undefined;
  const statuses = [
    ...(takesInput || isOpen ? [["400", "The request does not fit."]] : [["400", "It takes no input."]]),
    ["401", "No credentials, or wrong ones."],
    ["403", "Not from here."],
    ["404", params.length === 0 ? "No such thing." : "What the path names is not there."],
    ["409", "Somebody else was faster, or the name is taken."],
    ["413", "The body is too large."],
    ["429", "Too many wrong passwords."],
    ["503", "The store cannot be used now."],
  ] as const;
  return Object.fromEntries(
    statuses.map(([status, description]) => [
      status,
      { description, content: { [JSON_TYPE]: { schema: failure } } },
    ]),
  );
}

/** What a query is described by is an object, whatever the type of its schema says. */
function asObject(shape: Shape) {
  return shape as ReturnType<typeof object>;
}
