import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../database/log.ts';
import { answerExternalCode } from '../ledger/external-codes/answer-external-code.ts';
import { openExternalCode } from '../ledger/external-codes/open-external-code.ts';
import { recordExternalUse } from '../ledger/external-codes/record-external-use.ts';
import { releaseExternalCode } from '../ledger/external-codes/release-external-code.ts';
import { changeIntegration } from '../ledger/integrations/change-integration.ts';
import { typePickupCode } from '../ledger/pickup-codes/type-pickup-code.ts';
import { conservationProblems } from '../testing/conservation.ts';
import { answer, byTest, claim, stockOf, type TestLedger, type TestShop, testLedger, testShop } from '../testing/ledger.ts';
import { type GuardedHttp, guardedHttp } from './http/guarded-http.ts';
import type { NotificationDraft, OutboundDialect, StoredNotification } from './outbound-dialect.ts';
import { openSink, type Sink } from './test-kit.ts';
import { type Notifications, startNotifications } from './worker.ts';

// A code of another mall from the keypad to its use, with a real mall over HTTP and a dialect that asks it as one would.

let ledger: TestLedger;
let sink: Sink;
let http: GuardedHttp;
/** For a mall that hangs. */
let impatient: GuardedHttp;
let shop: TestShop;
const workers: Notifications[] = [];

beforeAll(async () => {
  ledger = await testLedger({ relayed: ['external-code.claimed', 'external-code.dispensed'] });
  sink = await openSink();
  // Longer than any test may take: the clock that stands still makes no second attempt of one that was slow.
  http = guardedHttp({ allow: ['127.0.0.0/8'], timeout: 120_000, connectTimeout: 60_000 });
  impatient = guardedHttp({ allow: ['127.0.0.0/8'], timeout: 300 });
});
beforeEach(async () => {
  shop = await testShop(ledger);
  await changeIntegration(ledger, shop.merchantId, shop.integrationId, { settings: { mallUrl: 'http://mall.example' } });
  sink.received = [];
  sink.answer = ({ path }) => ({ status: 200, body: path === '/check' ? 'good cola 250' : 'SUCCESS' });
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
  expect(await conservationProblems(ledger)).toEqual([]);
});
afterAll(async () => {
  await Promise.all([sink.close(), http.close(), impatient.close()]);
  await ledger.drop();
});

const idOf = ({ orderKey }: Pick<StoredNotification, 'orderKey'>): number => Number(orderKey.split(':')[1]);

function dialect(): OutboundDialect {
  return {
    dialect: 'plain',
    wants: ['external-code.claimed', 'external-code.dispensed'],
    render: async ({ merchantId, id, kind, data }): Promise<NotificationDraft[]> => {
      const { externalCodeId, integrationId } = data as { externalCodeId: number; integrationId: number };
      const asks = kind === 'external-code.claimed';
      return [
        {
          merchantId,
          integrationId,
          eventId: id,
          jobKey: `plain:${id}`,
          orderKey: `external-code:${externalCodeId}`,
          orderId: null,
          lineId: null,
          method: asks ? 'check' : 'use',
          url: `${sink.url}/${asks ? 'check' : 'use'}`,
          body: '',
          ...(asks && { giveUpAfter: 8 }),
        },
      ];
    },
    async prepare(notification) {
      const opened = await openExternalCode(ledger, notification.merchantId, idOf(notification));
      if (!opened) throw new Error('nothing to be asked');
      return { headers: {}, body: `${opened.machineNo} ${opened.code}` };
    },
    accepted: ({ status }) => status === 200 || `HTTP ${status}`,
    async answered(notification, { body }) {
      const code = { merchantId: notification.merchantId, externalCodeId: idOf(notification), cause: byTest };
      if (notification.method === 'use') {
        await recordExternalUse(ledger, { ...code, told: true });
        return;
      }
      const [word, goodsNumber = '', fee] = body.split(' ');
      const good = { good: true, goodsNumber, feeCents: Number(fee) } as const;
      await answerExternalCode(ledger, { ...code, answer: word === 'good' ? good : { good: false, reason: 'used' } });
    },
    async gaveUp(notification) {
      const code = { merchantId: notification.merchantId, externalCodeId: idOf(notification), cause: byTest };
      if (notification.method === 'check') await releaseExternalCode(ledger, code);
      else await recordExternalUse(ledger, { ...code, told: false });
    },
  };
}

function start(how: Partial<OutboundDialect> = {}, by = http): Notifications {
  const { database, clock } = ledger;
  const dialects = [{ ...dialect(), ...how }];
  const options = { database, clock, http: by, dialects, log: silentLog, random: () => 0.5, limits: { sweepEvery: 0 } };
  const worker = startNotifications(options);
  workers.push(worker);
  return worker;
}

let typings = 0;

async function type(code = '55667788'): Promise<void> {
  typings += 1;
  const { merchantId, machineId } = shop;
  const typed = { merchantId, machineId, serial: `t${typings}`, code, typedAt: ledger.clock.now(), cause: byTest };
  expect(await typePickupCode(ledger, typed)).toEqual({ state: 'asked' });
}

const state = async (): Promise<unknown> =>
  (
    await ledger.rows<{ state: string }>('select state from external_codes where merchant_id = $1 order by id desc limit 1', [
      shop.merchantId,
    ])
  )[0]?.state;
const lastWord = async (): Promise<Record<string, unknown> | undefined> =>
  (
    await ledger.rows<{ fields: Record<string, unknown> }>(
      'select fields from machine_messages where machine_id = $1 order by id desc limit 1',
      [shop.machineId],
    )
  )[0]?.fields;
const paths = (): string[] => sink.received.map(({ path }) => path);

it('checked, dispensed, and only then used; the digits are in nothing that is kept', async () => {
  await type('5566778899');
  const worker = start();
  await worker.idle();
  expect([await state(), paths()]).toEqual(['dispensing', ['/check']]);
  expect(sink.received[0]?.body).toBe(`${shop.machineNo} 5566778899`);
  await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 });
  sink.answer = () => ({ status: 500 });
  await worker.idle();
  expect([await state(), paths()]).toEqual(['dispensed', ['/check', '/use']]);
  sink.answer = () => ({ status: 200 });
  ledger.clock.advance(1);
  await worker.idle();
  expect([await state(), paths()]).toEqual(['used', ['/check', '/use', '/use']]);
  expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
  for (const table of ['notifications', 'notification_attempts', 'events', 'external_codes', 'typed_codes', 'machine_messages']) {
    expect(JSON.stringify(await ledger.rows(`select * from ${table}`)), table).not.toContain('5566778899');
  }
});

it('a mall that says no is no; one that hangs or errs is "try again" within ten seconds', async () => {
  sink.answer = () => ({ status: 200, body: 'used' });
  await type();
  await start().idle();
  expect([await state(), await lastWord()]).toMatchObject(['refused', { reason: 'used' }]);
  for (const answering of ['hang', { status: 502 }] as const) {
    sink.answer = () => answering;
    const worker = start({}, answering === 'hang' ? impatient : http);
    const began = ledger.clock.now().getTime();
    await type();
    for (let seconds = 0; (await state()) === 'claimed'; seconds += 1) {
      expect(seconds).toBeLessThan(10);
      await worker.idle();
      ledger.clock.advance(1);
    }
    expect(ledger.clock.now().getTime() - began).toBeLessThanOrEqual(10_000);
    expect([await state(), await lastWord()]).toMatchObject(['released', { reason: 'try-again' }]);
  }
  expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
});

it('killed after the answer was taken and before it was recorded: asked again, one can', async () => {
  await type();
  const killed = start({
    answered: async (notification, said) => {
      await dialect().answered?.(notification, said);
      throw new Error('killed here');
    },
  });
  await killed.idle();
  await killed.stop();
  expect(await state()).toBe('dispensing');
  ledger.clock.advance(1);
  const worker = start();
  await worker.idle();
  expect(paths()).toEqual(['/check', '/check']);
  expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 1 });
  await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 });
  await worker.idle();
  expect(await state()).toBe('used');
});

it('a dispense that fails uses nothing, and the code may be typed again', async () => {
  await type();
  const worker = start();
  await worker.idle();
  await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 }, { dispensed: false, faultCode: 1 });
  await worker.idle();
  expect([await state(), paths()]).toEqual(['failed', ['/check']]);
  await type();
  await worker.idle();
  await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 });
  await worker.idle();
  expect([await state(), paths()]).toEqual(['used', ['/check', '/check', '/use']]);
});
