// The one importer of `zod`, by which the configuration and the admin API check and describe what they are given.

import { z } from "zod";

// A schema is used once, or now and then: to compile a function for each block costs more than it saves.
z.config({ jitless: true });

// biome-ignore lint/performance/noBarrelFile: so that a package has one importing file
export { z } from "zod";
