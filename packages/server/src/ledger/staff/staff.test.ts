import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestLedger, testLedger, testShop } from '../../testing/ledger.ts';
import { putLine } from '../places/put-line.ts';
import { findSession } from './find-session.ts';
import { checkPassword, verifyPassword } from './password.ts';
import { changeUser, createUser } from './put-user.ts';
import { type Permission, permissions, permissionsOf, roles } from './roles.ts';
import { makeSetUpCode, setUp } from './set-up.ts';
import { sessionLife, signIn } from './sign-in.ts';
import { machinesInScope, readUsers } from './user.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

const password = 'correct horse battery staple';
const from = { address: '192.0.2.1', agent: 'test' };
let names = 0;
const someone = async (merchantId: number, role: (typeof roles)[number] = 'owner') => {
  names += 1;
  return await createUser(ledger, merchantId, { login: `Someone-${names}`, role, password });
};

describe('setting up', () => {
  test('the newest code of the log makes the first owner and the merchant, once, and guessing it is bounded', async () => {
    const fresh = await testLedger();
    try {
      const old = (await makeSetUpCode(fresh)) ?? '';
      const code = (await makeSetUpCode(fresh)) ?? '';
      expect(code).toMatch(/^\d{4}-\d{4}-\d{4}$/);
      const merchant = { name: 'M', timeZone: 'Europe/Berlin', currency: 'EUR' };
      const draft = { login: 'first', name: '', password, merchant, requestId: 'r', address: '192.0.2.1' };
      await expect(setUp(fresh, { ...draft, code: old })).rejects.toMatchObject({ code: 'setup.code' });
      await expect(setUp(fresh, { ...draft, code, password: 'short' })).rejects.toMatchObject({ code: 'user.password-weak' });
      // As somebody types it.
      const { merchantId, user } = await setUp(fresh, { ...draft, code: code.replaceAll('-', ' ') });
      expect(user).toMatchObject({ login: 'first', role: 'owner', scope: null });
      expect(await fresh.rows('select name, currency, time_zone from merchants where id = $1', [merchantId])).toEqual([
        { name: 'M', currency: 'EUR', time_zone: 'Europe/Berlin' },
      ]);
      expect(await fresh.rows('select who, action, subject, after from audit_log where merchant_id = $1', [merchantId])).toEqual([
        {
          ...{ who: 'first', action: 'POST /v1/setup', subject: `user ${user.id}` },
          after: { login: 'first', name: '', role: 'owner', merchant },
        },
      ]);
      await expect(setUp(fresh, { ...draft, code, login: 'second' })).rejects.toMatchObject({ code: 'setup.done' });
      expect(await makeSetUpCode(fresh)).toBeUndefined();
    } finally {
      await fresh.drop();
    }
  });

  test('after twenty wrong codes the right one counts no more either', async () => {
    const fresh = await testLedger();
    try {
      const code = (await makeSetUpCode(fresh)) ?? '';
      const merchant = { name: 'M', timeZone: 'UTC', currency: 'EUR' };
      const draft = { login: 'x1', name: '', password, merchant, requestId: 'r', address: '' };
      for (let n = 0; n < 20; n += 1) {
        await expect(setUp(fresh, { ...draft, code: '0000-0000-000x' })).rejects.toMatchObject({ code: 'setup.code' });
      }
      await expect(setUp(fresh, { ...draft, code })).rejects.toMatchObject({ code: 'setup.code' });
      const newer = (await makeSetUpCode(fresh)) ?? '';
      expect((await setUp(fresh, { ...draft, code: newer })).user.login).toBe('x1');
    } finally {
      await fresh.drop();
    }
  });
});

describe('users', () => {
  test('a name is taken whatever its case, over all merchants', async () => {
    const [{ merchantId }, other] = [await testShop(ledger), await testShop(ledger)];
    await createUser(ledger, merchantId, { login: 'Anna', role: 'owner', password });
    const again = createUser(ledger, other.merchantId, { login: 'aNNa', role: 'owner', password });
    await expect(again).rejects.toMatchObject({ code: 'user.exists' });
  });

  test('the last owner stays, even when two owners end each other at the same time', async () => {
    const { merchantId } = await testShop(ledger);
    const [one, two] = [await someone(merchantId), await someone(merchantId)];
    const ends = await Promise.allSettled([
      changeUser(ledger, merchantId, one.id, { status: 'disabled' }),
      changeUser(ledger, merchantId, two.id, { role: 'viewer' }),
    ]);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const owners = (await readUsers(ledger.db, merchantId)).filter(({ role, status }) => role === 'owner' && status === 'active');
    expect(owners).toHaveLength(1);
  });

  test('what is another merchant’s is not changed, and no scope names it', async () => {
    const [{ merchantId }, other] = [await testShop(ledger), await testShop(ledger)];
    const theirs = await someone(other.merchantId);
    await expect(changeUser(ledger, merchantId, theirs.id, { role: 'viewer' })).rejects.toMatchObject({ code: 'user.unknown' });
    const mine = await someone(merchantId);
    const scope = { machineIds: [other.machineId], lineIds: [] };
    await expect(changeUser(ledger, merchantId, mine.id, { scope })).rejects.toMatchObject({ code: 'machine.unknown' });
    expect((await readUsers(ledger.db, merchantId, mine.id))[0]?.scope).toBeNull();
  });

  test('a scope of nothing is nothing, and not everything', async () => {
    const { merchantId, machineId } = await testShop(ledger);
    await putLine(ledger, { merchantId, name: 'L' });
    const user = await createUser(ledger, merchantId, {
      login: 'scoped-1',
      role: 'refiller',
      password,
      scope: { machineIds: [machineId], lineIds: [] },
    });
    expect(await machinesInScope(ledger.db, merchantId, user.scope)).toEqual([machineId]);
    const emptied = await changeUser(ledger, merchantId, user.id, { scope: { machineIds: [], lineIds: [] } });
    expect(await machinesInScope(ledger.db, merchantId, emptied.scope)).toEqual([]);
    const opened = await changeUser(ledger, merchantId, user.id, { scope: null });
    expect(await machinesInScope(ledger.db, merchantId, opened.scope)).toBeUndefined();
  });
});

describe('sessions', () => {
  test('are found by their token alone, of which the database keeps a hash', async () => {
    const { merchantId } = await testShop(ledger);
    const { login } = await someone(merchantId);
    const { token } = await signIn(ledger, { login, password, ...from });
    expect((await findSession(ledger, token))?.user.login).toBe(login);
    expect(await findSession(ledger, `${token}x`)).toBeUndefined();
    expect(await ledger.rows('select * from sessions where encode(hash, $1) like $2', ['escape', `%${token}%`])).toEqual([]);
  });

  test('end with a new password and a new role, but not with a new name', async () => {
    const { merchantId } = await testShop(ledger);
    await someone(merchantId);
    for (const [change, stays] of [
      [{ name: 'x' }, true],
      [{ role: 'viewer' as const }, false],
      [{ password: `${password} 2` }, false],
    ] as const) {
      const { id, login } = await someone(merchantId);
      const { token } = await signIn(ledger, { login, password, ...from });
      await changeUser(ledger, merchantId, id, change);
      expect((await findSession(ledger, token)) !== undefined).toBe(stays);
    }
  });

  test('end after thirty days, however much they are used', async () => {
    const { merchantId } = await testShop(ledger);
    const { login } = await someone(merchantId);
    const { token } = await signIn(ledger, { login, password, ...from });
    for (let passed = 0; passed + sessionLife.idle / 2 < sessionLife.longest; passed += sessionLife.idle / 2) {
      ledger.clock.advance(sessionLife.idle / 2);
      expect(await findSession(ledger, token)).toBeDefined();
    }
    ledger.clock.advance(sessionLife.idle / 2);
    expect(await findSession(ledger, token)).toBeUndefined();
  });
});

describe('passwords', () => {
  test('are kept by argon2id, and nobody has the password of nobody', async () => {
    const { merchantId } = await testShop(ledger);
    const { id } = await someone(merchantId);
    const [{ hash = '' } = {}] = await ledger.rows<{ hash: string }>('select password_hash as hash from users where id = $1', [
      id,
    ]);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await verifyPassword(hash, password)).toBe(true);
    expect(await verifyPassword(hash, `${password} `)).toBe(false);
    expect(await verifyPassword(null, 'nobody at all')).toBe(false);
  });

  test.each([
    '',
    'short',
    'aaaaaaaaaaaaaaaaaaaa',
    'Password1234',
    'password123456',
    'polyvend123456',
    'anna-anna-anna',
    'x'.repeat(201),
  ])('%s is refused', (weak) => {
    expect(() => checkPassword(weak, 'anna')).toThrow();
  });

  test.each([password, '正确的马电池订书钉很长的密码', 'k3-Lw_9vQz2m'])('%s is good', (good) => {
    expect(() => checkPassword(good, 'anna')).not.toThrow();
  });
});

test('an owner may do everything, a viewer reads, and nobody but an owner opens doors', () => {
  expect([...permissionsOf.owner].sort()).toEqual([...permissions].sort());
  expect(permissionsOf.viewer.every((one) => one.endsWith('.read'))).toBe(true);
  const doors: Permission[] = ['staff.write', 'staff.read', 'integrations.write', 'audit.read', 'sell', 'pos.write'];
  for (const role of roles.filter((one) => one !== 'owner')) {
    expect(
      permissionsOf[role].filter((one) => doors.includes(one)),
      role,
    ).toEqual([]);
  }
});
