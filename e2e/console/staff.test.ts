import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleHub, shot, startConsoleHub } from './kit.ts';

let hub: ConsoleHub;
beforeAll(async () => {
  hub = await startConsoleHub();
});
afterAll(() => hub?.stop());

test('an owner lets a refiller in for one machine: she sees that one, and the log tells who did what', async () => {
  const [mine, other] = [await hub.machine('spring'), await hub.machine('spring')];
  const owner = await hub.person('owner');
  const page = await hub.page(owner, '/staff', { language: 'en' });
  await page.getByRole('button', { name: 'Let somebody in' }).click();
  await page.getByLabel('Sign-in name').fill('ling');
  await page.getByLabel('Name', { exact: true }).fill('李玲');
  await page.getByLabel('Role').click();
  await page.getByText('fills, counts and tests at the machines that are theirs').click();
  // What it must be is said before it is wrong.
  await page.getByText('At least 12 characters').waitFor();
  await page.getByLabel('Password', { exact: true }).fill('purple bicycle on monday');
  await page.getByRole('switch', { name: 'Only certain machines' }).click();
  await page.getByLabel('Machines by themselves').fill(mine.machineNo);
  await page.getByTitle(new RegExp(`^${mine.machineNo} `)).click();
  // Beside the list, which shuts it.
  await page.getByRole('dialog').getByText('Let somebody in').click();
  await shot(page, 'user-form-en');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('cell', { name: 'Refiller' }).waitFor();

  const ling = await hub.page(undefined, '/machines', { language: 'zh' });
  await ling.getByLabel('用户名').fill('ling');
  await ling.getByLabel('密码').fill('purple bicycle on monday');
  await ling.getByRole('button', { name: /登\s*录/ }).click();
  await ling.getByText(mine.machineNo).first().waitFor();
  expect(await ling.getByText(other.machineNo).count()).toBe(0);
  // What is not hers to do is not offered.
  expect(await ling.getByRole('link', { name: '员工与令牌' }).count()).toBe(0);
  expect(await ling.getByRole('link', { name: '销售' }).count()).toBe(0);

  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.getByRole('cell', { name: 'Person 李玲' }).waitFor();
  await page
    .getByRole('button', { name: /expand/i })
    .first()
    .click();
  await page.getByText('"role": "refiller"').waitFor();
  await shot(page, 'audit-en');
  // The password is nowhere in it.
  expect(await hub.hub.database.pool.query("select from audit_log where audit_log::text like '%bicycle%'")).toMatchObject({
    rowCount: 0,
  });
});

test('a token is told once, does what its scopes say and nothing else, and is refused once it is revoked', async () => {
  const owner = await hub.person('owner');
  const page = await hub.page(owner, '/staff', { language: 'en' });
  await page.getByRole('tab', { name: 'Tokens of programs' }).click();
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('dashboard');
  await page.getByLabel('May').fill('machines and their');
  await page.getByText('see machines and their stock machines.read').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('Make a token').first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make a token' }).click();
  const token = (await page.locator('.secret').first().innerText()).trim();
  expect(token).toMatch(/^pv_[0-9a-f]{16}_/);
  await shot(page, 'token-told-en');
  const ask = async (path: string) =>
    (await fetch(`${hub.url}/v1${path}`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect([await ask('/machines'), await ask('/orders'), await ask('/users')]).toEqual([200, 403, 403]);
  await page.reload();
  await page.getByRole('tab', { name: 'Tokens of programs' }).click();
  await page
    .getByRole('row', { name: /dashboard/ })
    .getByRole('button', { name: 'Revoke' })
    .click();
  await page.getByRole('button', { name: 'OK', exact: true }).click();
  await page.getByText('revoked').waitFor();
  expect(await page.content()).not.toContain(token);
  hub.hub.directory.forget();
  expect(await ask('/machines')).toBe(401);
});

test('nobody gives a token more than they may themselves, or changes what they may not', async () => {
  const [owner, operator] = [await hub.person('owner'), await hub.person('operator')];
  expect((await operator.call('POST', '/tokens', { name: 'x', scopes: ['machines.read'] })).status).toBe(403);
  expect((await operator.call('PATCH', `/users/${operator.id}`, { role: 'owner' })).status).toBe(403);
  const made = await owner.call('POST', '/tokens', { name: 'staff', scopes: ['staff.write', 'machines.read'] });
  const program = (body: unknown) =>
    fetch(`${hub.url}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${made.body.token}` },
      body: JSON.stringify(body),
    });
  const beyond = await program({ name: 'more', scopes: ['integrations.write'] });
  expect([beyond.status, await beyond.json()]).toMatchObject([403, { error: { code: 'permission.denied' } }]);
  expect((await program({ name: 'less', scopes: ['machines.read'] })).status).toBe(200);
});

test('a token that may change staff makes nobody who may do more than it, and neither changes nor signs out who may', async () => {
  const [owner, viewer] = [await hub.person('owner'), await hub.person('viewer')];
  const scopes = ['staff.write', 'machines.read', 'goods.read', 'orders.read', 'sales.read'];
  const { token } = (await owner.call('POST', '/tokens', { name: 'people', scopes })).body;
  const ask = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${hub.url}/v1${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }))
      .status;
  };
  const password = 'purple bicycle on monday';
  expect(await ask('POST', '/users', { login: 'made-owner', role: 'owner', password })).toBe(403);
  expect(await ask('PATCH', `/users/${owner.id}`, { password })).toBe(403);
  expect(await ask('PATCH', `/users/${viewer.id}`, { role: 'operator' })).toBe(403);
  expect(await ask('POST', '/users', { login: 'made-viewer', role: 'viewer', password })).toBe(200);
  expect(await ask('PATCH', `/users/${viewer.id}`, { name: 'x' })).toBe(200);
  // Nor does it sign them out.
  expect(await ask('DELETE', `/users/${owner.id}/sessions`)).toBe(403);
  expect((await owner.call('GET', '/session')).status).toBe(200);
  expect(await ask('DELETE', `/users/${viewer.id}/sessions`)).toBe(200);
  expect((await viewer.call('GET', '/session')).status).toBe(401);
});

test('who has some machines alone reads nothing of people, tokens and what was changed, an owner neither', async () => {
  const machine = await hub.machine('spring');
  const scoped = await hub.person('owner', { scope: { machineIds: [machine.id], lineIds: [] } });
  const whole = await hub.person('owner');
  for (const path of ['/users', '/tokens', '/audit']) {
    const refused = await scoped.call('GET', path);
    expect([path, refused.status, refused.body.error.code]).toEqual([path, 403, 'permission.denied']);
    expect((await whole.call('GET', path)).status).toBe(200);
  }
});

test('another scope ends the sessions there are; the same one does not', async () => {
  const machine = await hub.machine('spring');
  const owner = await hub.person('owner');
  const scope = { machine_ids: [machine.id], line_ids: [] };
  const refiller = await hub.person('refiller', { scope: { machineIds: [machine.id], lineIds: [] } });
  await owner.call('PATCH', `/users/${refiller.id}`, { scope, role: 'refiller' });
  expect((await refiller.call('GET', '/session')).status).toBe(200);
  await owner.call('PATCH', `/users/${refiller.id}`, { scope: { ...scope, machine_ids: [] } });
  expect((await refiller.call('GET', '/session')).status).toBe(401);
});

test('a change that is refused leaves no trace in the log, and one that is made leaves its before and after', async () => {
  const owner = await hub.person('owner');
  const viewer = await hub.person('viewer');
  const latest = async () => (await owner.call('GET', `/audit?subject=${encodeURIComponent(`user ${viewer.id}`)}`)).body.items;
  expect((await owner.call('PATCH', `/users/${viewer.id}`, { password: 'short' })).status).toBe(400);
  expect(await latest()).toEqual([]);
  await owner.call('PATCH', `/users/${viewer.id}`, { role: 'finance' });
  expect(await latest()).toMatchObject([
    { action: 'PATCH /v1/users/{user}', before: { role: 'viewer' }, after: { role: 'finance' } },
  ]);
});

test('in My account a wrong password is said at its field, and of a device what it is and since when', async () => {
  const owner = await hub.person('owner');
  const page = await hub.page(owner, '/account', { language: 'en' });
  const change = async (old: string) => {
    await page.getByLabel('Present password').fill(old);
    await page.getByLabel('New password').fill('purple bicycle on sunday');
    await page.getByRole('button', { name: 'Change the password' }).click();
  };
  await change('not the one');
  await page.locator('.ant-form-item-explain').getByText('This is not the present password.').waitFor();
  expect(await page.locator('.ant-message-error').count()).toBe(0);
  await change(owner.password);
  await page.getByText('Changed. Everywhere else you are signed out.').waitFor();
  await page.getByText('Chrome on Linux').waitFor();
  await page.getByText(/^127\.0\.0\.1.*Signed in \d.*last seen/).waitFor();
  await shot(page, 'account-en');
});
