// The outbound engine on undici keeps what the seam promises.

import { testOutboundEngine } from "../../../test/support/engines/outbound-cases.ts";
import { createUndiciClient } from "./undici-client.ts";

testOutboundEngine(createUndiciClient);
