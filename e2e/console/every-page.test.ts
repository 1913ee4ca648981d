import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { make } from './integration-steps.ts';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';
import { openParty, type Party } from './party.ts';

const source = readFileSync(new URL('../../packages/console/src/pages/pages.ts', import.meta.url), 'utf8');
const declared = [...source.matchAll(/path: '([^']+)'/g)].map(([, path = '']) => path);
const paths = ['/sign-in', '/nowhere', ...declared];

let hub: ConsoleHub;
let owner: Person;
let party: Party;
/** One of each kind of which nothing needs to be given. */
const integrations: number[] = [];
beforeAll(async () => {
  hub = await startConsoleHub();
  owner = await hub.person('owner');
  party = await openParty(hub, hub);
  for (const { dialect, role, given, settings } of (await owner.call('GET', '/dialects')).body.items) {
    if (given.length > 0) continue;
    const needed = (settings as { name: string; optional: boolean }[])
      .filter(({ optional }) => !optional)
      .map(({ name }) => [name, 'https://mall.example/x']);
    const { id } = await make(owner, dialect, role, { settings: Object.fromEntries(needed) });
    integrations.push(id);
  }
});
afterAll(async () => {
  await party?.close();
  await hub?.stop();
});

/** With the party's ids in the place of the names of what they are. */
const addressOf = (path: string) =>
  path.replace(/:(\w+)/g, (_, name: string) => party.ids[name] ?? expect.fail(`${path}: there is no id of a ${name}`));

/** What the browser complains of: scripts that fail, what its policy forbids, answers that are errors. */
function keepComplaints(page: Page, complaints: string[]): void {
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    // That nobody is signed in is asked, and told by a status.
    if (message.type() === 'error' && !message.text().includes('401 (Unauthorized)')) complaints.push(message.text());
  });
}

const controls = new Set([
  'button',
  'link',
  'textbox',
  'searchbox',
  'combobox',
  'checkbox',
  'radio',
  'switch',
  'tab',
  'spinbutton',
  'image',
]);

/** Whatever can be used and has no name: who does not see it does not know what it is. */
async function namelessOf(page: Page): Promise<string[]> {
  const devtools = await page.context().newCDPSession(page);
  const { nodes } = await devtools.send('Accessibility.getFullAXTree');
  const usable = nodes.filter(({ ignored, role }) => !ignored && controls.has(String(role?.value)));
  expect(usable).not.toEqual([]);
  const nameless = usable.filter(({ name }) => String(name?.value ?? '').trim() === '');
  return await Promise.all(
    nameless.map(async ({ role, backendDOMNodeId }) => {
      if (backendDOMNodeId === undefined) return String(role?.value);
      const { outerHTML } = await devtools.send('DOM.getOuterHTML', { backendNodeId: backendDOMNodeId });
      return `${role?.value}: ${outerHTML.slice(0, 200)}`;
    }),
  );
}

/** Buttons that have an icon alone: an icon's own name is a word of its maker's, in English. */
const bareIcons = `[...document.querySelectorAll('a, .ant-btn:not(.ant-input-search-btn)')]
  .filter((one) => one.querySelector('.anticon') && one.innerText.trim() === '')
  .filter((one) => one.checkVisibility() && !one.ariaLabel && !one.hasAttribute('aria-labelledby') && !one.title)
  .map((one) => one.outerHTML.slice(0, 200))`;

/** What a finger does not hit: buttons and whatever is switched, lower or narrower than 24 px. */
const tooSmall = `[...document.querySelectorAll('button, [role=button], [role=switch], [role=radio], [role=tab], .ant-segmented-item, .ant-tag-checkable, .ant-checkbox-wrapper')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 0 && (width < 23.5 || height < 23.5))
  .map(([one, { width, height }]) => width + ' × ' + height + ': ' + one.outerHTML.slice(0, 200))`;

/** The words of tags that are too pale against what is behind them: below 4.5 : 1, as WCAG 2 reckons it. */
const tooPale = `(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([red, green, blue]) => [red, green, blue]
    .map((one) => one / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, n) => sum + one * [0.2126, 0.7152, 0.0722][n], 0);
  const over = ([red, green, blue, alpha = 1], below) => [red, green, blue].map((one, n) => one * alpha + below[n] * (1 - alpha));
  const behind = (one) => one ? over(parts(getComputedStyle(one).backgroundColor), behind(one.parentElement)) : [255, 255, 255];
  const contrast = (one) => {
    const ground = behind(one);
    const [dark, bright] = [light(ground), light(over(parts(getComputedStyle(one).color), ground))].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  return [...document.querySelectorAll('.ant-tag')]
    .filter((one) => one.checkVisibility() && contrast(one) < 4.5)
    .map((one) => contrast(one).toFixed(2) + ': ' + one.outerHTML.slice(0, 200));
})()`;

const tagColours = [
  'default',
  'processing',
  'success',
  'warning',
  'error',
  'green',
  'gold',
  'orange',
  'red',
  'blue',
  'cyan',
  'purple',
];

describe.each([
  { size: 'a desk', options: { language: 'en' } },
  { size: 'a phone', options: { language: 'zh', phone: true } },
] as const)('on $size', ({ options }) => {
  const complaints: string[] = [];
  const before = (page: Page) => keepComplaints(page, complaints);
  const pages: Record<string, Page> = {};
  beforeAll(async () => {
    pages.nobody = await hub.page(undefined, '/sign-in', { ...options, before });
    pages.owner = await hub.page(owner, '/account', { ...options, before });
  });

  const open = async (page: Page, path: string) => {
    await page.goto(`${hub.url}${path}`);
    await page.locator('h1').first().waitFor();
  };
  const inOrder = async (page: Page, where: string) => {
    await expect.poll(() => page.locator('.ant-skeleton, .ant-spin-spinning, .coming').count()).toBe(0);
    expect(complaints, where).toEqual([]);
    expect(await namelessOf(page), where).toEqual([]);
    expect(await page.evaluate(bareIcons), where).toEqual([]);
    expect(await page.evaluate(tooPale), where).toEqual([]);
    // Against the screen, and not the window: on a phone that grows with what is in it.
    const wanted = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(wanted, where).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    if ('phone' in options) expect(await page.evaluate(tooSmall), where).toEqual([]);
  };

  test.each(paths)('%s opens without a complaint, names whatever can be used, and fits, in all its tabs', async (path) => {
    const page = pages[path === '/sign-in' ? 'nobody' : 'owner'] as Page;
    complaints.length = 0;
    await open(page, addressOf(path));
    await inOrder(page, path);
    const tabs = page.getByRole('tab');
    const count = await tabs.count();
    for (let n = 0; n < count; n += 1) {
      // By its own click: it may be out of the phone's sight, in a row that is pushed aside.
      await tabs.nth(n).dispatchEvent('click');
      await expect.poll(() => tabs.nth(n).getAttribute('aria-selected')).toBe('true');
      await inOrder(page, `${path}: ${await tabs.nth(n).textContent()}`);
    }
  });

  test('whatever is connected fits', async () => {
    const page = pages.owner as Page;
    complaints.length = 0;
    for (const id of integrations) {
      await open(page, `/integrations/${id}`);
      await inOrder(page, `/integrations/${id}`);
    }
  });
});

test('what is not there says so, with a way on; what is not for somebody is not there', async () => {
  const page = await hub.page(owner, '/machines/9999', { language: 'en' });
  await page.getByRole('heading', { name: 'There is no such machine.' }).waitFor();
  await page.getByRole('link', { name: 'To the machines' }).click();
  await page.getByRole('heading', { name: 'Machines' }).waitFor();
  const viewer = await hub.page(await hub.person('viewer'), '/machines/new', { language: 'en' });
  await viewer.getByRole('heading', { name: 'There is no such page' }).waitFor();
});

test('on a phone, what is told once has the width of the screen', async () => {
  const page = await hub.page(owner, '/integrations/new', { language: 'en', phone: true });
  await page.getByRole('button', { name: 'active-order · platform' }).click();
  await page.getByLabel('Name').fill('Ours');
  await page.getByRole('button', { name: 'Create' }).click();
  const secret = page.locator('.secret').first();
  await secret.waitFor();
  await shot(page, 'told-once-phone-en');
  expect((await page.locator('dd:has(.secret)').first().boundingBox())?.width).toBeGreaterThan(280);
});

test('all that are declared are opened', () => {
  expect(declared).toHaveLength(source.split('part(() =>').length - 1);
});

test('whatever colour a tag has, it can be read', async () => {
  const page = await hub.page(owner, '/staff', { language: 'en' });
  await page.locator('.ant-tag').first().waitFor();
  const tags = tagColours.map((colour) => `<span class="ant-tag ant-tag-filled ant-tag-${colour}">${colour}</span>`).join('');
  await page.evaluate(`document.querySelector('.ant-tag').insertAdjacentHTML('afterend', '${tags}')`);
  expect(await page.locator('.ant-tag').count()).toBeGreaterThan(tagColours.length);
  expect(await page.evaluate(tooPale)).toEqual([]);
});

test('a page whose code does not come, or that meets what it does not know, says so; all around it goes on', async () => {
  const page = await hub.page(owner, '/account', { language: 'en' });
  const menu = (name: string) => page.getByRole('menuitem', { name }).getByRole('link');
  const broken = page.getByRole('heading', { name: 'This page could not be shown' });
  await menu('Sales').waitFor();
  await page.route('**/assets/sales-*.js', (route) => route.abort());
  await menu('Sales').click();
  await broken.waitFor();
  await page.unroute('**/assets/sales-*.js');
  await menu('Orders').click();
  await page.getByRole('heading', { name: 'Orders' }).waitFor();
  await menu('Sales').click();
  await page.getByRole('heading', { name: 'Sales', exact: true }).waitFor();

  await page.route('**/v1/goods?*', (route) => route.fulfill({ json: { items: [null], next_cursor: null } }));
  await menu('Goods').click();
  await broken.waitFor();
  await page.unroute('**/v1/goods?*');
  await page.getByRole('button', { name: 'Load anew' }).click();
  await page.getByRole('heading', { name: 'Goods', exact: true }).waitFor();
  await page.route('**/v1/machines?*', (route) => route.fulfill({ json: { items: [null], next_cursor: null } }));
  await menu('Machines').click();
  await broken.waitFor();
  await menu('Goods').click();
  await page.getByRole('heading', { name: 'Goods', exact: true }).waitFor();
  expect(await broken.count()).toBe(0);
});
