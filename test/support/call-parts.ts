// What requests without a network have in common: the services of a gateway that is ready, and a client's request.

import { ClientAccounts } from "../../src/accounts/spending/client-accounts.ts";
import { AnswerCache } from "../../src/cache/answer-cache.ts";
import { LastingAnswers } from "../../src/cache/lasting-answers.ts";
import { firstHeader } from "../../src/http/first-header.ts";
import type { FlatHeaders, InboundRequest } from "../../src/http/message.ts";
import { OpenSockets } from "../../src/http/websocket/open-sockets.ts";
import { StoredObjects } from "../../src/objects/stored-objects.ts";
import { Loops } from "../../src/proxy/admit/loops.ts";
import { makeOverload } from "../../src/proxy/admit/overload.ts";
import { RequestMemory } from "../../src/proxy/exchange/request-memory.ts";
import type { Services, World } from "../../src/proxy/exchange/services.ts";
import { TokenCounter } from "../../src/tokenizer/token-counter.ts";
import { Routes } from "../../src/upstream/routes.ts";
import { Router } from "../../src/wires/paths/router.ts";
import { OPERATIONS, PATH_FORMS, VENDOR_PAGES } from "../../src/wires/registry/wires.ts";

/** The services of a gateway in this world, whose lists are all there. */
export function servicesOf(
  parts: Pick<Services, "clock" | "log" | "client" | "targets">,
  world: World,
): Services {
  const { clock, log, client } = parts;
  return {
    ...parts,
    routes: new Routes(client),
    tokens: new TokenCounter(),
    objects: new StoredObjects(clock),
    overload: makeOverload(clock, log),
    answers: new AnswerCache(),
    lastingAnswers: new LastingAnswers(undefined, clock),
    clients: new ClientAccounts({
      clock,
      log,
      price: () => undefined,
      store: undefined,
      folder: undefined,
    }),
    router: new Router(OPERATIONS, PATH_FORMS, VENDOR_PAGES),
    sockets: new OpenSockets(),
    settled: { onSettled: () => {} },
    version: undefined,
    memory: new RequestMemory(),
    loops: new Loops(log),
    world: () => world,
    discovery: {
      hasFirstAnswers: () => true,
      firstAnswers: () => Promise.resolve(),
      askForUnknownName: () => Promise.resolve(),
      untold: () => ({ endpoints: [], isNobodyTold: false, waitMs: 1_000 }),
    },
    isDraining: () => false,
    isReady: () => true,
  };
}

/** A request whose body was read already. */
export function requestOf(method: string, target: string, headers: FlatHeaders = []): InboundRequest {
  return {
    method,
    target,
    headers,
    header: (name) => firstHeader(headers, name),
    remoteAddress: "127.0.0.1",
    readBody: () => Promise.reject(new Error("the body was read before")),
  };
}
