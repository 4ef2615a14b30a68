// The listener engine on `node:http` keeps what the seam promises.

import { testListenerEngine } from "../../../test/support/engines/listener-cases.ts";
import { listen } from "./server.ts";

testListenerEngine(listen);
