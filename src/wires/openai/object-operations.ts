// The paths of OpenAI's API about objects that an endpoint keeps. A new path is a new row: its name, its method and its
// path; what all rows of a kind have in common stands before them.

import {
  type ObjectField,
  type ObjectKind,
  type ObjectUse,
  objectUse,
  type UseParts,
} from "../paths/object-use.ts";
import { type Operation, type OperationExtra, post } from "../paths/operation.ts";

const RESPONSE = kind("response", "/responses/{id}", true);
const CONVERSATION = kind("conversation", "/conversations/{id}");
const FILE = kind("file", "/files/{id}");
const BATCH = kind("batch", "/batches/{id}");
const VECTOR_STORE = kind("vector store", "/vector_stores/{id}");
const CONTAINER = kind("container", "/containers/{id}");
const SKILL = kind("skill", "/skills/{id}");
const EVAL = kind("eval", "/evals/{id}");
const JOB = kind("fine-tuning job", "/fine_tuning/jobs/{id}");
const VIDEO = kind("video", "/videos/{id}");
const CHARACTER = kind("character", "/videos/characters/{id}");
const CHAT = kind("chat completion", "/chat/completions/{id}", true);
const CHECKPOINT = kind("checkpoint", "/fine_tuning/checkpoints/{id}/permissions");
// Nobody can be asked for these without doing something to them.
const UPLOAD = kind("upload", undefined);
const SESSION = kind("session", undefined);
const CALL = kind("call", undefined);

function kind(noun: string, probe: string | undefined, isPassing = false): ObjectKind {
  return { noun, probe, isPassing };
}

function field(name: string, of: ObjectKind): ObjectField {
  return { name, ...of };
}

const FILE_ID = field("file_id", FILE);
const FILE_IDS = field("file_ids", FILE);
const SKILL_ID = field("skill_id", SKILL);
const VIDEO_ID = field("video", VIDEO);

const OF_RESPONSES: UseParts = {
  ...RESPONSE,
  topFields: [field("previous_response_id", RESPONSE), field("conversation", CONVERSATION)],
  deepFields: [
    FILE_ID,
    FILE_IDS,
    field("vector_store_ids", VECTOR_STORE),
    field("container", CONTAINER),
    SKILL_ID,
  ],
};

/** What requests for a model have to do with kept objects. */
export const MODEL_USES = {
  chat: objectUse("model", {
    ...CHAT,
    answerIds: ["id"],
    keptWhen: "marked",
    deepFields: [FILE_ID],
  }),
  responses: objectUse("model", { ...OF_RESPONSES, answerIds: ["id", "response.id"] }),
  /** Goes on from a kept answer, and keeps none. */
  fromResponse: objectUse("model", OF_RESPONSES),
  pictures: objectUse("model", { deepFields: [FILE_ID] }),
  video: objectUse("model", { ...VIDEO, answerIds: ["id"], deepFields: [FILE_ID] }),
  job: objectUse("model", {
    ...JOB,
    answerIds: ["id"],
    topFields: [field("training_file", FILE), field("validation_file", FILE)],
  }),
} as const;

/** A session whose model its description names; without one it is like any new object. */
function session(name: string, path: string, use: UseParts, answerModelPaths: readonly string[]): Operation {
  const object = objectUse("new", use);
  return post(name, path, { model: "session", optionalModel: "", job: "always", answerModelPaths, object });
}

/** One that is spoken over WebSocket. */
const SOCKET: OperationExtra = { methods: ["GET"], answerModelPaths: [], upgrade: "websocket" };

/** A Live session, whose model the query names. */
const LIVE: OperationExtra = {
  ...SOCKET,
  model: "query",
  optionalModel: "",
  object: objectUse("model", SESSION),
};

/** A row about kept objects. A POST may have done something although its answer was lost: it is never sent twice. */
function row(name: string, call: string, use: ObjectUse, extra: OperationExtra = {}): Operation {
  const [method = "", path = ""] = call.split(" ");
  return {
    ...post(name, path, {
      methods: [method],
      model: "none",
      job: method === "POST" ? "always" : "never",
      answerModelPaths: [],
      object: use,
      ...extra,
    }),
    isWritten: false,
  };
}

function made(name: string, call: string, of: ObjectKind, more: UseParts = {}): Operation {
  return row(name, call, objectUse("new", { ...of, answerIds: ["id"], ...more }));
}

function list(name: string, call: string, of: ObjectKind): Operation {
  return row(name, call, objectUse("list", of));
}

function one(name: string, call: string, of: ObjectKind, extra: OperationExtra = {}): Operation {
  return row(name, call, objectUse("one", of), extra);
}

/** One whose request names further objects, or whose answer tells of some. */
function linked(name: string, call: string, use: UseParts): Operation {
  return row(name, call, objectUse("one", use));
}

const BATCH_IDS = ["id", "output_file_id", "error_file_id"];
const SEARCH: OperationExtra = { job: "never" };
const UNSEEN = { runsUnseenModel: true };

/** The rows. */
export const OBJECT_OPERATIONS: readonly Operation[] = [
  one("responses_get", "GET /responses/{id}", RESPONSE, { dialect: "responses" }),
  one("responses_delete", "DELETE /responses/{id}", RESPONSE),
  one("responses_cancel", "POST /responses/{id}/cancel", RESPONSE),
  one("responses_input_items", "GET /responses/{id}/input_items", RESPONSE),

  list("chat_list", "GET /chat/completions", CHAT),
  one("chat_get", "GET /chat/completions/{id}", CHAT),
  // Servers have other things there, such as `/chat/completions/batch`.
  linked("chat_update", "POST /chat/completions/{id}", { ...CHAT, idPrefix: "chatcmpl-" }),
  one("chat_delete", "DELETE /chat/completions/{id}", CHAT),
  one("chat_messages", "GET /chat/completions/{id}/messages", CHAT),

  made("conversations_create", "POST /conversations", CONVERSATION, { deepFields: [FILE_ID] }),
  one("conversations_get", "GET /conversations/{id}", CONVERSATION),
  one("conversations_update", "POST /conversations/{id}", CONVERSATION),
  one("conversations_delete", "DELETE /conversations/{id}", CONVERSATION),
  one("conversations_items", "GET /conversations/{id}/items", CONVERSATION),
  linked("conversations_items_create", "POST /conversations/{id}/items", {
    ...CONVERSATION,
    deepFields: [FILE_ID],
  }),
  one("conversations_item_get", "GET /conversations/{id}/items/{item}", CONVERSATION),
  one("conversations_item_delete", "DELETE /conversations/{id}/items/{item}", CONVERSATION),

  made("files_create", "POST /files", FILE),
  list("files_list", "GET /files", FILE),
  one("files_get", "GET /files/{id}", FILE),
  one("files_delete", "DELETE /files/{id}", FILE),
  one("files_content", "GET /files/{id}/content", FILE),

  made("uploads_create", "POST /uploads", UPLOAD),
  one("uploads_parts", "POST /uploads/{id}/parts", UPLOAD),
  linked("uploads_complete", "POST /uploads/{id}/complete", { ...UPLOAD, answerIds: ["file.id"] }),
  one("uploads_cancel", "POST /uploads/{id}/cancel", UPLOAD),

  made("batches_create", "POST /batches", BATCH, {
    topFields: [field("input_file_id", FILE)],
    ...UNSEEN,
  }),
  list("batches_list", "GET /batches", BATCH),
  linked("batches_get", "GET /batches/{id}", { ...BATCH, answerIds: BATCH_IDS }),
  linked("batches_cancel", "POST /batches/{id}/cancel", { ...BATCH, answerIds: BATCH_IDS }),

  made("vector_stores_create", "POST /vector_stores", VECTOR_STORE, { deepFields: [FILE_IDS, FILE_ID] }),
  list("vector_stores_list", "GET /vector_stores", VECTOR_STORE),
  one("vector_stores_get", "GET /vector_stores/{id}", VECTOR_STORE),
  one("vector_stores_update", "POST /vector_stores/{id}", VECTOR_STORE),
  one("vector_stores_delete", "DELETE /vector_stores/{id}", VECTOR_STORE),
  one("vector_stores_search", "POST /vector_stores/{id}/search", VECTOR_STORE, SEARCH),
  one("vector_stores_files", "GET /vector_stores/{id}/files", VECTOR_STORE),
  linked("vector_stores_files_create", "POST /vector_stores/{id}/files", {
    ...VECTOR_STORE,
    deepFields: [FILE_ID],
  }),
  one("vector_stores_file_get", "GET /vector_stores/{id}/files/{file}", VECTOR_STORE),
  one("vector_stores_file_update", "POST /vector_stores/{id}/files/{file}", VECTOR_STORE),
  one("vector_stores_file_delete", "DELETE /vector_stores/{id}/files/{file}", VECTOR_STORE),
  one("vector_stores_file_content", "GET /vector_stores/{id}/files/{file}/content", VECTOR_STORE),
  linked("vector_stores_batches_create", "POST /vector_stores/{id}/file_batches", {
    ...VECTOR_STORE,
    deepFields: [FILE_IDS, FILE_ID],
  }),
  one("vector_stores_batch_get", "GET /vector_stores/{id}/file_batches/{batch}", VECTOR_STORE),
  one("vector_stores_batch_cancel", "POST /vector_stores/{id}/file_batches/{batch}/cancel", VECTOR_STORE),
  one("vector_stores_batch_files", "GET /vector_stores/{id}/file_batches/{batch}/files", VECTOR_STORE),

  made("containers_create", "POST /containers", CONTAINER, { deepFields: [FILE_IDS, SKILL_ID] }),
  list("containers_list", "GET /containers", CONTAINER),
  one("containers_get", "GET /containers/{id}", CONTAINER),
  one("containers_delete", "DELETE /containers/{id}", CONTAINER),
  one("containers_files", "GET /containers/{id}/files", CONTAINER),
  linked("containers_files_create", "POST /containers/{id}/files", { ...CONTAINER, deepFields: [FILE_ID] }),
  one("containers_file_get", "GET /containers/{id}/files/{file}", CONTAINER),
  one("containers_file_delete", "DELETE /containers/{id}/files/{file}", CONTAINER),
  one("containers_file_content", "GET /containers/{id}/files/{file}/content", CONTAINER),

  made("skills_create", "POST /skills", SKILL),
  list("skills_list", "GET /skills", SKILL),
  one("skills_get", "GET /skills/{id}", SKILL),
  one("skills_update", "POST /skills/{id}", SKILL),
  one("skills_delete", "DELETE /skills/{id}", SKILL),
  one("skills_content", "GET /skills/{id}/content", SKILL),
  one("skills_versions", "GET /skills/{id}/versions", SKILL),
  one("skills_versions_create", "POST /skills/{id}/versions", SKILL),
  one("skills_version_get", "GET /skills/{id}/versions/{version}", SKILL),
  one("skills_version_delete", "DELETE /skills/{id}/versions/{version}", SKILL),
  one("skills_version_content", "GET /skills/{id}/versions/{version}/content", SKILL),

  made("evals_create", "POST /evals", EVAL, UNSEEN),
  list("evals_list", "GET /evals", EVAL),
  one("evals_get", "GET /evals/{id}", EVAL),
  one("evals_update", "POST /evals/{id}", EVAL),
  one("evals_delete", "DELETE /evals/{id}", EVAL),
  one("evals_runs", "GET /evals/{id}/runs", EVAL),
  linked("evals_runs_create", "POST /evals/{id}/runs", { ...EVAL, ...UNSEEN }),
  one("evals_run_get", "GET /evals/{id}/runs/{run}", EVAL),
  one("evals_run_cancel", "POST /evals/{id}/runs/{run}/cancel", EVAL),
  one("evals_run_delete", "DELETE /evals/{id}/runs/{run}", EVAL),
  // The vendor's document cancels a run so, its packages by the path above.
  one("evals_run_cancel", "POST /evals/{id}/runs/{run}", EVAL),
  one("evals_outputs", "GET /evals/{id}/runs/{run}/output_items", EVAL),
  one("evals_output_get", "GET /evals/{id}/runs/{run}/output_items/{item}", EVAL),

  list("fine_tuning_jobs_list", "GET /fine_tuning/jobs", JOB),
  one("fine_tuning_job_get", "GET /fine_tuning/jobs/{id}", JOB),
  one("fine_tuning_job_cancel", "POST /fine_tuning/jobs/{id}/cancel", JOB),
  one("fine_tuning_job_pause", "POST /fine_tuning/jobs/{id}/pause", JOB),
  one("fine_tuning_job_resume", "POST /fine_tuning/jobs/{id}/resume", JOB),
  one("fine_tuning_job_events", "GET /fine_tuning/jobs/{id}/events", JOB),
  one("fine_tuning_job_checkpoints", "GET /fine_tuning/jobs/{id}/checkpoints", JOB),
  one("fine_tuning_permissions", "GET /fine_tuning/checkpoints/{id}/permissions", CHECKPOINT),
  one("fine_tuning_permissions_create", "POST /fine_tuning/checkpoints/{id}/permissions", CHECKPOINT),
  one(
    "fine_tuning_permission_delete",
    "DELETE /fine_tuning/checkpoints/{id}/permissions/{permission}",
    CHECKPOINT,
  ),
  made("fine_tuning_grader_run", "POST /fine_tuning/alpha/graders/run", JOB, { answerIds: [], ...UNSEEN }),
  made("fine_tuning_grader_validate", "POST /fine_tuning/alpha/graders/validate", JOB, { answerIds: [] }),

  list("videos_list", "GET /videos", VIDEO),
  made("videos_edits", "POST /videos/edits", VIDEO, { topFields: [VIDEO_ID], ...UNSEEN }),
  made("videos_extensions", "POST /videos/extensions", VIDEO, { topFields: [VIDEO_ID], ...UNSEEN }),
  made("videos_characters_create", "POST /videos/characters", CHARACTER, { topFields: [VIDEO_ID] }),
  one("videos_character_get", "GET /videos/characters/{id}", CHARACTER),
  one("videos_get", "GET /videos/{id}", VIDEO),
  one("videos_delete", "DELETE /videos/{id}", VIDEO),
  one("videos_content", "GET /videos/{id}/content", VIDEO),
  linked("videos_remix", "POST /videos/{id}/remix", { ...VIDEO, answerIds: ["id"], ...UNSEEN }),

  session("realtime_client_secrets", "/realtime/client_secrets", SESSION, ["session.model"]),
  session("realtime_transcriptions", "/realtime/transcription_sessions", SESSION, []),
  session("realtime_translations", "/realtime/translations/client_secrets", SESSION, ["session.model"]),
  post("realtime_sessions", "/realtime/sessions", { job: "always", object: objectUse("model", SESSION) }),
  session("realtime_calls", "/realtime/calls", { ...CALL, idHeader: "location" }, []),
  // Over WebSocket. A POST to the same path is another matter, that of WebRTC, and is passed on like any unknown path.
  post("realtime", "/realtime", {
    ...SOCKET,
    model: "query",
    optionalModel: "",
    object: objectUse("model", { ...CALL, idParameter: "call_id" }),
  }),
  one("realtime_call_accept", "POST /realtime/calls/{id}/accept", CALL),
  one("realtime_call_hangup", "POST /realtime/calls/{id}/hangup", CALL),
  one("realtime_call_refer", "POST /realtime/calls/{id}/refer", CALL),
  one("realtime_call_reject", "POST /realtime/calls/{id}/reject", CALL),
  session("live_sessions", "/live/sessions", { ...SESSION, answerIds: ["session.id"] }, []),
  post("live", "/live/sessions", LIVE),
  // As clients may write it that know the path of Realtime.
  post("live", "/live", LIVE),
  one("live_session_attach", "GET /live/sessions/{id}/attach", SESSION, SOCKET),
  one("live_session_fork_socket", "GET /live/sessions/{id}/fork", SESSION, SOCKET),
  one("live_session_accept", "POST /live/sessions/{id}/accept", SESSION),
  one("live_session_content", "GET /live/sessions/{id}/content", SESSION),
  linked("live_session_fork", "POST /live/sessions/{id}/fork", { ...SESSION, answerIds: ["session.id"] }),
  one("live_session_hangup", "POST /live/sessions/{id}/hangup", SESSION),
  one("live_session_refer", "POST /live/sessions/{id}/refer", SESSION),
  one("live_session_reject", "POST /live/sessions/{id}/reject", SESSION),
];
