// The outbound engine of our own keeps what the seam promises.

import { testOutboundEngine } from "../../../test/support/engines/outbound-cases.ts";
import { createH1Client } from "./h1-client.ts";

testOutboundEngine(createH1Client);
