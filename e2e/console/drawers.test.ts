import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConsoleHub, type Person, startConsoleHub } from './kit.ts';
import { openParty, type Party } from './party.ts';

let hub: ConsoleHub;
let owner: Person;
let party: Party;
let page: Page;
beforeAll(async () => {
  hub = await startConsoleHub();
  owner = await hub.person('owner');
  party = await openParty(hub, hub);
  page = await hub.page(owner, '/account', { language: 'en' });
});
afterAll(async () => {
  await party?.close();
  await hub?.stop();
});

/** Whether the keyboard is in it, or comes into it. */
const isIn = (one: Locator) => expect.poll(() => one.and(page.locator(':focus')).count()).toBe(1);

/** What has the keyboard, where that is a drawer or a dialog, or something in one. */
const inDialog = ['.ant-drawer', '.ant-modal-wrap'].flatMap((one) => [`${one}:focus`, `${one} :focus`]).join(', ');

async function open(opener: Locator): Promise<void> {
  await opener.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator(inDialog).count()).toBe(1);
}

async function close(): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

test.each([
  ['/staff', 'Let somebody in'],
  ['/goods', 'Add a good'],
  ['/settlements', /^Refill \d/],
  ['/books?view=orders', 'T-1'],
  ['/bills', /^\d{9,}$/],
  ['/notifications', 'push.trade'],
  ['/machines/:machine/planogram', 'Copy to other machines'],
  ['/machines/:machine', 'Settings'],
  ['/machines?view=sites', 'Add a line'],
  ['/machines?view=sites', 'Add a site'],
] as const)('a drawer or a dialog of %s gives the keyboard back to what it was opened from', async (path, name) => {
  await page.goto(`${hub.url}${path.replace(':machine', String(party.ids.machine))}`);
  const opener = page.getByRole('button', { name }).first();
  await open(opener);
  await close();
  await isIn(opener);
});

test('the keyboard is back after saving too, and in the heading where what a drawer was opened from has gone', async () => {
  await page.goto(`${hub.url}/goods`);
  const opener = page.locator('.ant-table-row button').first();
  await open(opener);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await isIn(opener);

  await page.goto(`${hub.url}/settlements?open=${party.ids.refill}`);
  await isIn(page.locator('.ant-drawer'));
  await close();
  await isIn(page.getByRole('heading', { level: 1 }));
});
