import { describe, expect, test } from 'vitest';
import { encodeToMachine, isActing, machineClient } from './client.ts';
import { readFromMachine, readHeader } from './schema.ts';
import { decodeMessage, encodeMessage, verifyMessage } from './sign.ts';

const key = 'ds069ed4223ac1660f';
const machineNo = '16327128';
const at = new Date(1_727_494_645_000);
const machine = machineClient({ machineNo, machineId: '9', key, clock: { now: () => at } });
const hub = { machineNo, key, at };
const slot = { addr: 1, code: '020', floor_type: 1, is_lp: false, is_dc: true } as const;
const dispense = {
  delivery_id: '77',
  order_id: 5,
  record_id: 6,
  product_id: 3,
  quantity: 2,
  ...slot,
  order_type: 'normal',
} as const;

function read(payload: string) {
  const decoded = decodeMessage(payload);
  if (!decoded.ok) return expect.unreachable(decoded.reason);
  expect(verifyMessage(decoded.fields, key)).toBe(true);
  return { header: readHeader(decoded.fields), ...readFromMachine(decoded.fields) };
}

describe('what a machine sends', () => {
  test('is signed, addressed and dated', () => {
    const { topic, payload, qos } = machine.heartbeat({ network_type: 'wifi', network_rssi: -60 });
    expect([topic, qos]).toEqual(['/server/app/16327128', 1]);
    expect(read(payload)).toEqual({
      header: { method: 'client.heartbeat', machineNo, machineId: '9', sentAt: at },
      method: 'client.heartbeat',
      body: { network_type: 'wifi', network_rssi: -60 },
    });
    expect(machineClient({ machineNo, key, pinnedTopic: false }).lastWill().topic).toBe('/server/app');
  });

  test('reads back as it was meant', () => {
    const sent = [
      machine.offline('shutdown'),
      machine.lastWill(),
      machine.temperature(-4.5),
      machine.humidity(60),
      machine.environment({ app_version: '2.1', screen_width: 1080 }, { cpu: 'rk3288' }),
      machine.product({ product_id: 3, current_inventory: 4 }),
      machine.restocked(),
      machine.channelStatus({ product_id: 3, floor_status: 2, lock_status: -1 }),
      machine.pickupCodeUsed(8),
      machine.traffic({ upload_bytes: 10 }),
    ];
    expect(sent.map(({ payload }) => read(payload).body)).toEqual([
      { reason: 'shutdown' },
      { reason: 'last will' },
      { temperature: -4.5 },
      { humidity: 60 },
      { app_version: '2.1', screen_width: 1080 },
      { product_id: 3, current_inventory: 4 },
      { product_ids: [] },
      { product_id: 3, floor_status: 2, lock_status: -1 },
      { id: 8, used: '1' },
      { upload_bytes: 10 },
    ]);
  });

  test('the outcome of a unit', () => {
    const ids = { delivery_id: '77', order_id: 5, record_id: 6 };
    expect(read(machine.delivered(dispense, 0, { dropped: true }).payload).body).toEqual({
      ...ids,
      index: 0,
      deliver_status: true,
      floor_status: 1,
    });
    const jammed = { dropped: false, error: 'Goods are Stuck', floorStatus: 2 } as const;
    expect(read(machine.delivered(dispense, 1, jammed).payload).body).toEqual({
      ...ids,
      index: 1,
      deliver_status: false,
      floor_status: 2,
      error_msg: 'Goods are Stuck',
    });
  });
});

describe('what a machine receives', () => {
  test('a command comes out as it was put in', () => {
    const { topic, payload, expirySeconds } = encodeToMachine('device.delivery.put', dispense, hub);
    expect([topic, expirySeconds]).toEqual(['/clients/16327128', 120]);
    expect(machine.receive(Buffer.from(payload))).toMatchObject({
      ok: true,
      message: { method: 'device.delivery.put', body: dispense },
    });
  });

  test('a command that acts is not acted on late; a pickup code holds', () => {
    const late = { ...hub, at: new Date(at.getTime() - 121_000) };
    expect(machine.receive(encodeToMachine('device.delivery.put', dispense, late).payload)).toMatchObject({ reason: 'stale' });
    expect(machine.receive(encodeToMachine('client.pickup_codes.delete', { id: 1 }, late).payload).ok).toBe(true);
    expect([isActing('client.machine.reboot'), isActing('client.ads.push')]).toEqual([true, false]);
  });

  test('everything else is dropped, with its reason', () => {
    const reasonOf = (payload: string) => {
      const received = machine.receive(payload);
      return received.ok ? 'ok' : received.reason;
    };
    const common = { client_id: machineNo, timestamp: '1727494645' };
    expect(reasonOf('*')).toBe('not base64');
    expect(reasonOf(encodeToMachine('client.machine.refresh', {}, { ...hub, key: 'other' }).payload)).toBe('wrong signature');
    expect(reasonOf(encodeToMachine('client.machine.refresh', {}, { ...hub, machineNo: '1' }).payload)).toBe('wrong client');
    expect(reasonOf(encodeMessage({ ...common, method: 'android.shutdown' }, key))).toBe('unknown method');
    expect(reasonOf(encodeMessage({ ...common, method: 'client.ads.delete' }, key))).toBe('wrong field');
    expect(reasonOf(encodeMessage({ client_id: machineNo, method: 'client.machine.reboot' }, key))).toBe('stale');
  });
});
