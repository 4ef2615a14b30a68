// A reporter for `node --test`: the files in which a test failed, one a line. Not part of the gateway.

import type { TestEvent } from "node:test/reporters";

/** Each file once, as soon as its first test has failed. */
// biome-ignore lint/style/noDefaultExport: a reporter has to be one.
export default async function* failedFiles(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const told = new Set<string>();
  for await (const { type, data } of events) {
    if (type !== "test:fail") continue;
    // A file that could not even be run has its path for a name.
    const file = data.file ?? data.name;
    if (told.has(file)) continue;
    told.add(file);
    yield `${file}\n`;
  }
}
