import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { Callback, calls, type Delivery, OfflineOrders, type Order, omitZero, paths, slotsNotFilled } from './schema.ts';

describe('omitZero', () => {
  test('leaves out what protobuf leaves out, at every depth', () => {
    const data = {
      a: 0,
      b: false,
      c: '',
      d: null,
      e: [],
      f: {},
      g: { h: 0 },
      i: undefined,
      j: '0',
      k: 1,
      l: [{ m: 0, n: 1 }, 0],
    };
    expect(omitZero(data)).toEqual({ j: '0', k: 1, l: [{ n: 1 }, 0] });
  });

  test('keeps lists, plain data and what it is told to', () => {
    expect(omitZero([])).toEqual([]);
    expect(omitZero([{ a: 0 }])).toEqual([{}]);
    expect(omitZero('')).toBe('');
    expect(omitZero({ data: [], total: 0, per_page: 10 })).toEqual({ data: [], per_page: 10 });
    expect(omitZero({ x: { data: [] } })).toEqual({});
    expect(omitZero({ quantity: 0, r: [{ quantity: 0, z: 0 }] }, ['quantity'])).toEqual({ quantity: 0, r: [{ quantity: 0 }] });
  });

  test('a time is no empty object', () => {
    const at = new Date(0);
    expect(omitZero({ at })).toEqual({ at });
  });
});

describe('parameters', () => {
  const fits = (name: keyof typeof calls, params: unknown) => Compile(calls[name].params).Check(params);

  test('texts may be numbers', () => {
    expect(fits('updateOrder', { machine_no: '16327129', status: '2', timestamp: '1714128358' })).toBe(true);
    expect(fits('updateOrder', { machine_no: 16327129, status: 2, timestamp: 1714128358, extra: 1 })).toBe(true);
    expect(fits('updateOrder', { machine_no: '16327129', status: '7', timestamp: '1' })).toBe(false);
    expect(fits('products', { machine_no: '16327129', page: '', select_all: 1 })).toBe(true);
  });

  test('the vendor’s own example of an order', () => {
    const order = { machine_no: '16327129', notify_url: 'https://x.example/n', trade_id: '3f2a58ad69b74e86b8a1a3da6fd75cc1' };
    expect(fits('placeOrder', { ...order, products: [{ product_id: 121, quantity: 1 }] })).toBe(true);
    expect(fits('placeOrder', { ...order, products: [] })).toBe(false);
    expect(fits('placeOrder', { ...order, trade_id: 'a b', products: [{ product_id: 1, quantity: 1 }] })).toBe(false);
    expect(fits('placeOrder', { ...order, notify_url: 'file:///etc', products: [{ product_id: 1, quantity: 1 }] })).toBe(false);
  });

  test('each way of restocking asks for its own', () => {
    const machine_no = '16327129';
    expect(fits('replenish', { machine_no, method: 'replenishment.product.id', product_id: '1', max_total: '5' })).toBe(true);
    expect(fits('replenish', { machine_no, method: 'replenishment.machine.all', cabinet_name: 'A' })).toBe(true);
    expect(fits('replenish', { machine_no, method: 'replenishment.category.id' })).toBe(false);
    expect(fits('replenish', { machine_no, method: 'nonsense' })).toBe(false);
  });
});

test('answers have exact types', () => {
  expectTypeOf<Delivery['status']>().toEqualTypeOf<'未取货或正在出货' | '出货完成' | '出货失败' | '出货超时'>();
  expectTypeOf<Order['records'][number]['notify_sent']>().toEqualTypeOf<'0' | '1'>();
  expectTypeOf<Static<typeof calls.ping.answer>>().toEqualTypeOf<'pong'>();
  expectTypeOf<typeof paths.order>().toEqualTypeOf<'/orders/:order_id'>();
  expect(paths.pickupCodes).toBe('/products/:product_id/pickup_code');
});

test('callbacks and uploads', () => {
  const callback = { method: 'device.delivery.response', order_id: 60, record_id: 78, deliver_status: '1', floor_status: '1' };
  expect(Compile(Callback).Check({ ...callback, error_msg: '', fail_reason: '' })).toBe(true);
  expect(Compile(Callback).Check({ method: 'order.expired', order_id: 60, trade_id: 't', status: 'CLOSED' })).toBe(true);
  const order = { trade_id: 't', amount: '3.00', status: 'SUCCESS', records: [{ product_id: 1, quantity: 1, price: '3.00' }] };
  expect(Compile(OfflineOrders).Check([order])).toBe(true);
  expect(Compile(OfflineOrders).Check(Array(51).fill(order))).toBe(false);
  expect(slotsNotFilled(2)).toBe('2 个货道库存更新失败, 超出货道最大库存');
});
