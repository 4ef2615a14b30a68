// A process that saves its state again and again until it is killed. Run by `src/store/saved-state.test.ts`.

import { systemClock } from "../../src/core/clock.ts";
import { createSilentLog } from "../../src/observe/silent-log.ts";
import { FileSavedState } from "../../src/store/saved-state.ts";

const [folder = "", who = ""] = process.argv.slice(2);
const state = new FileSavedState({ dataDir: folder, configFile: "/test" }, createSilentLog(), systemClock);
// Some pages long, so that a write which is not atomic would be seen.
const filling = who.repeat(200_000);
for (let count = 1; ; count += 1) {
  state.save(() => ({ who, count, filling }));
  await state.flush();
  if (count === 1) process.stdout.write("writing\n");
  if (state.failures > 0) process.exit(3);
}
