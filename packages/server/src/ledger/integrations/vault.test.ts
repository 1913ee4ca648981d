import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createVault, hashSecret } from './vault.ts';

const key = randomBytes(32);
const secrets = { appKey: 'ds069ed4223ac1660f', 键: '值' };

describe('the vault', () => {
  test('opens what it sealed, with the same key in another process', () => {
    expect(createVault(Buffer.from(key)).open(createVault(key).seal(secrets))).toEqual(secrets);
    expect(createVault(key).open(createVault(key).seal({}))).toEqual({});
  });

  test('never seals the same twice alike, and shows nothing', () => {
    const vault = createVault(key);
    const [first, second] = [vault.seal(secrets), vault.seal(secrets)];
    expect(first.equals(second)).toBe(false);
    expect(first.toString('latin1')).not.toContain(secrets.appKey);
  });

  test('refuses what another key sealed, and what was changed or cut, wherever', () => {
    const vault = createVault(key);
    const sealed = vault.seal(secrets);
    expect(() => createVault(randomBytes(32)).open(sealed)).toThrow();
    for (const at of [0, 1, 12, 13, 28, 29, sealed.length - 1]) {
      const forged = Buffer.from(sealed);
      forged.writeUInt8(forged.readUInt8(at) ^ 1, at);
      expect(() => vault.open(forged), `byte ${at}`).toThrow();
    }
    for (const length of [0, 1, 20, sealed.length - 1]) expect(() => vault.open(sealed.subarray(0, length))).toThrow();
  });

  test('refuses a key of the wrong length', () => {
    for (const length of [0, 16, 31, 33]) expect(() => createVault(randomBytes(length))).toThrow('32 bytes');
  });

  test('a hash tells secrets apart', () => {
    expect(hashSecret('a').equals(hashSecret('a'))).toBe(true);
    expect(hashSecret('a').equals(hashSecret('b'))).toBe(false);
  });
});
