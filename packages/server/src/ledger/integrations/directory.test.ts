import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type TestLedger, testLedger, testShop } from '../../testing/ledger.ts';
import { changeMerchant } from '../merchants/change-merchant.ts';
import { changeIntegration } from './change-integration.ts';
import { createIntegration } from './create-integration.ts';
import { createDirectory } from './directory.ts';
import { getIntegration } from './get-integration.ts';
import { hashSecret } from './vault.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(() => void vi.restoreAllMocks());

describe('the directory', () => {
  test('knows an integration by dialect, role and id on the wire, with its secrets and its merchant', async () => {
    const { merchantId } = await testShop(ledger);
    const draft = { merchantId, dialect: 'd', role: 'platform', wireId: 'known', secret: 's', secrets: { key: 'k' } };
    const id = await createIntegration(ledger, { ...draft, settings: { one: 1 } });
    const directory = createDirectory(ledger);
    const [found, ...others] = await directory.candidates('d', 'platform', 'known');
    expect(others).toEqual([]);
    expect(found).toMatchObject({ id, merchant: { id: merchantId }, secrets: { key: 'k' }, settings: { one: 1 } });
    expect(found?.secretHash?.equals(hashSecret('s'))).toBe(true);
    expect(await directory.byId(id)).toEqual(found);
    expect(await directory.ofMerchant('d', 'platform', merchantId)).toEqual([found]);
    expect(await directory.candidates('d', 'third-party', 'known')).toEqual([]);
    expect(await directory.candidates('e', 'platform', 'known')).toEqual([]);
  });

  test('names every merchant that uses an id which others issued', async () => {
    const shops = [await testShop(ledger), await testShop(ledger)];
    for (const { merchantId } of shops) {
      await createIntegration(ledger, { merchantId, dialect: 'd', role: 'platform', wireId: 'shared' });
    }
    const found = await createDirectory(ledger).candidates('d', 'platform', 'shared');
    expect(found.map(({ merchant }) => merchant.id)).toEqual(shops.map(({ merchantId }) => merchantId));
  });

  test('finds all of a merchant, and of those who share an id on the wire not more than anybody needs', async () => {
    const { merchantId } = await testShop(ledger);
    for (let n = 0; n < 25; n += 1) {
      await createIntegration(ledger, { merchantId, dialect: 'd', role: 'mall', wireId: 'many' });
    }
    const directory = createDirectory(ledger);
    expect(await directory.ofMerchant('d', 'mall', merchantId)).toHaveLength(25);
    expect(await directory.candidates('d', 'mall', 'many')).toHaveLength(20);
  });

  test('remembers until it is told to forget: then a revoked integration is gone, and a merchant is as it is now', async () => {
    const { merchantId } = await testShop(ledger);
    const id = await createIntegration(ledger, { merchantId, dialect: 'd', role: 'platform', wireId: 'changing' });
    // For five seconds, for which a machine may pause.
    vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    const directory = createDirectory(ledger);
    const statusOf = async () => (await directory.byId(id))?.merchant.status;
    expect(await statusOf()).toBe('active');
    await changeMerchant(ledger, merchantId, { status: 'expired' });
    expect(await statusOf()).toBe('active');
    directory.forget();
    expect(await statusOf()).toBe('expired');
    await changeIntegration(ledger, merchantId, id, { status: 'revoked' });
    directory.forget();
    expect(await directory.byId(id)).toBeUndefined();
    expect((await getIntegration(ledger, merchantId, id))?.id).toBe(id);
  });

  test('a look that failed is not remembered', async () => {
    const { merchantId } = await testShop(ledger);
    let down = true;
    const broken = {
      ...ledger,
      get db() {
        if (down) throw new Error('down');
        return ledger.db;
      },
    };
    const directory = createDirectory(broken);
    await expect(directory.ofMerchant('plain', 'platform', merchantId)).rejects.toThrow('down');
    down = false;
    expect(await directory.ofMerchant('plain', 'platform', merchantId)).toHaveLength(1);
  });

  test('settings are merged', async () => {
    const { merchantId, integrationId } = await testShop(ledger);
    await changeIntegration(ledger, merchantId, integrationId, { settings: { a: 1, b: 1 } });
    await changeIntegration(ledger, merchantId, integrationId, { settings: { b: 2 } });
    expect((await getIntegration(ledger, merchantId, integrationId))?.settings).toEqual({ a: 1, b: 2 });
  });
});
