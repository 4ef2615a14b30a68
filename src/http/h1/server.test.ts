// The listener engine over `node:net` keeps what the seam promises.

import { testListenerEngine } from "../../../test/support/engines/listener-cases.ts";
import { listen } from "./server.ts";

testListenerEngine(listen);
