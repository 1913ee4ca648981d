import type { Fields } from '@polyvend/protocols/smart-vending';
import { buildCall, toSeconds } from '@polyvend/protocols/smart-vending';
import type { CustomerBehaviour, HeldCode } from '@polyvend/simulator';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { integrationOf, newCredentials } from '../../packages/server/src/dialects/smart-vending/index.ts';
import { listExceptions } from '../../packages/server/src/ledger/exceptions/list-exceptions.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { createOpenPickupCode } from '../../packages/server/src/ledger/pickup-codes/create-open-pickup-code.ts';
import { checkConservation, startTestHub, type TestHub, type TestMachine, type TestTenant, until } from '../support/index.ts';
import {
  addCustomer,
  expectAnswer,
  expectFail,
  expectPush,
  pushSettings,
  sendBuilt,
  settled,
  type TestCustomer,
} from './steps.ts';

// Codes typed at machines of ours: a customer's that we made for it, and a mall's that we ask it about; and our own, about which another
// platform's machines ask us.

let hub: TestHub;
let tenant: TestTenant;
let mall: TestCustomer;
let machine: TestMachine;
beforeAll(async () => {
  hub = await startTestHub();
});
beforeEach(async () => {
  tenant = await hub.tenant();
  mall = await addCustomer(hub, { tenant, settings: {} });
  await mall.set({ ...pushSettings(mall.customer), mallUrl: mall.customer.url });
  machine = await hub.machine('spring', {}, tenant);
});
afterEach(async () => {
  await settled(hub);
  await checkConservation(hub.ledger, [machine]);
  for (const push of mall.customer.received) expectPush(push);
  await mall.close();
  // What would still be sent there might come to a later mall, whose port may be the same.
  await hub.changeIntegration(tenant.merchant.id, mall.integrationId, { status: 'revoked' });
});
afterAll(() => hub?.stop());

let lastCode = 8_000_000_000;
function sold(held: Partial<HeldCode> = {}): string {
  lastCode += 1;
  const code = String(lastCode);
  mall.customer.sellCode({ code, goodsNum: '1002', fee: 250, ...held });
  return code;
}
const fate = (code: string) => mall.customer.codeFate(code);
const stock = async (slot = 'A12', at = machine) => {
  const { onHand, reserved } = await at.product(slot);
  return [onHand, reserved];
};
const typedAt = (code: string, at = machine) => at.virtual.type(code);

describe('a code of the mall', () => {
  test('is checked, the good falls, and only then is the mall told of its use; the trade is a pickup at its fee', async () => {
    const code = sold();
    const before = mall.customer.questions.length;
    expect(await typedAt(code)).toBe('dispensed');
    await settled(hub);
    const [check, use, ...more] = mall.customer.questions.slice(before);
    expect(more).toEqual([]);
    expect([check?.asked, use?.asked, check?.verified, use?.verified]).toEqual(['check', 'use', true, true]);
    const sender = { clientId: mall.clientId, nonceStr: expect.any(String), sign: expect.any(String) };
    expect({ ...check?.params }).toEqual({ code, assetId: machine.machineNo, ...sender });
    expect({ ...use?.params }).toEqual({ code, ...sender });
    expect(fate(code)).toEqual({ checks: 1, uses: 1, used: true });
    expect(await stock()).toEqual([4, 0]);
    expect(machine.virtual.drops).toMatchObject([{ code: '011' }]);
    const pushes = mall.pushed('trade').map(({ params }) => params);
    expect(pushes.at(-1)).toMatchObject({ payStyle: '7', price: '250', goodsNumber: '1002', deliverStatus: '0', payStatus: '1' });
  });

  test.each<[string, () => string, CustomerBehaviour | undefined, string]>([
    ['expired', () => sold({ expiresAt: hub.clock.now() }), undefined, 'expired'],
    ['unknown to the mall', () => '7999999999', undefined, 'unknown'],
    ['of another machine', () => sold({ assetId: '1' }), undefined, 'unknown'],
    ['refused with FAIL', () => sold(), { kind: 'refuse' }, 'unknown'],
    ['said to be unused by an answer that is none', () => sold(), { kind: 'ok', body: '{"codeStatus":"1"}' }, 'try-again'],
    ['said to be well by SUCCESS alone', () => sold(), { kind: 'ok', body: '{"result":"SUCCESS"}' }, 'unknown'],
    [
      'FAIL with a status of 1',
      () => sold(),
      { kind: 'ok', body: '{"result":"FAIL","codeStatus":"1","goodsNum":"1002"}' },
      'unknown',
    ],
    ['answered by an error page', () => sold(), { kind: 'status', status: 500 }, 'try-again'],
    ['answered by another place', () => sold(), { kind: 'redirect' }, 'try-again'],
    ['not answered: the line breaks', () => sold(), { kind: 'reset' }, 'try-again'],
    ['for a good that the machine has not', () => sold({ goodsNum: '9999' }), undefined, 'sold-out'],
  ])('that is %s fetches nothing', async (_, sell, behaviour, reason) => {
    const code = sell();
    if (behaviour) mall.customer.behave(behaviour, 'check');
    const typed = typedAt(code);
    if (reason === 'try-again') {
      await until(() => mall.customer.questions.length > 0, 'the mall to be asked');
      for (let seconds = 0; seconds < 14; seconds += 2) {
        hub.clock.advance(2);
        await hub.settle();
      }
    }
    expect(await typed).toBe(reason);
    await settled(hub);
    expect(machine.virtual.drops).toEqual([]);
    expect(mall.customer.questions.filter(({ asked }) => asked === 'use')).toEqual([]);
    expect(await stock()).toEqual([5, 0]);
    // The mall is well again, and so is a code that was good.
    if (reason === 'try-again') {
      mall.customer.behave({ kind: 'ok' }, 'check');
      await machine.beat();
      expect(await typedAt(code)).toBe('dispensed');
    }
  });

  test('whose mall hangs is given up within seconds, and the code works when it is back', async () => {
    const code = sold();
    mall.customer.behave({ kind: 'hang' }, 'check');
    const typed = typedAt(code);
    await until(() => mall.customer.questions.length > 0, 'the mall to be asked');
    hub.clock.advance(12);
    await hub.settle();
    expect(await typed).toBe('try-again');
    mall.customer.behave({ kind: 'ok' }, 'check');
    await machine.beat();
    expect(await typedAt(code)).toBe('dispensed');
    await settled(hub);
    expect(fate(code)).toMatchObject({ uses: 1, used: true });
  });

  test('that was used is refused by its mall', async () => {
    const code = sold();
    expect(await typedAt(code)).toBe('dispensed');
    await settled(hub);
    expect(await typedAt(code)).toBe('used');
    expect(fate(code)).toEqual({ checks: 2, uses: 1, used: true });
  });

  test.each<[string, CustomerBehaviour]>([
    ['is broken', { kind: 'status', status: 500 }],
    ['says FAIL', { kind: 'refuse' }],
    ['says nothing of an answer', { kind: 'ok', body: 'thanks' }],
    ['carries it out and loses the answer', { kind: 'reset' }],
  ])('whose mall %s when told of the use is told until it knows; meanwhile the code fetches nothing', async (_, behaviour) => {
    const code = sold();
    mall.customer.behave(behaviour, 'use');
    expect(await typedAt(code)).toBe('dispensed');
    await settled(hub);
    const other = await hub.machine('spring', {}, tenant);
    for (const seconds of [2, 7, 20]) {
      expect(await typedAt(code, other)).toBe('used');
      hub.clock.advance(seconds);
      await Promise.all([machine.beat(), other.beat()]);
      await hub.settle();
    }
    const uses = () => mall.customer.questions.filter(({ asked }) => asked === 'use');
    expect(uses().length).toBeGreaterThan(3);
    expect(new Set(uses().map(({ params }) => params.nonceStr)).size).toBe(uses().length);
    mall.customer.behave({ kind: 'ok' }, 'use');
    hub.clock.advance(400);
    await hub.settle();
    expect(fate(code).used).toBe(true);
    const count = uses().length;
    hub.clock.advance(4_000);
    await hub.settle();
    expect(uses()).toHaveLength(count);
    expect(machine.virtual.drops.length + other.virtual.drops.length).toBe(1);
    await checkConservation(hub.ledger, [machine, other]);
  });

  test('whose mall can never be told is there for a person to see', async () => {
    const code = sold();
    mall.customer.behave({ kind: 'refuse' }, 'use');
    expect(await typedAt(code)).toBe('dispensed');
    for (let hours = 0; hours < 80; hours += 4) {
      await settled(hub);
      hub.clock.advance(4 * 3_600);
    }
    const kinds = (await listExceptions(hub.ledger, tenant.merchant.id)).map(({ kind }) => kind);
    expect(kinds).toContain('conflict');
  });

  test('whose mall’s URL is taken away between the check and the use is there for a person, too', async () => {
    const code = sold();
    const hand = await hub.hand(machine);
    await hand.say(hand.wire.codeTyped(code, 'typed'));
    const command = await hand.command(1);
    await mall.set({ mallUrl: '' });
    await hand.answer(command);
    await settled(hub);
    const kinds = (await listExceptions(hub.ledger, tenant.merchant.id)).map(({ kind }) => kind);
    expect(kinds).toContain('conflict');
    // It fell by the hand's word alone.
    machine = await hub.machine('spring', {}, tenant);
  });

  test('at two machines at once: one can', async () => {
    const other = await hub.machine('spring', {}, tenant);
    const code = sold();
    const results = await Promise.all([typedAt(code), typedAt(code, other)]);
    expect(results).toContain('dispensed');
    expect(machine.virtual.drops.length + other.virtual.drops.length).toBe(1);
    await settled(hub);
    expect(fate(code)).toMatchObject({ uses: 1, used: true });
    await checkConservation(hub.ledger, [machine, other]);
  });

  test('that jams is free again: another machine gives it out, and the mall hears of one use', async () => {
    const other = await hub.machine('spring', {}, tenant);
    const code = sold();
    machine.virtual.script([{ outcome: 'jam' }]);
    expect(await typedAt(code)).toBe('failed');
    await settled(hub);
    expect(fate(code)).toEqual({ checks: 1, uses: 0, used: false });
    expect(await typedAt(code, other)).toBe('dispensed');
    await settled(hub);
    expect(fate(code)).toEqual({ checks: 2, uses: 1, used: true });
    await checkConservation(hub.ledger, [machine, other]);
  });

  test('leaves its digits nowhere: no event, notification or attempt holds them', async () => {
    const code = sold();
    expect(await typedAt(code)).toBe('dispensed');
    await settled(hub);
    const { rows: tables } = await sql<{ name: string }>`select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(hub.ledger.db);
    for (const { name } of tables) {
      const { rows } = await sql`select from ${sql.table(name)} t where t::text like ${`%${code}%`} limit 1`.execute(
        hub.ledger.db,
      );
      expect(rows, name).toEqual([]);
    }
  });

  test('of a length that was set goes to the mall, even where one of ours has the same digits', async () => {
    await mall.set({ pickupCodeLengths: [7] });
    const own = await mall.client.createCode({ productCode: '1001' });
    expect(await typedAt(own)).toBe('unknown');
    mall.customer.sellCode({ code: own, goodsNum: '1003', fee: 1 });
    expect(await typedAt(own)).toBe('dispensed');
    expect(machine.virtual.drops).toMatchObject([{ code: '012' }]);
  });

  test('of a customer whose URL is taken away is nobody’s', async () => {
    await mall.set({ mallUrl: '' });
    expect(await typedAt(sold())).toBe('unknown');
    expect(mall.customer.questions).toEqual([]);
  });
});

describe('a code that we made for a customer', () => {
  const made = (params: Fields = {}) => mall.client.createCode(params);
  beforeEach(() => mall.set({ mallUrl: '' }));

  test('for a good fetches it at any machine; once', async () => {
    const other = await hub.machine('spring', {}, tenant);
    const code = await made({ productCode: '1003' });
    expect(await typedAt(code, other)).toBe('dispensed');
    expect(other.virtual.drops).toMatchObject([{ code: '012' }]);
    expect(await typedAt(code)).toBe('used');
    await settled(hub);
    expect(mall.pushed('trade').at(-1)?.params).toMatchObject({
      payStyle: '7',
      goodsNumber: '1003',
      deliverStatus: '0',
      price: '300',
    });
    const { list } = await mall.client.tradeList({ payStyle: 7 });
    expect(list).toMatchObject([{ payStyle: '7', deliverStatus: 0, assetId: other.machineNo }]);
    await checkConservation(hub.ledger, [other]);
  });

  test('for a machine fetches something there, and nothing elsewhere', async () => {
    const other = await hub.machine('spring', {}, tenant);
    const code = await made({ assetId: machine.machineNo });
    expect(await typedAt(code, other)).toBe('unknown');
    expect(await typedAt(code)).toBe('dispensed');
  });

  test('for nothing more fetches what the machine has, and only that', async () => {
    for (const code of ['010', '011', '013']) machine.virtual.restock(code, 0);
    await until(
      async () => (await Promise.all(['A11', 'A12', 'A14'].map((slot) => stock(slot)))).every(([onHand]) => onHand === 0),
      'the counts',
    );
    for (let n = 0; n < 3; n += 1) expect(await typedAt(await made())).toBe('dispensed');
    expect(new Set(machine.virtual.drops.map(({ code }) => code))).toEqual(new Set(['012']));
    expect(await typedAt(await made({ productCode: '1001' }))).toBe('sold-out');
  });

  test('with times is good between them', async () => {
    const now = toSeconds(hub.clock.now());
    const code = await made({ startTime: now + 60, endTime: now + 120 });
    expect(await typedAt(code)).toBe('not-yet');
    hub.clock.advance(60);
    await machine.beat();
    expect(await typedAt(code)).toBe('dispensed');
    const late = await made({ startTime: now, endTime: now + 120 });
    hub.clock.advance(60);
    await machine.beat();
    expect(await typedAt(late)).toBe('expired');
  });

  test('without times is good for 15 days', async () => {
    const [first, second] = [await made(), await made()];
    hub.clock.advance(15 * 86_400 - 1);
    await machine.beat();
    expect(await typedAt(first)).toBe('dispensed');
    hub.clock.advance(1);
    await machine.beat();
    expect(await typedAt(second)).toBe('expired');
  });

  test('that jams is good again', async () => {
    const code = await made({ productCode: '1001' });
    machine.virtual.script([{ outcome: 'fail' }]);
    expect(await typedAt(code)).toBe('failed');
    await settled(hub);
    expect(await typedAt(code)).toBe('dispensed');
  });

  test('typed at two machines at once: one can', async () => {
    const other = await hub.machine('spring', {}, tenant);
    const code = await made();
    expect((await Promise.all([typedAt(code), typedAt(code, other)])).sort()).toEqual(['dispensed', 'used']);
    expect(machine.virtual.drops.length + other.virtual.drops.length).toBe(1);
    await settled(hub);
    await checkConservation(hub.ledger, [machine, other]);
  });

  test('at a machine of another merchant is unknown', async () => {
    const theirs = await hub.machine('spring');
    expect(await typedAt(await made(), theirs)).toBe('unknown');
  });

  test('is refused where codes are turned off', async () => {
    const off = await hub.tenant({ pickupCodesEnabled: false });
    const theirs = await addCustomer(hub, { tenant: off, settings: {} });
    expectFail(await theirs.call('createCode'), 30005);
    await theirs.close();
  });
});

describe('as the mall of another platform', () => {
  const platform = newCredentials();
  let code: string;
  beforeEach(async () => {
    await createIntegration(hub.ledger, { merchantId: tenant.merchant.id, ...integrationOf(platform, 'customer') });
    const goodsId = tenant.goodsIds.get('1004') ?? 0;
    const draft = { merchantId: tenant.merchant.id, integrationId: null, goodsId, feeCents: 480, elsewhere: true };
    ({ code } = await createOpenPickupCode(hub.ledger, { ...draft, cause: { by: 'test' } }));
  });
  // Each test's integration has the same id on the wire: the one before is taken out of the way.
  afterEach(async () => {
    await sql`update integrations set status = 'revoked' where wire_id = ${platform.clientId}`.execute(hub.ledger.db);
    await sql`select pg_notify('integrations', '')`.execute(hub.ledger.db);
  });

  const ask = (name: 'checkCode' | 'useCode', params: Fields) => sendBuilt(hub, buildCall(name, params, platform));

  test('we say what a code of ours is worth, and use it once', async () => {
    const check = async () => (await ask('checkCode', { code, assetId: '151111' })).body;
    const first = await ask('checkCode', { code, assetId: '151111' });
    expectAnswer('checkCode', first);
    expect(first.body).toEqual({ result: 'SUCCESS', goodsNum: '1004', codeStatus: '1', fee: '480' });
    const using = buildCall('useCode', { code }, platform);
    expectAnswer('useCode', await sendBuilt(hub, using));
    // The very same message again is the same use; another is a second one.
    expectAnswer('useCode', await sendBuilt(hub, using));
    expectFail(await ask('useCode', { code }), 30002);
    expect((await check()).codeStatus).toBe('2');
  });

  test('and keep its digits out of what is written of the call', async () => {
    await ask('useCode', { code });
    const { rows } = await sql<{ cause: { call?: string; raw?: string } }>`
      select cause from events where merchant_id = ${tenant.merchant.id} and kind = 'pickup-code.used'`.execute(hub.ledger.db);
    expect(rows).toMatchObject([{ cause: { call: 'POST /osapi/pickupcode/use', raw: expect.stringContaining('"code":"***"') } }]);
    expect(JSON.stringify(rows)).not.toContain(code);
  });

  test('two uses at once: one wins', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask('useCode', { code })));
    expect(answers.map(({ body }) => body.result).sort()).toEqual(['FAIL', 'FAIL', 'FAIL', 'FAIL', 'FAIL', 'SUCCESS']);
  });

  test('what is late is expired, what is none is unknown, and a customer of ours may not ask', async () => {
    expectFail(await ask('checkCode', { code: '1000000', assetId: '1' }), 30001);
    expectFail(await ask('useCode', { code: '1000000' }), 30001);
    expectFail(await ask('checkCode', { code, assetId: '1', goodsNum: '1001' }), 30001);
    expectFail(await ask('checkCode', { code }), 10001, 'assetId is required');
    expectFail(await sendBuilt(hub, buildCall('checkCode', { code, assetId: '1' }, mall)), 10002);
    hub.clock.advance(15 * 86_400);
    expect((await ask('checkCode', { code, assetId: '1' })).body.codeStatus).toBe('3');
  });
});
