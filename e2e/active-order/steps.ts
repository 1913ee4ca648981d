import { randomUUID } from 'node:crypto';
import { ActiveOrderError, type Delivery, type Order, orderStatusNumbers } from '@polyvend/protocols/active-order';
import { expect } from 'vitest';
import type { RawAnswer, TestHub, TestMachine, TestTenant } from '../support/index.ts';

export const newTradeId = (): string => randomUUID().replaceAll('-', '');

/** Slots by name with how many of each; a list where one slot comes twice. */
export type Wanted = Readonly<Record<string, number>> | readonly (readonly [slot: string, quantity: number])[];

export async function productsOf(machine: TestMachine, wanted: Wanted) {
  const entries = Array.isArray(wanted) ? wanted : Object.entries(wanted);
  const products = await machine.products();
  return entries.map(([slot, quantity]) => {
    const product = products.find(({ slotName }) => slotName === slot);
    if (!product) throw new Error(`No slot ${slot}`);
    return { product_id: product.productId, quantity };
  });
}

/** An order that is not paid. */
export async function place(hub: TestHub, machine: TestMachine, wanted: Wanted = { A11: 1 }, tenant: TestTenant = hub) {
  const trade_id = newTradeId();
  const { order_id } = await tenant.client.placeOrder({
    machine_no: machine.machineNo,
    products: await productsOf(machine, wanted),
    trade_id,
    notify_url: hub.mall.notifyUrl(),
  });
  return { id: order_id, tradeId: trade_id };
}

export interface PaidOrder {
  id: number;
  tradeId: string;
  /** Ids of its records, in the order's order. */
  records: number[];
}

export async function buy(hub: TestHub, machine: TestMachine, wanted: Wanted = { A11: 1 }): Promise<PaidOrder> {
  const { id, tradeId } = await place(hub, machine, wanted);
  await hub.client.updateOrder(id, { machine_no: machine.machineNo, status: orderStatusNumbers.paid });
  const order = await hub.client.order(id, machine.machineNo);
  return { id, tradeId, records: order.records.map((record) => record.id) };
}

export function dispense(hub: TestHub, machine: TestMachine, order: PaidOrder, n = 0): Promise<Delivery> {
  const record = String(order.records[n]);
  return hub.client.dispense({ machine_no: machine.machineNo, order_id: String(order.id), record_id: record });
}

export function orderOf(hub: TestHub, machine: TestMachine, order: { id: number }): Promise<Order> {
  return hub.client.order(order.id, machine.machineNo);
}

/** The code of the refusal; 0 when there was none. */
export async function codeOf(call: Promise<unknown>): Promise<number> {
  try {
    await call;
    return 0;
  } catch (error) {
    if (error instanceof ActiveOrderError) return error.code;
    throw error;
  }
}

/** A refusal in the vendor's form, with nothing more than that. */
export function expectRefusal(answer: RawAnswer, code: number, status: number, message?: string | RegExp): void {
  expect({ status: answer.status, code: answer.body?.code, text: answer.text }).toEqual({ status, code, text: answer.text });
  expect(Object.keys(answer.body)).toEqual(['code', 'message', 'data']);
  if (typeof message === 'string') expect(answer.body.message).toBe(message);
  if (message instanceof RegExp) expect(answer.body.message).toMatch(message);
}

/** Callbacks about an order so far, as they were told. */
export function callbacksOf(hub: TestHub, order: { id: number }): unknown[] {
  return hub.mall.callbacks.map(({ body }) => body).filter((body) => (body as { order_id?: number }).order_id === order.id);
}

/** What a slot shows: there, promised, for sale. */
export async function stockOf(machine: TestMachine, slot = 'A11') {
  const { onHand, reserved, forSale } = await machine.product(slot);
  return { onHand, reserved, forSale };
}
