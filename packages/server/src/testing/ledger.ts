import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { inTransaction } from '../database/transaction.ts';
import { putGoods } from '../ledger/catalog/put-goods.ts';
import { createLedger } from '../ledger/create-ledger.ts';
import { type Command, claimCommand } from '../ledger/dispensing/claim-command.ts';
import type { Drive } from '../ledger/dispensing/lock-times.ts';
import { type Answer, type AnswerEffect, recordAnswer } from '../ledger/dispensing/record-answer.ts';
import { requestDispense } from '../ledger/dispensing/request-dispense.ts';
import type { LedgerErrorCode } from '../ledger/errors.ts';
import { LedgerError } from '../ledger/errors.ts';
import type { Cause, EventKind } from '../ledger/events/event.ts';
import { createIntegration } from '../ledger/integrations/create-integration.ts';
import type { Ledger, LedgerRules } from '../ledger/ledger.ts';
import { addMachine } from '../ledger/machines/add-machine.ts';
import { findMachine, type Machine } from '../ledger/machines/find-machine.ts';
import { recordSignOfLife } from '../ledger/machines/record-sign-of-life.ts';
import { createMerchant, type MerchantDraft } from '../ledger/merchants/create-merchant.ts';
import { changeOrder } from '../ledger/orders/change-order.ts';
import { type OrderDraft, placeOrder } from '../ledger/orders/place-order.ts';
import { type TestClock, testClock } from './clock.ts';
import { type TestDatabase, testDatabase } from './database.ts';

export interface TestLedger extends Ledger {
  clock: TestClock;
  database: TestDatabase;
  rows<T>(query: string, values?: unknown[]): Promise<T[]>;
  /** Closes and removes the database. */
  drop(): Promise<void>;
}

export interface TestLedgerOptions {
  relayed?: Iterable<EventKind>;
  rules?: Partial<LedgerRules>;
}

/** The ledger on a database of its own, with a clock that stands still: one per test file is the custom. */
export async function testLedger({ relayed = ['dispense.settled'], rules = {} }: TestLedgerOptions = {}): Promise<TestLedger> {
  const database = await testDatabase();
  const clock = testClock();
  const ledger = createLedger({ database, secretKey: randomBytes(32), relayed, clock, rules });
  const rows = async <T>(query: string, values: unknown[] = []): Promise<T[]> =>
    (await database.pool.query(query, values)).rows as T[];
  return { ...ledger, clock, database, rows, drop: () => database.drop() };
}

const everything = 'merchants, machine_telemetry, events, outbox, machine_locks, refills, sales_due, sales_rollups, sales_days';

/**
 * As it was at first. It takes every table at once, in an order of its own: whoever still looks at two of them (autovacuum) may be in its
 * way, and then it is tried again.
 */
export async function emptyLedger(ledger: TestLedger): Promise<void> {
  await inTransaction(ledger.db, (trx) => sql`truncate ${sql.raw(everything)} restart identity cascade`.execute(trx));
}

/** The same ledger as another process has it: what is coalesced in one process is not coalesced with it. */
export function elsewhere(ledger: TestLedger): TestLedger {
  return { ...ledger };
}

export interface TestSlot {
  onHand?: number;
  capacity?: number;
  priceCents?: number;
}

export interface TestShopOptions {
  slots?: readonly TestSlot[];
  drive?: Drive;
  hasDropDetection?: boolean;
  merchant?: Partial<MerchantDraft>;
  /** A machine of a merchant that is there already. */
  of?: TestShop;
}

export interface TestShop {
  merchantId: number;
  deviceKey: string;
  integrationId: number;
  machineId: number;
  machineNo: string;
  brokerPassword: string;
  slots: { id: number; name: string; code: string; productId: number }[];
}

export const byTest: Cause = { by: 'test' };

let machines = 0;

/** A merchant with an integration and a machine that is online, its slots A1, A2 … of a good each. */
export async function testShop(ledger: TestLedger, options: TestShopOptions = {}): Promise<TestShop> {
  const { slots = [{}], drive = 'spring', hasDropDetection = false } = options;
  const merchant = options.of
    ? { id: options.of.merchantId, deviceKey: options.of.deviceKey }
    : await createMerchant(ledger, { name: 'shop', pickupCodesEnabled: true, ...options.merchant });
  const merchantId = merchant.id;
  const integrationId =
    options.of?.integrationId ??
    (await createIntegration(ledger, { merchantId, dialect: 'plain', role: 'platform', wireId: `w${merchantId}` }));
  const goods = await putGoods(ledger, merchantId, [{ number: 'cola', name: 'Cola', priceCents: 300 }], byTest);
  machines += 1;
  const machineNo = String(10_000_000 + machines);
  const { id: machineId, brokerPassword } = await addMachine(ledger, {
    merchantId,
    machineNo,
    name: `machine ${machines}`,
    cabinets: [
      {
        name: 'A',
        addr: 1,
        drive,
        hasDropDetection,
        slots: slots.map(({ onHand = 10, capacity = Math.max(10, onHand), priceCents = 300 }, n) => ({
          name: `A${n + 1}`,
          code: `0${n + 1}`,
          x: 1,
          y: n,
          goodsId: goods.get('cola') ?? 0,
          priceCents,
          capacity,
          onHand,
        })),
      },
    ],
  });
  const shop = { merchantId, deviceKey: merchant.deviceKey, integrationId, machineId, machineNo, brokerPassword };
  await comeOnline(ledger, shop);
  const made = await ledger.rows<TestShop['slots'][number]>(
    'select id, name, code, product_id as "productId" from slots where merchant_id = $1 and machine_id = $2 order by id',
    [merchantId, machineId],
  );
  return { ...shop, slots: made };
}

/** The machine says something now. */
export async function comeOnline(ledger: TestLedger, shop: Pick<TestShop, 'merchantId' | 'machineId'>): Promise<void> {
  const now = ledger.clock.now();
  await recordSignOfLife(ledger, { merchantId: shop.merchantId, machineId: shop.machineId, receivedAt: now, saidAt: now });
}

export function machineOf(ledger: Ledger, shop: TestShop): Promise<Machine> {
  return findMachine(ledger, shop.merchantId, shop.machineNo);
}

let trades = 0;

/** An order for so many of the first slot, or for what `draft` says. */
export function orderDraft(shop: TestShop, quantity = 1, draft: Partial<OrderDraft> = {}): OrderDraft {
  trades += 1;
  return {
    merchantId: shop.merchantId,
    integrationId: shop.integrationId,
    machineNo: shop.machineNo,
    tradeId: `trade-${trades}`,
    notifyUrl: 'http://mall.test/notify',
    lines: [{ productId: shop.slots[0]?.productId ?? 0, quantity }],
    cause: byTest,
    ...draft,
  };
}

export interface TestOrder {
  id: number;
  lineIds: number[];
}

export async function place(
  ledger: TestLedger,
  shop: TestShop,
  quantity = 1,
  draft: Partial<OrderDraft> = {},
): Promise<TestOrder> {
  const { id } = await placeOrder(ledger, orderDraft(shop, quantity, draft));
  const lines = await ledger.rows<{ id: number }>(
    'select id from order_lines where merchant_id = $1 and order_id = $2 order by id',
    [shop.merchantId, id],
  );
  return { id, lineIds: lines.map((line) => line.id) };
}

export async function pay(ledger: TestLedger, shop: TestShop, order: { id: number }): Promise<void> {
  await changeOrder(ledger, {
    merchantId: shop.merchantId,
    machineId: shop.machineId,
    orderId: order.id,
    to: 'paid',
    cause: byTest,
  });
}

export async function placePaid(
  ledger: TestLedger,
  shop: TestShop,
  quantity = 1,
  draft: Partial<OrderDraft> = {},
): Promise<TestOrder> {
  const order = await place(ledger, shop, quantity, draft);
  await pay(ledger, shop, order);
  return order;
}

/** Asks for a line of the order (the first) to be dispensed; answers the batch id. */
export async function dispense(ledger: TestLedger, shop: TestShop, order: TestOrder, line = 0): Promise<number> {
  return await requestDispense(ledger, {
    merchantId: shop.merchantId,
    integrationId: shop.integrationId,
    machine: await machineOf(ledger, shop),
    orderId: order.id,
    lineId: order.lineIds[line] ?? 0,
    cause: byTest,
  });
}

export function claim(ledger: TestLedger, shop: TestShop): Promise<Command | undefined> {
  return claimCommand(ledger, shop.merchantId, shop.machineId);
}

/** An order that is paid, asked for and on its way to the machine. */
export async function sendOut(
  ledger: TestLedger,
  shop: TestShop,
  quantity = 1,
): Promise<{ order: TestOrder; command: Command; batchId: number }> {
  const order = await placePaid(ledger, shop, quantity);
  const batchId = await dispense(ledger, shop, order);
  const command = await claim(ledger, shop);
  if (!command) throw new Error('Nothing could be claimed.');
  return { order, command, batchId };
}

/** The machine's answer for a unit of the command: that it dropped, unless told otherwise. */
export function answer(
  ledger: TestLedger,
  shop: TestShop,
  command: { id: number },
  what: Partial<Pick<Answer, 'index' | 'dispensed' | 'faultCode' | 'error' | 'answeredAt'>> = {},
): Promise<AnswerEffect> {
  const dispensed = what.dispensed ?? true;
  return recordAnswer(ledger, {
    merchantId: shop.merchantId,
    machineId: shop.machineId,
    commandId: command.id,
    index: 0,
    dispensed,
    faultCode: 1,
    error: dispensed ? '' : 'Goods are Stuck',
    answeredAt: ledger.clock.now(),
    raw: {},
    cause: byTest,
    ...what,
  });
}

/** on_hand and reserved of a slot: the first, or the nth. */
export async function stockOf(ledger: TestLedger, shop: TestShop, slot = 0): Promise<{ onHand: number; reserved: number }> {
  const [row] = await ledger.rows<{ onHand: number; reserved: number }>(
    'select on_hand as "onHand", reserved from slots where merchant_id = $1 and id = $2',
    [shop.merchantId, shop.slots[slot]?.id],
  );
  if (!row) throw new Error(`The shop has no slot ${slot}.`);
  return row;
}

/** The states of the order's units, in their order. */
export async function unitsOf(ledger: TestLedger, shop: TestShop, order: { id: number }): Promise<string[]> {
  const rows = await ledger.rows<{ state: string }>(
    'select state from dispenses where merchant_id = $1 and order_id = $2 order by id',
    [shop.merchantId, order.id],
  );
  return rows.map(({ state }) => state);
}

export interface TestEvent {
  kind: EventKind;
  data: Record<string, unknown>;
}

/** What was told of a merchant, oldest first; of those kinds alone, where some are named. */
export async function eventsOf(ledger: TestLedger, shop: TestShop, ...kinds: EventKind[]): Promise<TestEvent[]> {
  return await ledger.rows<TestEvent>(
    'select kind, data from events where merchant_id = $1 and (cardinality($2::text[]) = 0 or kind = any($2)) order by id',
    [shop.merchantId, kinds],
  );
}

/** The code with which the ledger refuses; throws what is no refusal, and when it does not refuse. */
export async function refusal(work: Promise<unknown>): Promise<LedgerErrorCode> {
  try {
    await work;
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
  throw new Error('It was not refused.');
}
