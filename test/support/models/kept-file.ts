// One stored file at a scripted endpoint: made, told of, read and deleted. It is the same for whoever makes it.

import { body, json } from "../fakes/behaviours.ts";
import type { FakeEndpoint } from "../fakes/fake-endpoint.ts";

const FILE = {
  id: "file-1",
  object: "file",
  bytes: 3,
  created_at: 1_700_000_000,
  filename: "a.jsonl",
  purpose: "batch",
  status: "processed",
};

/** Has the endpoint keep it. */
export function keepFile(endpoint: FakeEndpoint): FakeEndpoint {
  return endpoint
    .on("POST /files", json(200, FILE))
    .on(`GET /files/${FILE.id}`, json(200, FILE))
    .on(`GET /files/${FILE.id}/content`, body(200, "{}\n", { "content-type": "application/jsonl" }))
    .on(`DELETE /files/${FILE.id}`, json(200, { id: FILE.id, object: "file", deleted: true }));
}
