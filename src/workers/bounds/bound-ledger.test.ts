// Tests of bound-ledger.ts with bound-share.ts: the owner and its processes, with orders and answers that take their time.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BoundLedger, type BoundOrder } from "./bound-ledger.ts";
import { BoundShare } from "./bound-share.ts";

/** What a process has under way, where it may begin. */
class Uses {
  inFlight = 0;
  max = 0;

  lend(max: number): void {
    this.max = max;
  }

  begin(): boolean {
    if (this.inFlight >= this.max) return false;
    this.inFlight += 1;
    return true;
  }

  end(): void {
    if (this.inFlight > 0) this.inFlight -= 1;
  }
}

type Process = { readonly uses: Uses; share: BoundShare; readonly orders: BoundOrder[] };
type Note = { readonly member: number; readonly kind: "want" | "given"; readonly count: number };

/** An owner with processes; what they send waits until it is delivered. */
class Rig {
  readonly processes = new Map<number, Process>();
  readonly notes: Note[] = [];
  readonly ledger: BoundLedger;
  max: number;

  constructor(count: number, max: number) {
    this.max = max;
    this.ledger = new BoundLedger(count, (member, order) => this.processes.get(member)?.orders.push(order));
    this.ledger.configure(new Map([["b", max]]));
    for (let member = 1; member <= count; member++) this.start(member);
  }

  start(member: number): void {
    const uses = new Uses();
    const quota = this.ledger.join(member).get("b") ?? 0;
    this.processes.set(member, { uses, share: new BoundShare(uses, quota), orders: [] });
  }

  kill(member: number): void {
    if (!this.processes.delete(member)) return;
    this.ledger.leave(member);
  }

  begin(member: number): boolean {
    const found = this.processes.get(member);
    if (found === undefined) return false;
    const hasBegun = found.uses.begin();
    if (!hasBegun) this.notes.push({ member, kind: "want", count: 1 });
    return hasBegun;
  }

  /** The process's own look at what it owes. */
  give(member: number): void {
    const count = this.processes.get(member)?.share.give() ?? 0;
    if (count > 0) this.notes.push({ member, kind: "given", count });
  }

  deliverOrder(member: number): void {
    const found = this.processes.get(member);
    const order = found?.orders.shift();
    if (found === undefined || order === undefined) return;
    if (order.kind === "take") found.share.take(order.count);
    else if (order.kind === "keep") found.share.keep(order.count);
    else found.share.keepHalfOfIdle();
    this.give(member);
  }

  deliverNote(): void {
    const note = this.notes.shift();
    if (note === undefined || !this.processes.has(note.member)) return;
    if (note.kind === "want") this.ledger.want(note.member, "b", note.count);
    else this.ledger.given(note.member, "b", note.count);
  }

  settle(): void {
    for (let round = 0; round < 200; round++) {
      this.deliverNote();
      for (const member of this.processes.keys()) this.deliverOrder(member);
    }
  }

  get inFlight(): number {
    return [...this.processes.values()].reduce((sum, { uses }) => sum + uses.inFlight, 0);
  }
}

test("slots are divided equally at first", () => {
  const rig = new Rig(3, 8);
  assert.deepEqual(
    [...rig.processes.values()].map(({ uses }) => uses.max),
    [3, 3, 2],
  );
});

test("one process may use nearly all slots while the others use none", () => {
  const rig = new Rig(2, 10);
  for (let count = 0; count < 30; count++) {
    rig.begin(1);
    rig.settle();
  }
  assert.equal(rig.inFlight, 10);
  // The other one has its part again as requests end.
  for (let count = 0; count < 10; count++) {
    rig.begin(2);
    rig.settle();
    rig.processes.get(1)?.uses.end();
    rig.give(1);
    rig.settle();
  }
  assert.ok((rig.processes.get(2)?.uses.max ?? 0) >= 5);
});

test("a single slot goes to and fro between processes that want it", () => {
  const rig = new Rig(2, 1);
  for (let round = 0; round < 6; round++) {
    const member = (round % 2) + 1;
    if (!rig.begin(member)) rig.settle();
    rig.processes.get(3 - member)?.uses.end();
    rig.give(3 - member);
    rig.settle();
    if ((rig.processes.get(member)?.uses.inFlight ?? 0) === 0) assert.equal(rig.begin(member), true);
    assert.equal(rig.inFlight, 1);
  }
});

test("what a dead process had is lent to the one that takes its place", () => {
  const rig = new Rig(2, 4);
  rig.begin(1);
  rig.kill(1);
  rig.start(1);
  assert.equal(rig.processes.get(1)?.uses.max, 2);
});

test("whatever happens in whatever order, there are never more under way than the bound says", () => {
  const member = fc.integer({ min: 1, max: 3 });
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("begin" as const), member }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("end" as const), member }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("order" as const), member }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("note" as const), member }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("give" as const), member }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("kill" as const), member }) },
  );
  const property = fc.property(fc.nat(7), fc.array(step, { maxLength: 200, size: "max" }), (max, steps) => {
    const rig = new Rig(3, max);
    for (const { kind, member: at } of steps) {
      if (kind === "begin") rig.begin(at);
      else if (kind === "end") rig.processes.get(at)?.uses.end();
      else if (kind === "order") rig.deliverOrder(at);
      else if (kind === "note") rig.deliverNote();
      else if (kind === "give") rig.give(at);
      else {
        // What it has sent counts for nobody any more, as its pipe is gone with it.
        for (let index = rig.notes.length - 1; index >= 0; index--)
          if (rig.notes[index]?.member === at) rig.notes.splice(index, 1);
        rig.kill(at);
        rig.start(at);
      }
      assert.ok(rig.inFlight <= max, `${rig.inFlight} of ${max}`);
    }
    // Nobody is left out for ever: whoever asks while all is free gets a slot.
    for (const { uses } of rig.processes.values()) uses.inFlight = 0;
    for (const at of rig.processes.keys()) rig.give(at);
    rig.settle();
    if (max === 0) return;
    for (const at of rig.processes.keys()) {
      for (let round = 0; round < 5 && !rig.begin(at); round++) rig.settle();
      assert.ok(rig.begin(at) || (rig.processes.get(at)?.uses.inFlight ?? 0) > 0, `process ${at}`);
      for (const { uses } of rig.processes.values()) uses.inFlight = 0;
    }
  });
  fc.assert(property, { numRuns: 300 });
});
