import { randomBytes } from 'node:crypto';
import { encodeEnvelope, newSalt, readEnvelope, verifyEnvelope } from '@polyvend/protocols/owitho';
import { integrationOf, newCredentials } from '../packages/server/src/dialects/owitho/index.ts';
import { createIntegration } from '../packages/server/src/ledger/integrations/create-integration.ts';
import { putListing } from '../packages/server/src/ledger/listings/put-listing.ts';
import { startBenchHub } from './kit/hub.ts';
import { startLoad } from './kit/load.ts';
import { createPark } from './kit/park.ts';
import { fixed, type Report, whole } from './kit/report.ts';
import { quantile } from './kit/statistics.ts';
import type { NoticeOneByOne, NoticeTimes } from './load/notice-one-by-one.ts';

const roundMs = 3_000;
const warmUp = 50;
const orders = 500;

/** Signed calls read and verified by one core, and how long a paid order of another platform takes to the machine. */
export async function benchOwitho(): Promise<Report> {
  const hub = await startBenchHub('owitho');
  const load = startLoad<NoticeOneByOne, NoticeTimes>('notice-one-by-one.ts');
  try {
    const park = await createPark(hub.ledger, { machines: 1, slots: 1 });
    const account = newCredentials();
    const { merchantId } = park;
    const integrationId = await createIntegration(hub.ledger, { merchantId, ...integrationOf(account, 'thirdParty') });
    const machineNo = park.machines[0]?.machineNo ?? '';
    await putListing(hub.ledger, { merchantId, integrationId, machineNo, cause: { by: 'bench' } });
    const { url, mqttUrl } = hub;
    await load.run({ url, mqttUrl, park, account, times: warmUp });
    const times = await load.run({ url, mqttUrl, park, account, times: orders });
    const ms = (values: readonly number[]) => [0.5, 0.99].map((share) => `${fixed(quantile(values, share), 1)} ms`).join(', ');
    return {
      title: 'owitho',
      heads: ['', 'result'],
      rows: [
        ['calls read and verified in one thread, one token', `${whole(verified(1))} a second`],
        ['the same, of two signatures with the second of two tokens', `${whole(verified(2))} a second`],
        [`/order/notice → command at the machine, ${orders} one after another: p50, p99`, ms(times.toMachine)],
        ['/order/notice until it is answered: p50, p99', ms(times.notice)],
      ],
    };
  } finally {
    await load.stop();
    await hub.stop();
  }
}

/** Each with the last of so many tokens: the others do not fit. */
function verified(tokens: number): number {
  const drawn = () => Array.from({ length: tokens }, () => randomBytes(24).toString('base64url'));
  const [valid, others] = [drawn(), drawn()];
  const last = valid.at(-1) ?? '';
  const signedWith = [...others.slice(1), last];
  const data = { machineCode: '10000001' };
  const body = Buffer.from(encodeEnvelope(data, { appId: 'bench', tokens: signedWith, salt: newSalt(), utc: Date.now() }));
  const began = performance.now();
  let done = 0;
  for (; performance.now() - began < roundMs; done += 100) {
    for (let n = 0; n < 100; n += 1) {
      const read = readEnvelope(body);
      if (!read.ok || !verifyEnvelope(read.envelope, valid)) throw new Error('It was not verified.');
    }
  }
  return (done * 1000) / (performance.now() - began);
}
