// Tests of `server-address.ts`: every spelling that the server's own variable may have.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf } from "./server-address.ts";

const SERVER = { title: "S", name: "s", port: 11434, basePath: "/v1", addressVariable: "S_HOST" };

test("an address from a variable, whatever it lacks", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["", "http://127.0.0.1:11434/v1"],
    ["192.0.2.7", "http://192.0.2.7:11434/v1"],
    ["nas.local:1234", "http://nas.local:1234/v1"],
    [":1234", "http://127.0.0.1:1234/v1"],
    ["0.0.0.0", "http://127.0.0.1:11434/v1"],
    ["0.0.0.0:80", "http://127.0.0.1/v1"],
    ["[::]:1234", "http://127.0.0.1:1234/v1"],
    ['"192.0.2.7:1"', "http://192.0.2.7:1/v1"],
    ["http://192.0.2.7", "http://192.0.2.7/v1"],
    ["https://nas.example/ollama/", "https://nas.example/ollama/v1"],
    ["https://nas.example/v1", "https://nas.example/v1"],
    ["unix:///run/s.sock", "http://127.0.0.1:11434/v1"],
    ["http://user:secret@nas.example", "http://127.0.0.1:11434/v1"],
    ["a b", "http://127.0.0.1:11434/v1"],
  ];
  for (const [value, url] of cases) assert.equal(addressOf(SERVER, { S_HOST: value }).href, url, value);
});
