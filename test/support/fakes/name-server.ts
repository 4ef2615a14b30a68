// A name server over UDP on this machine: says what it is told to say, with the time for which it holds.

import { createSocket } from "node:dgram";
import dns from "node:dns";
import { once } from "node:events";
import type { TestContext } from "node:test";

/** A record: an IPv4 address, and for how many seconds it holds. */
export type NameRecord = { readonly address: string; readonly ttl: number };

/** One, with what it was asked. */
export type FakeNameServer = {
  readonly records: Map<string, readonly NameRecord[]>;
  readonly asked: string[];
  /** Answers nothing. */
  isSilent: boolean;
};

/** Starts one, and has every resolver that is made until the test is over ask it and nobody else. */
export async function nameServerFor(t: TestContext): Promise<FakeNameServer> {
  const server: FakeNameServer = { records: new Map(), asked: [], isSilent: false };
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    const { name, type, end } = questionOf(query);
    server.asked.push(name);
    if (server.isSilent) return;
    const records = type === TYPE_A ? (server.records.get(name) ?? []) : [];
    const isKnown = server.records.has(name);
    socket.send(answerTo(query.subarray(0, end), isKnown, records), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  t.after(() => socket.close());
  const { port } = socket.address();
  const Real = dns.Resolver;
  class Here extends Real {
    constructor(options?: dns.ResolverOptions) {
      super(options);
      this.setServers([`127.0.0.1:${port}`]);
    }
  }
  t.mock.property(dns, "Resolver", Here);
  return server;
}

const TYPE_A = 1;

function questionOf(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join("."), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answerTo(question: Buffer, isKnown: boolean, records: readonly NameRecord[]): Buffer {
  const head = Buffer.from(question);
  // An answer, recursion available; 3: no such name.
  head.writeUInt16BE(0x8180 | (isKnown ? 0 : 3), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  const answers = records.map(({ address, ttl }) => {
    const record = Buffer.alloc(16);
    // The name is that of the question.
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(TYPE_A, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(ttl, 6);
    record.writeUInt16BE(4, 10);
    for (const [index, part] of address.split(".").entries()) record[12 + index] = Number(part);
    return record;
  });
  return Buffer.concat([head, ...answers]);
}
