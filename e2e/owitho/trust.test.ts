import { tokenLifeMs, writeOrderNotice } from '@polyvend/protocols/owitho';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { listChannelTokens } from '../../packages/server/src/ledger/channel-links/channel-token.ts';
import { checkConservation, rawRequest, startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';
import { type Channel, noticeOf, ok, openChannel, send, signed } from './steps.ts';

let hub: TestHub;
let channel: Channel;
let machine: TestMachine;

beforeAll(async () => {
  hub = await startTestHub();
  channel = await openChannel(hub);
  machine = await hub.machine();
  await channel.list(machine);
});
afterEach(() => checkConservation(hub.ledger));
afterAll(async () => {
  await channel?.platform.close();
  await hub?.stop();
});

const paths = ['/machine/query', '/order/notice', '/order/query'];
const refused = (code: string) => ({ code, msg: expect.any(String), data: '' });
const codeOf = async (path: string, body: string) => (await send(hub, path, body)).body.code;

/** A machine/query, which is answered 200 when it is signed as it must be. */
const query = () => ({ machineCode: machine.machineNo });
const tokens = async () => (await listChannelTokens(hub.ledger, channel.merchantId, channel.id)).map(({ token }) => token);

test('what is wrong is told in the vendor’s order: app, salt, time, signature, data', async () => {
  for (const path of paths) {
    const wrong = { appId: 'nobody', secretKey: 'wrong' };
    const stale = hub.clock.now().getTime() - 301_000;
    const forged = { appId: channel.appId, secretKey: 'wrong' };
    expect(await codeOf(path, '{')).toBe('40000');
    expect(await codeOf(path, signed(hub, wrong, '{', { salt: 999, utc: stale }))).toBe('40001');
    expect(await codeOf(path, signed(hub, forged, '{', { salt: 999, utc: stale }))).toBe('40003');
    expect(await codeOf(path, signed(hub, forged, '{', { salt: 10_000 }))).toBe('40003');
    expect(await codeOf(path, signed(hub, forged, '{', { utc: stale }))).toBe('40004');
    expect(await codeOf(path, signed(hub, forged, '{', { utc: stale + 602_000 }))).toBe('40004');
    expect(await codeOf(path, signed(hub, forged, '{'))).toBe('40002');
    expect((await send(hub, path, signed(hub, channel, '{'))).body).toEqual({
      code: '40000',
      msg: 'data must be a JSON text',
      data: '',
    });
    expect((await send(hub, path, signed(hub, channel, {}))).body).toMatchObject({
      code: '40000',
      msg: expect.stringContaining('is required'),
    });
  }
});

test('every forgery is refused, and nothing falls', async () => {
  const data = JSON.stringify(writeOrderNotice(await noticeOf(hub, machine, 'forged-1', { A11: 1 })));
  const good = JSON.parse(signed(hub, channel, data)) as Record<string, unknown>;
  const other = await openChannel(hub);
  const forgeries: Record<string, Record<string, unknown>> = {
    'no signature': { ...good, signatures: undefined },
    'none of them': { ...good, signatures: [] },
    'of nothing': { ...good, signatures: ['0'.repeat(32)] },
    'another salt': { ...good, salt: good.salt === 9999 ? 9998 : 9999 },
    'another time': { ...good, utc: Number(good.utc) + 1 },
    'other data': { ...good, data: data.replace('forged-1', 'forged-2') },
    'data as it would be written anew': { ...good, data: `${data} ` },
    'another app’s key': JSON.parse(signed(hub, { appId: channel.appId, secretKey: other.secretKey }, data)) as Record<
      string,
      unknown
    >,
    'another app’s name': { ...good, appId: other.appId },
    'a token that nobody gave': JSON.parse(signed(hub, channel, data, { tokens: ['x'.repeat(32)] })) as Record<string, unknown>,
    'an empty token': JSON.parse(signed(hub, channel, data, { tokens: [''] })) as Record<string, unknown>,
  };
  for (const [name, forged] of Object.entries(forgeries)) {
    expect((await send(hub, '/order/notice', JSON.stringify(forged))).body, name).toEqual(refused('40002'));
  }
  await hub.settle();
  expect(machine.virtual.drops).toEqual([]);
  await other.platform.close();
});

test('forms that the vendor’s own examples have are taken', async () => {
  const good = JSON.parse(signed(hub, channel, query())) as { signatures: string[]; salt: number; data: string };
  const [signature] = good.signatures;
  const { signatures: _, ...rest } = good;
  const forms = [
    good,
    { ...rest, signature },
    { ...rest, signature: [signature] },
    { ...rest, signatures: ['0'.repeat(32), signature] },
    { ...good, salt: String(good.salt) },
    { ...good, data: JSON.parse(good.data) as unknown },
  ];
  for (const form of forms) expect(await codeOf('/machine/query', JSON.stringify(form))).toBe('200');
  expect(await codeOf('//machine/query/', JSON.stringify(good))).toBe('200');
});

test('a token before the newest is good for the overlap, and a token ends with its day', async () => {
  await hub.settle();
  const [first = ''] = await tokens();
  expect(first).not.toBe('');
  expect(await codeOf('/machine/query', signed(hub, channel, query(), { tokens: [first] }))).toBe('200');
  // Ten minutes before its end it is replaced.
  hub.clock.advance(tokenLifeMs / 1000 - 600);
  await hub.settle();
  const [second = '', again] = await tokens();
  expect([second === first, again]).toEqual([false, first]);
  expect(await codeOf('/machine/query', signed(hub, channel, query(), { tokens: [first] }))).toBe('200');
  expect(await codeOf('/machine/query', signed(hub, channel, query(), { tokens: [second] }))).toBe('200');
  expect(await codeOf('/machine/query', signed(hub, channel, query(), { tokens: [first, second] }))).toBe('200');
  hub.clock.advance(301);
  expect(await codeOf('/machine/query', signed(hub, channel, query(), { tokens: [first] }))).toBe('40002');
  expect(await codeOf('/machine/query', signed(hub, channel, query(), { tokens: [first, second] }))).toBe('200');
  hub.clock.advance(tokenLifeMs / 1000);
  expect(await codeOf('/machine/query', signed(hub, channel, query(), { tokens: [second] }))).toBe('40002');
  expect(await codeOf('/machine/query', signed(hub, channel, query()))).toBe('200');
});

test('a token that the platform ended is replaced when it is refused, once for all that wait', async () => {
  await hub.settle();
  const asked = () => channel.platform.received.filter(({ path }) => path === '/machine/sync').length;
  const [before = ''] = await tokens();
  channel.platform.endTokens(channel.appId);
  const told = asked();
  await channel.list(machine, { priceCents: 350 });
  await until(async () => {
    hub.clock.advance(1);
    await hub.settle();
    return (
      channel.platform.received.slice(told).some(({ path, code }) => path === '/machine/sync' && code === 200) &&
      (await tokens())[0] !== before
    );
  }, 'the layout to be told with a new token');
  const refusals = channel.platform.received.filter(({ code }) => code === 40002);
  expect(refusals.length).toBeGreaterThan(0);
  expect((await tokens())[0]).not.toBe(before);
});

test('a revoked integration is no app any more; under /i its own number names it', async () => {
  const gone = await openChannel(hub);
  const at = (id: number, body: string) => rawRequest(`${hub.url}/i/${id}/order/query`, { body });
  const body = signed(hub, gone, { orderViewId: 'none' });
  expect((await at(gone.id, body)).body.code).toBe('40000');
  expect((await at(channel.id, body)).body.code).toBe('40001');
  await hub.changeIntegration(gone.merchantId, gone.id, { status: 'revoked' });
  await until(async () => (await at(gone.id, body)).body.code === '40001', 'the integration to be forgotten');
  await gone.platform.close();
});

test('too much, too large, no such path or method: HTTP 200, in the vendor’s words', async () => {
  const answers = [
    await rawRequest(`${hub.url}/order/notice`, { body: 'x'.repeat(2_000_000) }),
    await rawRequest(`${hub.url}/order/notice`, { method: 'GET' }),
    await rawRequest(`${hub.url}/order/notice/more`, { body: '{}' }),
    await rawRequest(`${hub.url}/order/notice`, { body: Buffer.from([0xff, 0xfe]) }),
    await rawRequest(`${hub.url}/order/notice`),
  ];
  for (const { status, body } of answers) expect({ status, body }).toEqual({ status: 200, body: refused('40000') });
  const limited = await startTestHub({ environment: { POLYVEND_RATE_LIMIT: '1' } });
  const busy = await openChannel(limited);
  const codes = await Promise.all(
    Array.from(
      { length: 5 },
      async () => (await send(limited, '/order/query', signed(limited, busy, { orderViewId: 'x' }))).body.msg,
    ),
  );
  expect(codes).toContain('too many requests');
  await busy.platform.close();
  await limited.stop();
});

test('two merchants with one App Id: the one whose key signs is meant', async () => {
  const neighbour = await hub.tenant();
  const theirs = await openChannel(hub, { merchantId: neighbour.merchant.id });
  await hub.hub.database.pool.query('update integrations set wire_id = $1 where id = $2', [channel.appId, theirs.id]);
  const body = signed(hub, { appId: channel.appId, secretKey: theirs.secretKey }, query());
  expect((await send(hub, '/machine/query', body)).body).toMatchObject({ code: '40000' });
  expect((await send(hub, '/machine/query', signed(hub, channel, query()))).body).toMatchObject({
    ...ok,
    data: { machineCode: machine.machineNo },
  });
  await theirs.platform.close();
});
