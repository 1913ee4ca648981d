import { Compile } from 'typebox/compile';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type FromMachineBody,
  fromMachine,
  isFromMachineMethod,
  lockSeconds,
  machineNoOfTopic,
  readFromMachine,
  readHeader,
  readToMachine,
  type ToMachineBody,
  toMachine,
} from './schema.ts';

describe('reading', () => {
  test('texts become numbers, flags, lists and times', () => {
    const response = { method: 'device.delivery.response', delivery_id: '77', record_id: '5', index: '1', deliver_status: '1' };
    expect(readFromMachine({ ...response, floor_status: '1', error_msg: '', order_id: '' })).toEqual({
      method: 'device.delivery.response',
      body: { delivery_id: '77', record_id: 5, index: 1, deliver_status: true, floor_status: 1 },
    });
    expect(fromMachine['client.temperature.put'].read({ temperature: '-4.5' })).toEqual({ temperature: -4.5 });
    expect(fromMachine['client.channel.status.put'].read({ product_id: 3, floor_status: '47', lock_status: '-1' })).toEqual({
      product_id: 3,
      floor_status: 47,
      lock_status: -1,
    });
    expect(
      toMachine['client.pickup_codes.create'].read({ id: 1, product_id: 2, code: '123456', quantity: 1, expired_at: '86400000' }),
    ).toMatchObject({
      expired_at: new Date(86_400_000),
    });
    expect(readToMachine({ method: 'client.channel.fault.clear', product_ids: '1,2, 3', floor_status: '1' }).body).toEqual({
      product_ids: [1, 2, 3],
      floor_status: '1',
    });
  });

  test.each([
    ['[]', []],
    ['[1,2]', [1, 2]],
    ['["1","2"]', [1, 2]],
    [[1], [1]],
  ])('product_ids %j', (product_ids, ids) => {
    expect(fromMachine['client.product.restock'].read({ product_ids })).toEqual({ product_ids: ids });
  });

  test.each(['1,2', '{}', '[-1]', '["x"]', '[null]', '[[1]]', 5])('product_ids %j is refused', (product_ids) => {
    expect(() => fromMachine['client.product.restock'].read({ product_ids })).toThrow(/^product_ids must/);
  });

  test('lists of objects, whose values are texts', () => {
    const { read, write } = fromMachine['client.machine.status.put'];
    const body = {
      door: 'open',
      fault_codes: [0, 1, 0, 0, 0, 0],
      faults: [{ fault: 'system.clock' }, { cabinet: 'B', fault: 'coin-changer.low-5-jiao' }],
      temperatures: [{ left: -4, lamp_on: '0:0', left_cooling: true }],
    } as const;
    const texts = write({
      ...body,
      fault_codes: [...body.fault_codes],
      faults: [...body.faults],
      temperatures: [...body.temperatures],
    });
    expect(texts.temperatures).toBe('[{"lamp_on":"0:0","left":"-4","left_cooling":"1"}]');
    expect(read(texts)).toEqual(body);
    expect(read({ temperatures: '[{"left":5,"more":{}}]', faults: '[]' })).toEqual({ temperatures: [{ left: 5 }], faults: [] });
  });

  test.each([
    [{ faults: '{}' }, 'faults must be a JSON array'],
    [{ faults: '[1]' }, 'faults[0] must be an object'],
    [{ faults: '[{"fault":"system.clock"},null]' }, 'faults[1] must be an object'],
    [{ faults: '[{"cabinet":"B"}]' }, 'faults[0].fault is required'],
    [{ faults: '[{"fault":"system.gremlin"}]' }, 'faults[0].fault must be one of'],
    [{ faults: '[{"fault":"system.clock","cabinet":{}}]' }, 'faults[0].cabinet must be a text'],
    [{ faults: JSON.stringify(Array(65).fill({ fault: 'system.clock' })) }, 'faults must have at most 64 items'],
    [{ temperatures: '[{"left":5.5}]' }, 'temperatures[0].left must be a whole number'],
    [{ fault_codes: '[0,0,0]' }, 'fault_codes must have 6 numbers'],
    [{ door: 'ajar' }, 'door must be one of'],
    [{ coins_1_yuan: '-1' }, 'coins_1_yuan must be at least 0'],
  ])('a status with %j is refused', (fields, message) => {
    expect(() => fromMachine['client.machine.status.put'].read(fields)).toThrow(message);
  });

  test('a missing or wrong field is named', () => {
    expect(() => readFromMachine({ method: 'client.product.put', product_id: '1' })).toThrow('current_inventory is required');
    expect(() => readFromMachine({ method: 'client.product.put', product_id: 'x' })).toThrow('product_id must be a whole number');
    expect(() => readFromMachine({ method: 'constructor' })).toThrow('method is none that machines send');
    expect(isFromMachineMethod('toString')).toBe(false);
  });

  const sale = { trade_no: 'T-1', product_id: '3', quantity: '3', price: '4.50', pay_style: 'card', pay_time: '1727494645' };

  test('a sale that the machine made by itself', () => {
    const { read, write } = fromMachine['client.sale.put'];
    const body = read({ ...sale, outcomes: '1,0, 2', payment_id: '' });
    expect(body).toEqual({
      trade_no: 'T-1',
      product_id: 3,
      quantity: 3,
      price: 450,
      pay_style: 'card',
      pay_time: new Date(1_727_494_645_000),
      outcomes: [1, 0, 2],
    });
    expect(read(write(body))).toEqual(body);
    expect(write(body)).toMatchObject({ price: '4.50', outcomes: '1,0,2', pay_time: '1727494645' });
  });

  test.each([
    ['trade_no', ''],
    ['trade_no', 'a:b'],
    ['trade_no', 'x'.repeat(65)],
    ['quantity', '0'],
    ['quantity', '101'],
    ['price', '-1.00'],
    ['price', '1.005'],
    ['pay_style', 'pickup-code'],
    ['pay_time', 'now'],
    ['outcomes', '1,3'],
  ])('a sale with %s %j is refused', (name, value) => {
    expect(() => fromMachine['client.sale.put'].read({ ...sale, [name]: value })).toThrow(new RegExp(`^${name} `));
  });

  test('extras are kept apart', () => {
    const fields = { method: 'client.machine.env.put', app_version: '1', cpu: 'rk3288', cores: 4, client_id: '1', nested: {} };
    expect(fromMachine['client.machine.env.put'].extras(fields)).toEqual({ cpu: 'rk3288', cores: '4' });
  });

  test('the header', () => {
    expect(readHeader({ method: 'm', client_id: 16327128, timestamp: '1727494645', machine_id: '9' })).toEqual({
      method: 'm',
      machineNo: '16327128',
      machineId: '9',
      sentAt: new Date(1_727_494_645_000),
    });
    expect(() => readHeader({ method: 'm' })).toThrow('client_id is required');
  });
});

test('writing gives texts that the schema and the reader accept', () => {
  const { schema, write, read } = toMachine['device.delivery.put'];
  const body = {
    delivery_id: '7',
    product_id: 1,
    quantity: 2,
    addr: 1,
    code: '020',
    floor_type: 3,
    is_lp: false,
    is_dc: true,
  } as const;
  const texts = write({ ...body, order_type: 'normal', order_id: undefined });
  expect(texts).toMatchObject({ quantity: '2', is_lp: '0', is_dc: '1' });
  expect(Compile(schema).Check({ ...texts, sign: 'x', more: 'y' })).toBe(true);
  expect(read(texts)).toEqual({ ...body, order_type: 'normal' });
  expect(fromMachine['client.product.restock'].write({ product_ids: [1, 2], operation: true })).toEqual({
    product_ids: '[1,2]',
    operation: '1',
  });
});

test('bodies have exact types', () => {
  expectTypeOf<FromMachineBody<'client.temperature.put'>>().toEqualTypeOf<{ temperature: number }>();
  expectTypeOf<ToMachineBody<'client.pickup_codes.delete'>>().toEqualTypeOf<{ id: number }>();
  expectTypeOf<ToMachineBody<'device.delivery.put'>['order_type']>().toEqualTypeOf<'normal' | 'test'>();
  expectTypeOf<FromMachineBody<'device.delivery.response'>['index']>().toEqualTypeOf<number | undefined>();
});

test('locks and topics', () => {
  expect([1, 2, 3, 9, undefined].map(lockSeconds)).toEqual([30, 15, 90, 45, 45]);
  expect(['/server/app/16327128', '/server/app', '/server/app/a/b'].map(machineNoOfTopic)).toEqual([
    '16327128',
    undefined,
    undefined,
  ]);
});
