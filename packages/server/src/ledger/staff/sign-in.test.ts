import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestLedger, testLedger, testShop } from '../../testing/ledger.ts';
import { verifyPassword } from './password.ts';
import { createUser } from './put-user.ts';
import { signIn } from './sign-in.ts';

let ledger: TestLedger;
let merchantId: number;
beforeAll(async () => {
  ledger = await testLedger();
  ({ merchantId } = await testShop(ledger));
});
afterAll(() => ledger.drop());

const password = 'correct horse battery staple';
let names = 0;
const someone = async () => {
  names += 1;
  const { id, login } = await createUser(ledger, merchantId, { login: `guessed-${names}`, role: 'owner', password });
  return { id, login };
};

/** How it ends: 'in', or the code of the refusal. */
const attempt = (login: string, address: string, given = 'not the right one', at = ledger) =>
  signIn(at, { login, password: given, address, agent: 'test' }).then(
    () => 'in',
    (error) => error.code ?? error,
  );

const written = async () => (await ledger.rows<{ n: number }>('select count(*)::int as n from sign_in_failures'))[0]?.n;

test('what is refused for too many attempts is not written down, and puts nothing off', async () => {
  const { login } = await someone();
  const before = (await written()) ?? 0;
  for (let n = 0; n < 5; n += 1) expect(await attempt(login, '192.0.2.1')).toBe('sign-in.refused');
  const full = await written();
  expect(full).toBe(before + 15);
  for (let minute = 0; minute < 14; minute += 1) {
    ledger.clock.advance(60);
    expect(await attempt(login, '192.0.2.1', password)).toBe('sign-in.throttled');
  }
  expect(await written()).toBe(full);
  ledger.clock.advance(61);
  expect(await attempt(login, '192.0.2.1', password)).toBe('in');
});

test('a flood from one address asks the database once in a while, whatever names it gives', async () => {
  for (let n = 0; n < 30; n += 1) expect(await attempt(`flood-${n}`, '192.0.2.2')).toBe('sign-in.refused');
  const full = await written();
  expect(await attempt('flood-30', '192.0.2.2')).toBe('sign-in.throttled');
  const away = { ...ledger, db: undefined as never };
  expect(await attempt('flood-31', '192.0.2.2', password, away)).toBe('sign-in.throttled');
  ledger.clock.advance(11);
  expect(await attempt('flood-32', '192.0.2.2', password, away)).toBeInstanceOf(Error);
  expect(await attempt('flood-33', '192.0.2.2')).toBe('sign-in.throttled');
  expect(await written()).toBe(full);
});

test('a hundred guesses at once are no more than five, and leave little behind', async () => {
  const { login } = await someone();
  const before = (await written()) ?? 0;
  const ends = await Promise.all(Array.from({ length: 100 }, () => attempt(login, '192.0.2.3')));
  expect(ends.filter((end) => end === 'sign-in.refused').length).toBeLessThanOrEqual(5);
  expect((await written()) ?? 0).toBeLessThan(before + 100);
});

test('all addresses of a /64 are one caller, and an IPv4 address is itself however it is written', async () => {
  const { login } = await someone();
  for (let n = 0; n < 5; n += 1) await attempt(login, `2001:db8::${n}`);
  expect(await attempt(login, '2001:db8::ffff', password)).toBe('sign-in.throttled');
  expect(await attempt(login, '2001:db8:0:1::1', password)).toBe('in');
  for (let n = 0; n < 5; n += 1) await attempt(login, '192.0.2.4');
  expect(await attempt(login, '::ffff:192.0.2.4', password)).toBe('sign-in.throttled');
});

/** Fifty failures of a name, each from an address of its own. */
async function guessFromEverywhere(login: string) {
  for (let five = 0; five < 10; five += 1) {
    const ends = await Promise.all([1, 2, 3, 4, 5].map((one) => attempt(login, `2001:db8:1:${five}${one}::1`)));
    expect(new Set(ends)).toEqual(new Set(['sign-in.refused']));
  }
}

test('guesses from many addresses shut a name out, but not from where its owner came within thirty days', async () => {
  const { id, login } = await someone();
  expect(await attempt(login, '192.0.2.5', password)).toBe('in');
  expect(await attempt(login, '2001:db8:9::1', password)).toBe('in');
  await ledger.rows('update sessions set ended_at = $1 where user_id = $2', [ledger.clock.now(), id]);
  await guessFromEverywhere(login);
  expect(await attempt(login, '192.0.2.6', password)).toBe('sign-in.throttled');
  expect(await attempt(login, '192.0.2.5', password)).toBe('in');
  expect(await attempt(login, '2001:db8:9::2', password)).toBe('in');
  // Its own bound stays.
  for (let n = 0; n < 5; n += 1) expect(await attempt(login, '192.0.2.5')).toBe('sign-in.refused');
  expect(await attempt(login, '192.0.2.5', password)).toBe('sign-in.throttled');
  ledger.clock.advance(30 * 86_400 + 1);
  await ledger.rows('update sign_in_failures set at = $1', [ledger.clock.now()]);
  expect(await attempt(login, '2001:db8:9::1', password)).toBe('sign-in.throttled');
});

test('what a known address gets wrong is not counted against the name elsewhere', async () => {
  const { login } = await someone();
  expect(await attempt(login, '192.0.2.7', password)).toBe('in');
  const before = (await written()) ?? 0;
  expect(await attempt(login, '192.0.2.7')).toBe('sign-in.refused');
  expect(await written()).toBe(before + 2);
});

test('two passwords are looked at at once, twenty wait, and more are refused without being counted', async () => {
  const { login } = await someone();
  const before = await written();
  const looks = Array.from({ length: 25 }, () => verifyPassword(null, 'x'));
  expect(await attempt(login, '192.0.2.8', password, { ...ledger, db: undefined as never })).toBe('sign-in.throttled');
  const ends = await Promise.allSettled(looks);
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(22);
  expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'sign-in.throttled' } });
  expect(await written()).toBe(before);
  expect(await attempt(login, '192.0.2.8', password)).toBe('in');
});

test('who finds every place taken only when the attempt is written down has guessed nothing', async () => {
  const [before, { login }] = [await written(), await someone()];
  // It sees a free place at first, and from then on every place is taken until it has ended.
  let ended = false;
  const end = attempt(login, '203.0.113.1', password).finally(() => {
    ended = true;
  });
  const looks = Array.from({ length: 22 }, async () => {
    while (!ended) await verifyPassword(null, 'x').catch(() => setImmediate());
  });
  expect(await end).toBe('sign-in.throttled');
  await Promise.all(looks);
  expect(await written()).toBe(before);
  expect(await attempt(login, '203.0.113.1', password)).toBe('in');
  expect(await written()).toBe(before);
});
