import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConsoleHub, shot, startConsoleHub } from './kit.ts';

let hub: ConsoleHub;
beforeAll(async () => {
  hub = await startConsoleHub();
});
afterAll(() => hub.stop());

const signIn = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${hub.url}/v1/session`, { method: 'POST', body: JSON.stringify(body), headers });

describe('signing in', () => {
  test('in a browser: a wrong password is said, the right one opens the page, and signing out shuts it', async () => {
    const owner = await hub.person('owner');
    const page = await hub.page(undefined, '/staff', { language: 'en' });
    await page.getByLabel('Name').fill(owner.login);
    await page.getByLabel('Password', { exact: true }).fill('not the right one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Name or password is wrong.').waitFor();
    await shot(page, 'sign-in-en');
    await page.getByLabel('Password', { exact: true }).fill(owner.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    // To where one was going.
    await page.getByRole('heading', { name: 'Staff and tokens' }).waitFor();
    await shot(page, 'staff-en');
    await page.getByRole('button', { name: owner.login }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.goto(`${hub.url}/staff`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  test('in a browser: a session that is ended elsewhere leads to the door at the next step, and from there back', async () => {
    const owner = await hub.person('owner');
    const page = await hub.page(owner, '/account', { language: 'en' });
    await page.getByRole('button', { name: 'Save' }).waitFor();
    expect((await owner.call('DELETE', '/session')).status).toBe(200);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.getByLabel('Name').fill(owner.login);
    await page.getByLabel('Password', { exact: true }).fill(owner.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'My account' }).waitFor();
  });

  test('in a browser without network: that is said, and what was asked for is not done later', async () => {
    const owner = await hub.person('owner');
    const page = await hub.page(owner, '/account', { language: 'zh' });
    const name = page.getByLabel('姓名');
    await name.fill('阿玲');
    await page.context().setOffline(true);
    await page.getByText('没有网络').waitFor();
    await page.getByRole('button', { name: '保 存' }).first().click();
    await page.getByText('连接不上服务').waitFor();
    await page.getByRole('menuitem', { name: '订单' }).getByRole('link').click();
    await page.getByRole('heading', { name: '页面无法显示' }).waitFor();
    await page.context().setOffline(false);
    // It comes by itself.
    await page.getByRole('heading', { name: '订单' }).waitFor();
    await page.getByText('没有网络').waitFor({ state: 'detached' });
    expect((await owner.call('GET', '/session')).body.user.name).not.toBe('阿玲');
  });

  test('what could not be asked without network is asked when there is one again', async () => {
    const page = await hub.page(await hub.person('owner'), '/audit', { language: 'zh' });
    await page.getByRole('heading', { name: '操作日志' }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('没有网络').waitFor();
    await page.getByLabel('机器、订单、商品或员工').fill('10009999');
    await page.getByLabel('机器、订单、商品或员工').press('Enter');
    await page.getByText('连接不上服务').first().waitFor();
    await page.context().setOffline(false);
    await page.getByText('没有符合条件的变更。').waitFor();
  });

  test('the cookie is for the hub alone, and no script reads it', async () => {
    const owner = await hub.person('owner');
    const answer = await signIn({ login: owner.login.toUpperCase(), password: owner.password });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^polyvend_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    );
  });

  test('after five failures not even the right password opens, and after a quarter of an hour it does', async () => {
    const { login, password } = await hub.person('viewer');
    for (let n = 0; n < 5; n += 1) expect((await signIn({ login, password: `wrong ${n}` })).status).toBe(401);
    const throttled = await signIn({ login, password });
    expect(throttled.status).toBe(429);
    expect(await throttled.json()).toMatchObject({ error: { code: 'sign-in.throttled' } });
    hub.clock.advance(15 * 60 + 1);
    expect((await signIn({ login, password })).status).toBe(200);
  });

  test('a hundred guesses at once are a hundred failures', async () => {
    const { login } = await hub.person('viewer');
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => signIn({ login, password: `guess number ${n}` })));
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    hub.clock.advance(15 * 60 + 1);
  });

  test('who guesses from one address shuts nobody out elsewhere, however often', async () => {
    const proxied = await startConsoleHub({ environment: { POLYVEND_TRUSTED_PROXIES: '127.0.0.0/8' } });
    try {
      const { login, password } = await proxied.person('owner');
      const from = (address: string, given: string) =>
        fetch(`${proxied.url}/v1/session`, {
          method: 'POST',
          body: JSON.stringify({ login, password: given }),
          headers: { 'x-forwarded-for': address },
        });
      for (let n = 0; n < 80; n += 1) await from('192.0.2.1', `guess ${n}`);
      expect((await from('192.0.2.2', password)).status).toBe(200);
    } finally {
      await proxied.stop();
    }
  });

  test('who guesses from many addresses shuts nobody out of where they signed in from', async () => {
    const proxied = await startConsoleHub({ environment: { POLYVEND_TRUSTED_PROXIES: '127.0.0.0/8' } });
    try {
      const { login, password } = await proxied.person('owner');
      const from = async (address: string, given: string) => {
        const answer = await fetch(`${proxied.url}/v1/session`, {
          method: 'POST',
          body: JSON.stringify({ login, password: given }),
          headers: { 'x-forwarded-for': address },
        });
        return answer.status;
      };
      expect(await from('2001:db8::1', password)).toBe(200);
      for (let n = 0; n < 50; n += 1) expect(await from(`192.0.2.${n}`, 'guess')).toBe(401);
      expect(await from('198.51.100.1', password)).toBe(429);
      expect(await from('2001:db8::2', password)).toBe(200);
      for (let n = 0; n < 5; n += 1) expect(await from(`2001:db8::${n}`, 'guess')).toBe(401);
      expect(await from('2001:db8::2', password)).toBe(429);
      proxied.clock.advance(15 * 60 + 1);
      expect(await from('198.51.100.1', password)).toBe(200);
    } finally {
      await proxied.stop();
    }
  });

  test('who does not exist is refused in the same words as who gave a wrong password', async () => {
    const { login } = await hub.person('viewer');
    const [known, unknown] = await Promise.all([
      signIn({ login, password: 'not the right one' }),
      signIn({ login: 'nobody-at-all', password: 'not the right one' }),
    ]);
    expect(await unknown?.text()).toBe(await known?.text());
  });

  test('a page of another origin is not let in, and cannot change anything with the browser’s cookie', async () => {
    const owner = await hub.person('owner');
    const foreign = { origin: 'https://elsewhere.example' };
    expect((await signIn({ login: owner.login, password: owner.password }, foreign)).status).toBe(403);
    expect((await owner.call('PATCH', '/session/user', { name: 'x' }, foreign)).status).toBe(403);
    expect((await owner.call('PATCH', '/session/user', { name: 'x' }, { 'x-csrf-token': 'guessed' })).status).toBe(401);
    expect((await owner.call('PATCH', '/session/user', { name: 'x' })).status).toBe(200);
  });

  test('a session ends when it is idle for twelve hours, when somebody ends it, and with the account', async () => {
    const owner = await hub.person('owner');
    const [idle, ended, disabled] = [await hub.person('viewer'), await hub.person('viewer'), await hub.person('viewer')];
    expect((await owner.call('DELETE', `/users/${ended.id}/sessions`)).body).toEqual({ ended: 1 });
    expect((await owner.call('PATCH', `/users/${disabled.id}`, { status: 'disabled' })).status).toBe(200);
    expect((await ended.call('GET', '/session')).status).toBe(401);
    expect((await disabled.call('GET', '/session')).status).toBe(401);
    expect((await signIn({ login: disabled.login, password: disabled.password })).status).toBe(401);
    hub.clock.advance(6 * 3600);
    expect((await idle.call('GET', '/session')).status).toBe(200);
    hub.clock.advance(6 * 3600 + 60);
    expect((await idle.call('GET', '/session')).status).toBe(200);
    hub.clock.advance(12 * 3600 + 60);
    expect((await idle.call('GET', '/session')).status).toBe(401);
  });
});

describe('the page', () => {
  test('is answered at any address that is nobody else’s, with a policy that lets no foreign script in', async () => {
    const answer = await fetch(`${hub.url}/machines/12`, { headers: { accept: 'text/html,*/*' } });
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).toContain('<div id="root">');
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test('takes nothing from a dialect: its paths answer in its own form, whoever asks', async () => {
    for (const path of ['/v1/nothing', '/api/openapi/v1/nothing', '/osapi/nothing']) {
      const answer = await fetch(`${hub.url}${path}`, { headers: { accept: 'text/html' } });
      expect(answer.headers.get('content-type'), path).toMatch(/^application\/json/);
    }
  });

  test('comes compressed, and its parts are kept for good', async () => {
    const page = await (await fetch(`${hub.url}/`, { headers: { accept: 'text/html' } })).text();
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(page) ?? [];
    const answer = await fetch(`${hub.url}${script}`, { headers: { 'accept-encoding': 'br' } });
    expect(answer.headers.get('content-encoding')).toBe('br');
    expect(answer.headers.get('cache-control')).toContain('immutable');
  });
});

describe('behind a proxy of one’s own', () => {
  test('failures are counted by who really calls, and an origin is held against the name that they called', async () => {
    const proxied = await startConsoleHub({ environment: { POLYVEND_TRUSTED_PROXIES: '127.0.0.0/8' } });
    try {
      const { login, password } = await proxied.person('viewer');
      const from = (address: string, given: string, more: Record<string, string> = {}) =>
        fetch(`${proxied.url}/v1/session`, {
          method: 'POST',
          body: JSON.stringify({ login, password: given }),
          headers: { 'x-forwarded-for': address, ...more },
        });
      for (let n = 0; n < 6; n += 1) await from('192.0.2.1', `wrong ${n}`);
      expect((await from('192.0.2.1', password)).status).toBe(429);
      expect((await from('192.0.2.2', password)).status).toBe(200);
      const named = { 'x-forwarded-host': 'shop.example', origin: 'https://shop.example' };
      expect((await from('192.0.2.2', password, named)).status).toBe(200);
      expect((await from('192.0.2.2', password, { ...named, origin: 'https://elsewhere.example' })).status).toBe(403);
    } finally {
      await proxied.stop();
    }
  });

  test('who is not one of them is not believed', async () => {
    const { login, password } = await hub.person('viewer');
    const headers = (n: number) => ({ 'x-forwarded-for': `192.0.2.${n}` });
    for (let n = 0; n < 6; n += 1) await signIn({ login, password: `wrong ${n}` }, headers(n));
    expect((await signIn({ login, password }, headers(9))).status).toBe(429);
    hub.clock.advance(15 * 60 + 1);
  });
});
