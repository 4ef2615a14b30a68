// A process that writes to a store as fast as it can and says how far it has come, until it is killed.

import { createSilentLog } from "../../src/observe/silent-log.ts";
import { fileStore, storeEntry } from "./store-entries.ts";

const [folder = "", run = "0"] = process.argv.slice(2);
const store = fileStore(folder, createSilentLog());
const timeMs = Date.now();

for (let index = 0; ; index += 1) {
  store.append(
    storeEntry({
      timeMs: timeMs - (index % 100) * 60_000,
      requestId: `${run}-${index}`,
      keyId: `k${index % 7}`,
      tags: ["t"],
    }),
  );
  if (index % 200 !== 199) continue;
  await store.flush();
  if (index % 1_000 === 999) await store.tidy();
  process.stdout.write(`${index + 1}\n`);
}
