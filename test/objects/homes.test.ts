// Objects that endpoints keep go home: through one gateway in front of endpoints that know only their own, by the
// official package.

import assert from "node:assert/strict";
import { test } from "node:test";
import { toFile } from "openai";
import { folderFor } from "../support/folder.ts";
import { askedOf, gatewayBefore, objectsWorld } from "../support/objects-world.ts";

const TEXT = Buffer.from("{}\n");

test("files: made by weight, read and deleted where they are", async (t) => {
  const w = await objectsWorld(t);
  const { openai } = w;
  const ids: string[] = [];
  for (let index = 0; index < 4; index++) {
    const made = await openai.files.create({ file: await toFile(TEXT, "a.jsonl"), purpose: "batch" });
    ids.push(made.id);
  }
  assert.deepEqual(ids, ["file-alpha1", "file-beta1", "file-alpha2", "file-beta2"]);
  askedOf(w);
  assert.equal((await openai.files.retrieve("file-beta1")).id, "file-beta1");
  assert.equal(await (await openai.files.content("file-alpha2")).text(), "content of file-alpha2");
  assert.equal((await openai.files.delete("file-beta2")).deleted, true);
  assert.deepEqual(askedOf(w), {
    alpha: ["GET /files/file-alpha2/content"],
    beta: ["GET /files/file-beta1", "DELETE /files/file-beta2"],
  });
  // It is gone: its home says so, in its own words.
  await assert.rejects(openai.files.retrieve("file-beta2"), { status: 404, message: /No such files object/ });
  assert.deepEqual(askedOf(w), { alpha: [], beta: ["GET /files/file-beta2"] });
});

test("answers: read, polled, resumed, cancelled and deleted where they were made, plain or as a stream", async (t) => {
  const w = await objectsWorld(t);
  const { openai } = w;
  const plain = await openai.responses.create({ model: "b", input: "x", background: true });
  let streamed = "";
  for await (const event of await openai.responses.create({ model: "a", input: "x", stream: true }))
    if (event.type === "response.completed") streamed = event.response.id;
  assert.deepEqual([plain.id, streamed], ["resp_beta1", "resp_alpha1"]);
  askedOf(w);
  assert.equal((await openai.responses.retrieve("resp_beta1")).id, "resp_beta1");
  const numbers: number[] = [];
  for await (const event of await openai.responses.retrieve("resp_alpha1", {
    stream: true,
    starting_after: 6,
  }))
    numbers.push(event.sequence_number);
  assert.deepEqual(numbers, [7]);
  assert.equal(w.alpha.requests[0]?.query.get("starting_after"), "6");
  await openai.responses.cancel("resp_beta1");
  for await (const item of openai.responses.inputItems.list("resp_alpha1"))
    assert.equal(item.id, "input_items-1");
  await openai.responses.delete("resp_alpha1");
  assert.deepEqual(askedOf(w), {
    alpha: [
      "GET /responses/resp_alpha1",
      "GET /responses/resp_alpha1/input_items",
      "DELETE /responses/resp_alpha1",
    ],
    beta: ["GET /responses/resp_beta1", "POST /responses/resp_beta1/cancel"],
  });
});

test("chats: remembered where they are kept on request, and only there", async (t) => {
  const w = await objectsWorld(t);
  const { openai } = w;
  const messages = [{ role: "user" as const, content: "x" }];
  const kept = await openai.chat.completions.create({ model: "b", messages, store: true });
  let streamed = "";
  for await (const chunk of await openai.chat.completions.create({
    model: "a",
    messages,
    store: true,
    stream: true,
  }))
    streamed = chunk.id;
  await openai.chat.completions.create({ model: "b", messages });
  askedOf(w);
  const ids = ["chatcmpl-beta1", "chatcmpl-alpha1"];
  assert.deepEqual([kept.id, streamed], ids);
  assert.equal((await openai.chat.completions.retrieve("chatcmpl-beta1")).id, "chatcmpl-beta1");
  await openai.chat.completions.update("chatcmpl-alpha1", { metadata: { a: "b" } });
  for await (const message of openai.chat.completions.messages.list("chatcmpl-beta1"))
    assert.equal(message.id, "messages-1");
  await openai.chat.completions.delete("chatcmpl-alpha1");
  assert.deepEqual(askedOf(w), {
    alpha: ["POST /chat/completions/chatcmpl-alpha1", "DELETE /chat/completions/chatcmpl-alpha1"],
    beta: ["GET /chat/completions/chatcmpl-beta1", "GET /chat/completions/chatcmpl-beta1/messages"],
  });
  // Nobody asked for the other one to be kept: it is looked for like any id that nobody knows.
  await openai.chat.completions.retrieve("chatcmpl-beta2");
  assert.deepEqual(askedOf(w).alpha, ["GET /chat/completions/chatcmpl-beta2"]);
});

test("batches: at the home of their file, and their results too", async (t) => {
  const w = await objectsWorld(t);
  const { openai } = w;
  const file = w.beta.put("/files");
  const batch = await openai.batches.create({
    input_file_id: file,
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
  });
  assert.equal(batch.id, "batch_beta2");
  // Both were asked for the file, once.
  assert.deepEqual(askedOf(w), {
    alpha: ["GET /files/file-beta1"],
    beta: ["GET /files/file-beta1", "POST /batches"],
  });
  const [entry] = w.beta.objects.get("/batches") ?? [];
  assert.ok(entry !== undefined);
  const output = w.beta.put("/files");
  Object.assign(entry, { output_file_id: output });
  assert.equal((await openai.batches.retrieve(batch.id)).output_file_id, output);
  await openai.files.content(output);
  await openai.batches.cancel(batch.id);
  assert.deepEqual(askedOf(w), {
    alpha: [],
    beta: ["GET /batches/batch_beta2", `GET /files/${output}/content`, "POST /batches/batch_beta2/cancel"],
  });
});

test("uploads: their parts go where they began, and their file is known", async (t) => {
  const w = await objectsWorld(t);
  const { openai } = w;
  const upload = { filename: "a", bytes: 3, mime_type: "text/plain", purpose: "batch" as const };
  await openai.uploads.create(upload);
  const { id } = await openai.uploads.create(upload);
  assert.equal(id, "upload_beta1");
  askedOf(w);
  const part = await openai.uploads.parts.create(id, { data: await toFile(TEXT, "part") });
  const done = await openai.uploads.complete(id, { part_ids: [part.id] });
  await openai.files.retrieve(done.file?.id ?? "");
  await openai.uploads.cancel(id);
  assert.deepEqual(askedOf(w), {
    alpha: [],
    beta: [
      "POST /uploads/upload_beta1/parts",
      "POST /uploads/upload_beta1/complete",
      "GET /files/file-beta2",
      "POST /uploads/upload_beta1/cancel",
    ],
  });
});

test("vector stores, containers, skills, evals, conversations, jobs and videos, with what is below them", async (t) => {
  const w = await objectsWorld(t, { routing: { default_endpoint: "beta" } });
  const { openai } = w;
  const store = (await openai.vectorStores.create({ name: "x" })).id;
  const container = (await openai.containers.create({ name: "x" })).id;
  const skill = (await openai.skills.create({ files: await toFile(TEXT, "a.md") })).id;
  const made = await openai.evals.create({
    data_source_config: { type: "custom", item_schema: {} },
    testing_criteria: [],
  });
  const conversation = (await openai.conversations.create()).id;
  const job = (await openai.fineTuning.jobs.create({ model: "b", training_file: "none" })).id;
  const video = (await openai.videos.create({ model: "b", prompt: "x" })).id;
  askedOf(w);
  await openai.vectorStores.files.create(store, { file_id: "file-x" });
  await openai.vectorStores.files.retrieve("file-x", { vector_store_id: store });
  await openai.vectorStores.files.delete("file-x", { vector_store_id: store });
  await openai.vectorStores.fileBatches.create(store, { file_ids: ["file-x"] });
  await openai.vectorStores.search(store, { query: "x" });
  await openai.containers.files.list(container);
  await openai.skills.versions.list(skill);
  await openai.evals.runs.list(made.id);
  await openai.evals.runs.retrieve("run_1", { eval_id: made.id });
  await openai.conversations.items.list(conversation);
  await openai.conversations.items.retrieve("msg_1", { conversation_id: conversation });
  await openai.fineTuning.jobs.pause(job);
  await openai.fineTuning.jobs.listEvents(job);
  await openai.videos.downloadContent(video);
  await openai.videos.remix(video, { prompt: "y" });
  const asked = askedOf(w);
  assert.deepEqual(asked.alpha, []);
  assert.deepEqual(asked.beta, [
    "POST /vector_stores/vs_beta1/files",
    "GET /vector_stores/vs_beta1/files/file-x",
    "DELETE /vector_stores/vs_beta1/files/file-x",
    "POST /vector_stores/vs_beta1/file_batches",
    "POST /vector_stores/vs_beta1/search",
    "GET /containers/cntr_beta2/files",
    "GET /skills/skill_beta3/versions",
    "GET /evals/eval_beta4/runs",
    "GET /evals/eval_beta4/runs/run_1",
    "GET /conversations/conv_beta5/items",
    "GET /conversations/conv_beta5/items/msg_1",
    "POST /fine_tuning/jobs/ftjob-beta6/pause",
    "GET /fine_tuning/jobs/ftjob-beta6/events",
    "GET /videos/video_beta7/content",
    "POST /videos/video_beta7/remix",
  ]);
});

test("an id that the gateway does not know: one question to each, then its home is known", async (t) => {
  const w = await objectsWorld(t);
  const id = w.beta.put("/conversations");
  await w.openai.conversations.retrieve(id);
  await w.openai.conversations.delete(id);
  assert.deepEqual(askedOf(w), {
    alpha: [`GET /conversations/${id}`],
    beta: [`GET /conversations/${id}`, `GET /conversations/${id}`, `DELETE /conversations/${id}`],
  });
});

test("what changes something is sent to the home alone, and never to whoever does not have the object", async (t) => {
  const w = await objectsWorld(t);
  const id = w.alpha.put("/vector_stores");
  await w.openai.vectorStores.update(id, { name: "y" });
  const isChange = (line: string): boolean => !line.startsWith("GET ");
  const asked = askedOf(w);
  assert.deepEqual(asked.beta.filter(isChange), []);
  assert.deepEqual(asked.alpha.filter(isChange), [`POST /vector_stores/${id}`]);
  await assert.rejects(w.openai.vectorStores.delete("vs_none"), { status: 404, code: "object_not_found" });
  const none = askedOf(w);
  assert.deepEqual([...none.alpha, ...none.beta].filter(isChange), []);
});

test("what is known outlives a restart", async (t) => {
  const dataDir = folderFor(t);
  const options = { dataDir, configFile: "/test/config.yaml" };
  const w = await objectsWorld(t, { options });
  const { id } = await w.openai.files.create({ file: await toFile(TEXT, "a"), purpose: "batch" });
  await w.gateway.gateway.close({ graceMs: 0 });
  askedOf(w);
  const again = await gatewayBefore(t, [w.alpha, w.beta], { options });
  await again.openai.files.retrieve(id);
  assert.deepEqual(askedOf(w), { alpha: [`GET /files/${id}`], beta: [] });
});

test("what has failed tells so itself: it is passed on, found and listed, and nobody is ejected for it", async (t) => {
  const w = await objectsWorld(t);
  const error = { code: "server_error", message: "The model failed.", type: "server_error" };
  const failed = w.beta.put("/responses", { status: "failed", error });
  const job = w.beta.put("/fine_tuning/jobs", { status: "failed", error: { ...error, param: null } });
  for (let index = 0; index < 5; index++) {
    const answer = await w.openai.responses.retrieve(failed);
    assert.deepEqual([answer.status, answer.error?.message], ["failed", error.message]);
    assert.equal((await w.openai.fineTuning.jobs.retrieve(job)).status, "failed");
  }
  const jobs = await w.openai.fineTuning.jobs.list();
  assert.deepEqual(
    jobs.data.map(({ id }) => id),
    [job],
  );
});

test("a file's content passes as it is, whatever it says", async (t) => {
  const w = await objectsWorld(t);
  const id = w.beta.put("/files");
  await w.openai.files.retrieve(id);
  for (const text of [
    '{"error":{"message":"boom","type":"server_error"}}',
    "<!doctype html><p>x",
    '{"error":"x"}\n{"error":"y"}',
    "",
  ]) {
    w.beta.anything = text;
    const answer = await w.openai.files.content(id);
    assert.deepEqual([answer.status, await answer.text()], [200, text]);
  }
});
