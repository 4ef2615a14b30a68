// A process that writes to a store as fast as it can and says how far it has come, until it is killed; or one that gives
// the rows in it other prices meanwhile (`reprice`).

import { createSilentLog } from "../../src/observe/silent-log.ts";
import { fileStore, storeEntry } from "./store-entries.ts";

const [folder = "", run = "0", task = "append"] = process.argv.slice(2);
const store = fileStore(folder, createSilentLog());
const timeMs = Date.now();

if (task === "reprice") await repriceForEver();
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

async function repriceForEver(): Promise<never> {
  const all = { fromMs: 0, toMs: timeMs + 1, limit: 300 };
  for (let nanoDollars = 1, afterId = 0; ; nanoDollars += 1) {
    const rows = await store.ledger({ ...all, afterId });
    const cost = { nanoDollars, source: "config", date: undefined } as const;
    await store.reprice(rows.map((row) => ({ ...row, cost })));
    afterId = rows.at(-1)?.id ?? 0;
    process.stdout.write(`${afterId}\n`);
  }
}
