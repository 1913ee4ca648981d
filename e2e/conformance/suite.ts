import { randomUUID } from 'node:crypto';
import { machineClient } from '@polyvend/protocols/machine';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listExceptions } from '../../packages/server/src/ledger/exceptions/list-exceptions.ts';
import { conservationProblems } from '../../packages/server/src/testing/conservation.ts';
import {
  checkConservation,
  type HandMachine,
  type RawAnswer,
  rawRequest,
  startTestHub,
  type TestHub,
  type TestMachine,
  type TestTenant,
  until,
} from '../support/index.ts';
import type { Deed, Dialect, Driver, Keypad, Message, Outcome, Step, Wanted } from './driver.ts';

const newNumber = (): string => randomUUID().replaceAll('-', '');

async function send({ url, ...request }: Message): Promise<RawAnswer> {
  return await rawRequest(url, request);
}

/**
 * What every dialect keeps, however it words it: the one sale, the failure, the time-out, the repeat, the forgery, the stale message,
 * the other tenant, the refund, the last can. After each test the books agree.
 */
export function conformance<Sale>(dialect: Dialect<Sale>): void {
  const { steps, toldPer, paymentWindow, staleAfter, promisedWith, placesOnce, unknownIsTold, shows, shortage } =
    dialect.capabilities;
  const most = dialect.capabilities.unitsPerSale ?? Number.POSITIVE_INFINITY;
  const two = Math.min(2, most);
  /** Of so many units, once the sale is placed. */
  const promised = (units: number) => (promisedWith === 'place' ? units : 0);
  const has = (step: Step) => steps.includes(step);
  /** What leads from placing to a drop. */
  const way = (['pay', 'dispense'] as const).filter(has);

  let hub: TestHub;
  let seller: Driver<Sale>;
  let machine: TestMachine;
  /** Who stands in for the machine, where a test moves it by hand. */
  let hand: HandMachine | undefined;
  const opened: Driver<Sale>[] = [];

  async function open(tenant: TestTenant = hub): Promise<Driver<Sale>> {
    const driver = await dialect.open(hub, tenant);
    opened.push(driver);
    return driver;
  }

  async function takeOver(): Promise<HandMachine> {
    hand = await hub.hand(machine);
    return hand;
  }

  beforeAll(async () => {
    hub = await startTestHub();
    seller = await open();
  });
  beforeEach(async () => {
    machine = await hub.machine('spring');
    hand = undefined;
  });
  afterEach(async () => {
    await checkConservation(hub.ledger);
    expect(await conservationProblems(hub.ledger)).toEqual([]);
  });
  afterAll(async () => {
    for (const driver of opened) await driver.close?.();
    await hub?.stop();
  });

  async function accept(message: Message, by = seller): Promise<RawAnswer> {
    const answer = await send(message);
    if (by.isRefusal(answer)) throw new Error(`Refused: ${answer.text}`);
    return answer;
  }

  /** Whether what a step takes was refused, in the dialect's form or by the machine. */
  async function isRefused(action: Message | Deed, by = seller): Promise<boolean> {
    if ('at' in action) return !(await action.at(hand ? keypadOf(hand) : virtualKeypad(machine)));
    return by.isRefusal(await send(action));
  }

  async function refusal(message: Message, by = seller): Promise<RawAnswer> {
    const answer = await send(message);
    if (!by.isRefusal(answer)) throw new Error(`Not refused: ${answer.text}`);
    return answer;
  }

  async function place(wanted: Wanted = { A11: 1 }, by = seller, at = machine): Promise<Sale> {
    const number = newNumber();
    return await by.saleOf(at, await accept(await by.place(at, wanted, number), by), number);
  }

  async function take(step: Step, sale: Sale, by = seller): Promise<void> {
    for (const action of by.step(step, sale)) {
      if ('at' in action) expect(await isRefused(action, by), `${step} at the machine`).toBe(false);
      else await accept(action, by);
    }
  }

  /** Nothing is to be had of a slot, whichever request it is that is refused. */
  async function refuseSale(wanted: Wanted): Promise<void> {
    const number = newNumber();
    const placing = await seller.place(machine, wanted, number);
    if (promisedWith === 'place' && shortage === 'refused') {
      await refusal(placing);
      return;
    }
    const sale = await seller.saleOf(machine, await accept(placing), number);
    if (shortage === 'failed') {
      expect(await told(sale)).toEqual([{ dropped: false, units: 0 }]);
      return;
    }
    for (const action of seller.step('dispense', sale)) expect(await isRefused(action)).toBe(true);
  }

  /** Placed, paid, and its dispensing asked for. */
  async function sell(wanted?: Wanted, by = seller): Promise<Sale> {
    const sale = await place(wanted, by);
    for (const step of way) await take(step, sale, by);
    return sale;
  }

  /** What the other side was told in all, once it has been told `count` times and nothing more is to be said. */
  async function told(sale: Sale, count = 1, by = seller): Promise<readonly Outcome[]> {
    await until(async () => {
      if (shows === 'later') await hub.settle();
      return (await by.told(sale)).length >= count;
    }, 'the other side to be told');
    await hub.settle();
    return await by.told(sale);
  }

  async function shown(sale: Sale, by = seller) {
    if (shows === 'later') await hub.settle();
    return await by.shownBy(await accept(by.query(sale), by), sale);
  }

  async function stock(slot = 'A11', of = machine) {
    const { onHand, reserved } = await of.product(slot);
    return { onHand, reserved };
  }

  /** Everything that a request could have moved. */
  const books = async () => await checkConservation(hub.ledger);

  describe(dialect.name, () => {
    test('one sale: what was ordered falls, is told, and is gone from the books', async () => {
      const wanted = most < 3 ? { A11: 1 } : { A11: 2, A12: 1 };
      const units = Object.values(wanted).reduce((sum, quantity) => sum + quantity);
      const sale = await sell(wanted);
      const tellings = toldPer === 'line' ? Object.keys(wanted).length : 1;
      const outcomes = await told(sale, tellings);
      expect(outcomes).toHaveLength(tellings);
      expect(outcomes.every(({ dropped }) => dropped)).toBe(true);
      expect(outcomes.reduce((sum, { units }) => sum + units, 0)).toBe(units);
      expect(machine.virtual.drops).toHaveLength(units);
      for (const [slot, quantity] of Object.entries(wanted)) {
        expect(await stock(slot)).toEqual({ onHand: 5 - quantity, reserved: 0 });
      }
      expect(await shown(sale)).toBe('paid');
      await checkConservation(hub.ledger, [machine]);
    });

    test('a jam: told as failed, with what fell; the rest is there and promised to nobody', async () => {
      const fallen = most < 3 ? 0 : 1;
      machine.virtual.script([...(fallen ? [{ outcome: 'drop' } as const] : []), { outcome: 'jam' }, { outcome: 'fail' }]);
      const sale = await sell({ A11: Math.min(3, most) });
      expect(await told(sale)).toEqual([{ dropped: false, units: fallen }]);
      expect(await stock()).toEqual({ onHand: 5 - fallen, reserved: 0 });
      // Nothing more is sold out of a jammed slot.
      await refuseSale({ A11: 1 });
      await checkConservation(hub.ledger, [machine]);
    });

    test.runIf(shortage === 'failed')('more than there is: what there is falls, the rest is told as failed', async () => {
      expect(await told(await sell({ A11: 6 }))).toEqual([{ dropped: false, units: 5 }]);
      expect(machine.virtual.drops).toHaveLength(5);
      await refuseSale({ A11: 1 });
      expect(await stock()).toEqual({ onHand: 0, reserved: 0 });
    });

    test.runIf(most >= 7 && shortage === 'refused')('more than there is: refused whole', async () => {
      await refusal(await seller.place(machine, { A11: 6 }, newNumber()));
      await refusal(await seller.place(machine, { A12: 1, A11: 6 }, newNumber()));
      expect([await stock('A11'), await stock('A12')]).toEqual(Array(2).fill({ onHand: 5, reserved: 0 }));
    });

    test('a machine that says nothing: told as failed, the unit held, and never asked for again; its late word counts once', async () => {
      const hand = await takeOver();
      const sale = await sell();
      const command = await hand.command(1);
      hub.clock.advance(119);
      await hub.settle();
      expect(await seller.told(sale)).toEqual([]);
      hub.clock.advance(1);
      await hub.settle();
      const failed = { dropped: false, units: 0 };
      expect(await told(sale, unknownIsTold === 'as failed' ? 1 : 0)).toEqual(unknownIsTold === 'as failed' ? [failed] : []);
      expect(await stock()).toEqual({ onHand: 5, reserved: 1 });

      await hand.sync();
      // Asked again, whatever the dialect answers: nothing is sent a second time, an hour later neither.
      if (has('dispense')) for (const action of seller.step('dispense', sale)) await isRefused(action);
      for (const seconds of [1, 3_600]) {
        hub.clock.advance(seconds);
        await hand.sync();
        await hub.settle();
      }
      expect(hand.commands).toHaveLength(1);

      for (let times = 0; times < 3; times += 1) await hand.answer(command);
      await hub.settle();
      expect(await stock()).toEqual({ onHand: 4, reserved: 0 });
      expect(await seller.told(sale)).toEqual([unknownIsTold === 'as failed' ? failed : { dropped: true, units: 1 }]);
      const conflicts = (await listExceptions(hub.ledger, hub.merchant.id)).filter(({ kind }) => kind === 'conflict');
      // Of one order: its unit, and its outcome where that was told for good.
      const contradicted = conflicts.filter(({ machineNo }) => machineNo === machine.machineNo);
      expect(contradicted).toHaveLength(shortage === 'failed' ? 2 : 1);
      expect(new Set(contradicted.map(({ orderId }) => orderId)).size).toBe(1);
    });

    test('a late word that it failed: the unit is there again, and nobody is told twice', async () => {
      const hand = await takeOver();
      const sale = await sell();
      const command = await hand.command(1);
      hub.clock.advance(120);
      await hub.settle();
      await hand.answer(command, 0, { dropped: false, error: 'Goods are Stuck' });
      await hub.settle();
      expect(await told(sale)).toEqual([{ dropped: false, units: 0 }]);
      expect(await stock()).toEqual({ onHand: 5, reserved: 0 });
    });

    test.runIf(paymentWindow !== undefined)('not paid in time: over by the clock, and the stock is back', async () => {
      const sale = await place({ A11: 5 });
      hub.clock.advance((paymentWindow ?? 0) - 1);
      expect(await shown(sale)).toBe('open');
      hub.clock.advance(1);
      expect(await shown(sale)).toBe('over');
      for (const step of way) for (const action of seller.step(step, sale)) expect(await isRefused(action)).toBe(true);
      expect(await stock()).toEqual({ onHand: 5, reserved: 0 });
      await hub.settle();
      expect(machine.virtual.drops).toEqual([]);
    });

    test('every step again, one after another: once is all that happens', async () => {
      const hand = await takeOver();
      const number = newNumber();
      const placing = await seller.place(machine, { A11: two }, number);
      const sale = await seller.saleOf(machine, await accept(placing), number);
      if (placesOnce) await repeat([placing]);
      expect(await stock()).toEqual({ onHand: 5, reserved: promised(two) });
      for (const step of way) {
        const actions = seller.step(step, sale);
        await take(step, sale);
        await repeat(actions);
      }
      const command = await hand.command(1);
      for (const index of two === 2 ? [0, 0, 0, 1, 1, 0] : [0, 0, 0]) await hand.answer(command, index);
      expect(await told(sale)).toEqual([{ dropped: true, units: two }]);
      for (const step of way) await repeat(seller.step(step, sale));
      if (placesOnce) await repeat([placing]);
      await hub.settle();
      await hand.sync();
      expect(hand.commands).toHaveLength(1);
      expect(await seller.told(sale)).toHaveLength(1);
      expect(await stock()).toEqual({ onHand: 5 - two, reserved: 0 });
    });

    /** Once more, and more; it may be refused or not, in the dialect's form. */
    async function repeat(actions: readonly (Message | Deed)[]): Promise<void> {
      for (let times = 0; times < 3; times += 1) for (const action of actions) await isRefused(action);
    }

    test('every step ten times at once: once is all that happens', async () => {
      const number = newNumber();
      const placing = await seller.place(machine, { A11: two }, number);
      const answers = await Promise.all(Array.from({ length: placesOnce ? 10 : 1 }, () => send(placing)));
      const first = answers.find((answer) => !seller.isRefusal(answer));
      if (!first) throw new Error('Nothing was placed');
      const sale = await seller.saleOf(machine, first, number);
      // Else the machine is at it already.
      if (has('dispense')) expect(await stock()).toEqual({ onHand: 5, reserved: promised(two) });
      for (const step of way) {
        const actions = seller.step(step, sale).flatMap((action) => Array.from({ length: 10 }, () => action));
        const refused = await Promise.all(actions.map((action) => isRefused(action)));
        expect(refused).toContain(false);
      }
      expect(await told(sale)).toEqual([{ dropped: true, units: two }]);
      expect(machine.virtual.drops).toHaveLength(two);
      await checkConservation(hub.ledger, [machine]);
    });

    test('a forgery of any request: refused, and nothing moves', async () => {
      const hand = await takeOver();
      const tryAll = async (actions: readonly (Message | Deed)[]) => {
        const before = await books();
        // What is done at a machine is nobody's to forge but the machine's: the next test's.
        for (const message of actions.flatMap((action) => ('at' in action ? [] : action))) {
          const forgeries = Object.entries(seller.forgeries(message));
          expect(forgeries.length).toBeGreaterThan(0);
          for (const [name, forged] of forgeries) {
            expect(seller.isRefusal(await send(forged)), `${forged.method} ${forged.url} with ${name}`).toBe(true);
          }
        }
        expect(await books()).toEqual(before);
      };
      await tryAll([await seller.place(machine, { A11: 1 }, newNumber())]);
      const sale = await place();
      for (const step of way) {
        const before = await shown(sale);
        await tryAll(seller.step(step, sale));
        expect(await shown(sale)).toBe(before);
        expect(hand.commands).toEqual([]);
        await take(step, sale);
      }
      await tryAll([seller.query(sale)]);
      await hand.answer(await hand.command(1));
      if (has('refund')) await tryAll(seller.step('refund', sale));
      expect(await shown(sale)).toBe('paid');
      expect(await told(sale)).toEqual([{ dropped: true, units: 1 }]);
    });

    test('an answer that the machine did not give: nothing moves, and nobody is told', async () => {
      const hand = await takeOver();
      const strangers = [
        await hub.hand(await hub.machine('spring', { connect: false })),
        await hub.hand(await hub.machine('spring', { connect: false }, await hub.tenant())),
      ];
      const sale = await sell();
      const command = await hand.command(1);
      const before = await books();
      const { machineNo } = machine;
      const forger = machineClient({ machineNo, key: 'another', clock: hub.clock });
      await hand.say(forger.delivered(command, 0, { dropped: true }));
      for (const stranger of strangers) {
        // In its own name, and in the other's.
        await stranger.answer(command);
        const { payload } = hand.wire.delivered(command, 0, { dropped: true });
        await stranger.say({ topic: stranger.wire.delivered(command, 0, { dropped: true }).topic, payload });
      }
      await hub.settle();
      expect(await books()).toEqual(before);
      expect(await seller.told(sale)).toEqual([]);
      await hand.answer(command);
      expect(await told(sale)).toEqual([{ dropped: true, units: 1 }]);
    });

    test.runIf(staleAfter !== undefined)(
      'a request that was kept too long: refused, and nothing moves; made anew it is taken',
      async () => {
        const hand = await takeOver();
        const sale = await place();
        for (const step of [...way, ...(has('refund') ? (['refund'] as const) : [])]) {
          const old = seller.step(step, sale);
          // What is on its way to the machine is there before the time passes: it does nothing that is old.
          if (step === 'refund') await hand.command(1);
          const before = [await books(), await shown(sale)];
          hub.clock.advance((staleAfter ?? 0) + 1);
          await hand.sync();
          for (const action of old) expect(await isRefused(action)).toBe(true);
          expect([await books(), await shown(sale)]).toEqual(before);
          if (step === 'refund') await hand.answer(await hand.command(1));
          else expect(hand.commands).toEqual([]);
          await take(step, sale);
        }
        await hub.settle();
        expect(hand.commands).toHaveLength(1);
      },
    );

    test('what is another merchant’s is as unknown as what is nobody’s, and stays as it is', async () => {
      const neighbour = await hub.tenant();
      const theirSeller = await open(neighbour);
      const theirMachine = await hub.machine('spring', { connect: false }, neighbour);
      const theirs = await place({ A11: two }, theirSeller, theirMachine);
      const own = await place();
      if (!has('dispense')) await told(own);
      // Ours is ready to be dispensed, so that nothing but whose it is stands in the way.
      if (has('pay')) await take('pay', own);
      const before = [await books(), await shown(theirs, theirSeller), await shown(own)];
      const pryings = await seller.pry({ sale: theirs, machine: theirMachine }, { sale: own, machine });
      expect(pryings.length).toBeGreaterThan(0);
      for (const { name, theirs: asked, nobodys } of pryings) {
        const [answer, unknown] = [await refusal(asked), await refusal(nobodys)];
        expect({ name, status: answer.status, text: answer.text }).toEqual({ name, status: unknown.status, text: unknown.text });
        expect(headersOf(answer)).toEqual(headersOf(unknown));
      }
      expect([await books(), await shown(theirs, theirSeller), await shown(own)]).toEqual(before);
    });

    test.runIf(has('refund') && has('dispense'))(
      'a refund before it is dispensed: the stock is back, and nothing falls',
      async () => {
        const sale = await place({ A11: 2 });
        if (has('pay')) await take('pay', sale);
        await take('refund', sale);
        expect(await stock()).toEqual({ onHand: 5, reserved: 0 });
        expect(await shown(sale)).toBe('over');
        await take('refund', sale);
        if (has('dispense')) for (const action of seller.step('dispense', sale)) expect(await isRefused(action)).toBe(true);
        await hub.settle();
        expect(machine.virtual.drops).toEqual([]);
        expect(await stock()).toEqual({ onHand: 5, reserved: 0 });
      },
    );

    test.runIf(has('refund'))('a refund while the machine is at it: what falls is taken, once', async () => {
      const hand = await takeOver();
      const sale = await sell({ A11: 2 });
      const command = await hand.command(1);
      await take('refund', sale);
      expect(await stock()).toEqual({ onHand: 5, reserved: 2 });
      await hand.answer(command, 0);
      await hand.answer(command, 1, { dropped: false, error: 'Dlv Detect Error' });
      expect(await stock()).toEqual({ onHand: 4, reserved: 0 });
      await take('refund', sale);
      expect(await stock()).toEqual({ onHand: 4, reserved: 0 });
      expect(await told(sale)).toEqual([{ dropped: false, units: 1 }]);
    });

    test('two sellers of one fleet, sixty buyers, twenty cans: twenty are sold, and twenty fall', async () => {
      const cans = 20;
      machine = await hub.machine('spring', { slots: 1, onHand: cans, capacity: cans });
      const sellers = [seller, await open()];
      const placed = await Promise.all(
        Array.from({ length: 60 }, async (_, n) => {
          const by = sellers[n % 2] ?? seller;
          const number = newNumber();
          const answer = await send(await by.place(machine, { A11: 1 }, number));
          return by.isRefusal(answer) ? [] : [{ by, sale: await by.saleOf(machine, answer, number) }];
        }),
      );
      if (promisedWith === 'place' && shortage === 'refused') expect(placed.flat()).toHaveLength(cans);
      const ways = placed.flat().map(async ({ by, sale }) => {
        for (const step of way) for (const action of by.step(step, sale)) if (await isRefused(action, by)) return [];
        return [{ by, sale }];
      });
      const taken = (await Promise.all(ways)).flat();
      if (shortage === 'refused') expect(taken).toHaveLength(cans);
      const outcomes: Outcome[] = [];
      for (const { by, sale } of taken) outcomes.push(...(await told(sale, 1, by)));
      expect(outcomes).toHaveLength(taken.length);
      expect(outcomes.filter(({ dropped, units }) => dropped && units === 1)).toHaveLength(cans);
      expect(machine.virtual.drops).toHaveLength(cans);
      expect(await stock()).toEqual({ onHand: 0, reserved: 0 });
      await checkConservation(hub.ledger, [machine]);
    });
  });
}

/** A buyer at the machine: yes is a unit on its way, whatever becomes of it. Of sixty at once the last waits for long. */
function virtualKeypad({ virtual }: TestMachine): Keypad {
  return { type: async (code) => ['dispensed', 'failed'].includes(await virtual.type(code, { timeoutMs: 60_000 })) };
}

function keypadOf({ wire, say, heard }: HandMachine): Keypad {
  return {
    async type(code) {
      const serial = newNumber();
      await say(wire.codeTyped(code, serial));
      const { body } = await until(
        () =>
          heard.find((one) => one.method === 'client.pickup_code.result' && (one.body as { serial: string }).serial === serial),
        'the hub’s word on the code',
      );
      return (body as { accepted: boolean }).accepted;
    },
  };
}

/** Without what differs from answer to answer. */
function headersOf({ headers }: RawAnswer): [string, string][] {
  return [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
}
