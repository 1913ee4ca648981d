import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { byTest, eventsOf, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { changeIntegration } from './change-integration.ts';
import { createIntegration } from './create-integration.ts';
import { createDirectory, type Directory } from './directory.ts';
import { endOverlap, endOverlaps } from './end-overlap.ts';
import { getIntegration } from './get-integration.ts';
import { theOne } from './integration.ts';
import { overlaps, type Rotation, rotateCredentials } from './rotate-credentials.ts';
import { hashSecret } from './vault.ts';

let ledger: TestLedger;
let shop: TestShop;
let merchantId: number;
let id: number;
let directory: Directory;
let wireIds = 0;
let wireId: string;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
beforeEach(async () => {
  shop = await testShop(ledger);
  ({ merchantId } = shop);
  wireIds += 1;
  wireId = `rotating-${wireIds}`;
  const draft = { merchantId, dialect: 'd', role: 'r', wireId, secret: 'old secret', secrets: { key: 'old' } };
  id = await createIntegration(ledger, { ...draft, settings: { publicKey: 'old', other: 1 } });
  directory = createDirectory(ledger);
});

const rotate = (change: Partial<Rotation> = {}) =>
  rotateCredentials(ledger, {
    ...{ merchantId, id, signWith: 'old' as const, cause: byTest },
    credentials: { wireId, secret: 'new secret', secrets: { key: 'new' }, settings: { publicKey: 'new' } },
    ...change,
  });

const keys = async (wire = wireId) => (await directory.candidates('d', 'r', wire)).map(({ secrets }) => secrets.key);
const signedWith = async () => (await getIntegration(ledger, merchantId, id))?.secrets.key;

describe('credentials that are changed', () => {
  test('old and new count until the overlap ends by the clock, then the new alone, and nothing has to be forgotten for that', async () => {
    const until = await rotate({ overlap: 3_600 });
    expect(until).toEqual(new Date(ledger.clock.now().getTime() + 3_600_000));
    const [current, previous] = await directory.candidates('d', 'r', wireId);
    expect(current).toMatchObject({ id, secrets: { key: 'new' }, settings: { publicKey: 'new', other: 1 } });
    expect(previous).toMatchObject({ id, secrets: { key: 'old' }, settings: { publicKey: 'old', other: 1 } });
    expect(current?.secretHash?.equals(hashSecret('new secret'))).toBe(true);
    expect(previous?.secretHash?.equals(hashSecret('old secret'))).toBe(true);
    expect((await directory.candidatesOf('d', 'r', merchantId)).map(({ secrets }) => secrets.key)).toEqual(['new', 'old']);
    expect(await directory.ofMerchant('d', 'r', merchantId)).toHaveLength(1);
    ledger.clock.advance(3_599);
    expect(await keys()).toEqual(['new', 'old']);
    ledger.clock.advance(1);
    expect(await keys()).toEqual(['new']);
    expect((await directory.candidatesOf('d', 'r', merchantId)).map(({ secrets }) => secrets.key)).toEqual(['new']);
  });

  test('the same integration found by old and new is one; two integrations are not', async () => {
    await rotate();
    const found = await directory.candidates('d', 'r', wireId);
    expect(theOne(found)?.id).toBe(id);
    const other = await testShop(ledger);
    await createIntegration(ledger, { merchantId: other.merchantId, dialect: 'd', role: 'r', wireId });
    expect(theOne(await createDirectory(ledger).candidates('d', 'r', wireId))).toBeUndefined();
    expect(theOne([])).toBeUndefined();
  });

  test('we sign with the old until the overlap ends, and with what the other side issued at once', async () => {
    await rotate({ overlap: 60 });
    expect(await signedWith()).toBe('old');
    ledger.clock.advance(60);
    expect(await signedWith()).toBe('new');
    const credentials = { wireId, secrets: { key: 'newest' } };
    await rotate({ overlap: 60, credentials, signWith: 'new' });
    expect(await signedWith()).toBe('newest');
    expect(await keys()).toEqual(['newest', 'new']);
  });

  test('a new id on the wire is found, and the old one for as long as it is good', async () => {
    await rotate({ overlap: 60, credentials: { wireId: `${wireId}-new`, secrets: { key: 'new' } } });
    expect([await keys(), await keys(`${wireId}-new`)]).toEqual([['old'], ['new']]);
    ledger.clock.advance(60);
    expect([await keys(), await keys(`${wireId}-new`)]).toEqual([[], ['new']]);
  });

  test('without an overlap, and when it is ended, the old ones are gone at once', async () => {
    expect(await rotate({ overlap: 0 })).toBeNull();
    expect(await keys()).toEqual(['new']);
    await rotate({ credentials: { wireId, secrets: { key: 'newer' } } });
    directory.forget();
    expect(await keys()).toEqual(['newer', 'new']);
    expect(await endOverlap(ledger, { merchantId, id, cause: byTest })).toBe(true);
    directory.forget();
    expect([await keys(), await signedWith()]).toEqual([['newer'], 'newer']);
    expect(await endOverlap(ledger, { merchantId, id, cause: byTest })).toBe(false);
  });

  test('while an overlap lasts there is no third set; and it lasts thirty days at most', async () => {
    await rotate({ overlap: overlaps.most });
    await expect(rotate()).rejects.toMatchObject({ code: 'request.invalid' });
    expect(await keys()).toEqual(['new', 'old']);
    for (const overlap of [-1, 0.5, overlaps.most + 1, Number.NaN]) {
      await expect(rotate({ overlap })).rejects.toMatchObject({ code: 'request.invalid' });
    }
  });

  test('of another merchant, and of a revoked one, nothing is changed', async () => {
    const other = await testShop(ledger);
    await expect(rotate({ merchantId: other.merchantId })).rejects.toMatchObject({ code: 'integration.unknown' });
    expect(await endOverlap(ledger, { merchantId: other.merchantId, id, cause: byTest })).toBe(false);
    await rotate();
    await changeIntegration(ledger, merchantId, id, { status: 'revoked' });
    directory.forget();
    expect(await keys()).toEqual([]);
    await expect(rotate()).rejects.toMatchObject({ code: 'integration.unknown' });
  });

  test('what has ended is wiped by the sweep; each change is an event that holds no secret', async () => {
    await endOverlaps(ledger);
    await rotate({ overlap: 60 });
    expect(await endOverlaps(ledger)).toBe(0);
    ledger.clock.advance(60);
    expect(await endOverlaps(ledger)).toBe(1);
    const [row] = await ledger.rows('select * from integrations where merchant_id = $1 and id = $2', [merchantId, id]);
    expect(row).toMatchObject({
      previous_secrets: null,
      previous_secret_hash: null,
      previous_wire_id: null,
      previous_until: null,
    });
    const told = await eventsOf(ledger, shop, 'integration.credentials-changed', 'integration.overlap-ended');
    expect(told.map(({ kind }) => kind)).toEqual(['integration.credentials-changed', 'integration.overlap-ended']);
    expect(JSON.stringify(told)).not.toMatch(/secret|"new"|"old"/);
  });

  test('two that rotate at once: one does', async () => {
    const done = await Promise.allSettled([rotate(), rotate({ credentials: { wireId, secrets: { key: 'other' } } })]);
    expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await keys()).toHaveLength(2);
  });
});

test('who called is written down, once a minute at most', async () => {
  const at = async () =>
    (
      await ledger.rows<{ last_call_at: Date | null }>(
        'select last_call_at from integrations where merchant_id = $1 and id = $2',
        [merchantId, id],
      )
    )[0]?.last_call_at;
  directory.called(id);
  const first = ledger.clock.now();
  await directory.writeCalls();
  expect(await at()).toEqual(first);
  ledger.clock.advance(59);
  directory.called(id);
  await directory.writeCalls();
  expect(await at()).toEqual(first);
  ledger.clock.advance(1);
  await directory.writeCalls();
  expect(await at()).toEqual(new Date(first.getTime() + 59_000));
});
