import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  createOpenPickupCode,
  type OpenPickupCodeDraft,
} from '../../packages/server/src/ledger/pickup-codes/create-open-pickup-code.ts';
import { checkConservation, startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';

// Codes typed at keypads, over a real broker: the machine asks, the hub says what they are worth.

let hub: TestHub;
let machine: TestMachine;
beforeAll(async () => {
  hub = await startTestHub();
});
beforeEach(async () => {
  machine = await hub.machine('spring');
});
afterEach(() => checkBooks(machine));
afterAll(() => hub?.stop());

/** Once the ledger has heard of all that fell. */
async function checkBooks(...machines: TestMachine[]): Promise<void> {
  const open = async () =>
    (await sql`select id from dispenses where state in ('queued', 'sent')`.execute(hub.ledger.db)).rows.length === 0;
  await until(open, 'every answer of the machines');
  await checkConservation(hub.ledger, machines);
}

async function newCode(draft: Partial<OpenPickupCodeDraft> = {}): Promise<string> {
  const whose = { merchantId: hub.merchant.id, integrationId: hub.integration.id, cause: { by: 'test' } };
  return (await createOpenPickupCode(hub.ledger, { ...whose, ...draft })).code;
}

test('a code typed is a can that falls; typed again it is used', async () => {
  const code = await newCode({ goodsId: hub.goodsIds.get('1002') ?? 0 });
  expect(await machine.virtual.type(code)).toBe('dispensed');
  expect(machine.virtual.drops).toMatchObject([{ cause: 'command', code: '011' }]);
  expect(await machine.virtual.type(code)).toBe('used');
  expect(machine.virtual.drops).toHaveLength(1);
});

test('a message that comes twice is one typing', async () => {
  const code = await newCode();
  const serial = 'typed-once';
  expect(await machine.virtual.type(code, { serial })).toBe('dispensed');
  await expect(machine.virtual.type(code, { serial })).resolves.toBe('dispensed');
  expect(machine.virtual.drops).toHaveLength(1);
});

test('typed at two machines at once: one can', async () => {
  const other = await hub.machine('spring');
  const code = await newCode();
  const results = await Promise.all([machine.virtual.type(code), other.virtual.type(code)]);
  expect(results.sort()).toEqual(['dispensed', 'used']);
  expect(machine.virtual.drops.length + other.virtual.drops.length).toBe(1);
  await checkBooks(other);
});

test('a wrong one is refused with its reason, and guessing is soon answered no more', async () => {
  expect(await machine.virtual.type('9999999')).toBe('unknown');
  const guesses = Array.from({ length: 12 }, (_, n) => machine.virtual.type(`999999${n}`));
  expect(new Set(await Promise.all(guesses))).toEqual(new Set(['unknown', 'too-many']));
  const code = await newCode();
  expect(await machine.virtual.type(code)).toBe('too-many');
  hub.clock.advance(60);
  await machine.beat();
  expect(await machine.virtual.type(code)).toBe('dispensed');
});

test('a jam gives the code back: it works at another machine', async () => {
  const other = await hub.machine('spring');
  const code = await newCode();
  machine.virtual.script([{ outcome: 'jam' }]);
  expect(await machine.virtual.type(code)).toBe('failed');
  await checkBooks(machine);
  expect(await other.virtual.type(code)).toBe('dispensed');
  expect(machine.virtual.drops.length + other.virtual.drops.length).toBe(1);
  await checkBooks(other);
});

test('what cannot be a code is dropped, and the digits of those that can are kept nowhere', async () => {
  const code = await newCode();
  expect(await machine.virtual.type(code)).toBe('dispensed');
  const { rows } = await sql<{ found: number }>`
    select count(*)::int as found from events where cause::text like ${`%${code}%`} or data::text like ${`%${code}%`}`.execute(
    hub.ledger.db,
  );
  expect(rows[0]?.found).toBe(0);
  await expect(machine.virtual.type('12ab', { timeoutMs: 300 })).rejects.toThrow('Nothing came');
});
