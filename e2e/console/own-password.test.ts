import { expect, test } from 'vitest';
import { startConsoleHub } from './kit.ts';

test('while passwords are looked at, the database is there for others; what was and is of a name is written down', async () => {
  const hub = await startConsoleHub({ environment: { POLYVEND_DB_CONNECTIONS: '2' } });
  try {
    const [viewer, owner] = [await hub.person('viewer'), await hub.person('owner')];
    const change = (old: string) =>
      viewer.call('PATCH', '/session/user', { password: 'a better one: 7 hedgehogs', old_password: old });
    const answers = await Promise.all(['wrong 1', 'wrong 2', 'wrong 3', 'wrong 4'].map(change));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    // A new one that will not do leaves no session behind.
    const sessions = async () => (await viewer.call('GET', '/session/others')).body.items.length;
    const before = await sessions();
    const weak = await viewer.call('PATCH', '/session/user', { password: 'short', old_password: viewer.password });
    expect(weak.body.error.code).toBe('user.password-weak');
    expect(await sessions()).toBe(before);
    expect((await change(viewer.password)).status).toBe(200);
    expect((await viewer.call('PATCH', '/session/user', { name: 'Ling' })).status).toBe(401);
    await owner.call('PATCH', '/session/user', { name: 'Ling' });
    expect((await owner.call('GET', '/audit')).body.items).toMatchObject([
      { action: 'PATCH /v1/session/user', before: { name: expect.not.stringMatching('Ling') }, after: { name: 'Ling' } },
      { action: 'PATCH /v1/session/user', before: {}, after: { password: 'new' } },
    ]);
  } finally {
    await hub.stop();
  }
});
