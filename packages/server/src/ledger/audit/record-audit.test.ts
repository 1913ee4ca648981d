import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestLedger, testLedger, testShop } from '../../testing/ledger.ts';
import { listAudit } from './list-audit.ts';
import { recordAudit } from './record-audit.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

test('a subject of any length is written down, shortened, and found by what it was', async () => {
  const { merchantId } = await testShop(ledger);
  // At random: what is compressed would fit.
  const subject = `endpoint ${Array.from({ length: 2_000 }, () => String.fromCharCode(randomInt(0x4e00, 0x9fa5))).join('')}`;
  await recordAudit(ledger, {
    ...{ merchantId, userId: null, integrationId: null, who: 'somebody', action: 'POST /v1/endpoints/enable', subject },
    ...{ before: null, after: null, requestId: 'r', address: '127.0.0.1' },
  });
  expect(await listAudit(ledger, merchantId, { subject, limit: 10 })).toMatchObject([{ subject: subject.slice(0, 200) }]);
});
