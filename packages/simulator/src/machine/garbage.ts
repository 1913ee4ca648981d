import { encodeMessage, type Publication } from '@polyvend/protocols/machine';
import { pick, type Random } from '../shared/random.ts';

/** What no hub should bear: each is to be dropped and counted, and none may bring it down. */
export function makeGarbage(random: Random, { topic, qos }: Publication, machineNo: string, key: string): Publication {
  const fields = { method: 'device.delivery.response', client_id: machineNo, timestamp: '0' };
  const payload = pick(random, [
    '',
    '*** no base64 ***',
    Buffer.from('{"method":').toString('base64'),
    Buffer.from('[]').toString('base64'),
    Buffer.from([0xff, 0xfe, 0x00]).toString('base64'),
    encodeMessage({ ...fields, delivery_id: '1', deliver_status: '1' }, `${key} of somebody else`),
    encodeMessage({ ...fields, method: 'client.of.tomorrow' }, key),
    encodeMessage({ ...fields, deliver_status: 'perhaps' }, key),
  ]);
  return { topic, payload: payload ?? '', qos };
}
