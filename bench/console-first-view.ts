import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from '../e2e/support/find-browser.ts';
import { sessionCookie } from '../packages/server/src/console/authenticate.ts';
import { createMerchant } from '../packages/server/src/ledger/merchants/create-merchant.ts';
import { createUser } from '../packages/server/src/ledger/staff/put-user.ts';
import { openSession } from '../packages/server/src/ledger/staff/sign-in.ts';
import { startBenchHub } from './kit/hub.ts';
import { type Report, whole } from './kit/report.ts';
import { median, quantile } from './kit/statistics.ts';
import { fillMachines } from './load/fill-machines.ts';

const runs = 15;
const machines = 100;

/** In the page, by its own clock: who asks from outside hears of it up to half a second late. */
const noteWhenShown = `
new MutationObserver((_, observer) => {
  if (!document.querySelector('.panel') || document.querySelector('.ant-skeleton, .coming')) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => document.documentElement.setAttribute('shown-after', performance.now())));
}).observe(document, { childList: true, subtree: true });`;

interface View {
  /** Milliseconds from the address to when what is wrong is on the screen, and nothing on it is still waited for. */
  shown: number;
  /** Bytes of script as they went over the wire; of what was in the cache none. */
  script: number;
}

/** The first page of the morning in a browser that has never been here, and in one that has. */
export async function benchFirstView(): Promise<Report> {
  const hub = await startBenchHub('first-view');
  let browser: Browser | undefined;
  try {
    const { id: merchantId } = await createMerchant(hub.ledger, { name: 'Bench' });
    await fillMachines(hub.ledger, merchantId, machines, 30_000_000);
    const { id: userId } = await createUser(hub.ledger, merchantId, {
      login: 'bench',
      role: 'owner',
      password: 'correct horse battery',
    });
    const { token } = await openSession(hub.ledger, { merchantId, userId, address: '127.0.0.1', agent: 'bench' });
    browser = await chromium.launch(await findBrowser());
    const [cold, warm]: [View[], View[]] = [[], []];
    for (let run = -2; run < runs; run += 1) {
      const context = await browser.newContext();
      await context.addCookies([{ name: sessionCookie, value: token, url: hub.url, httpOnly: true, sameSite: 'Strict' }]);
      await context.addInitScript(noteWhenShown);
      const page = await context.newPage();
      for (const views of [cold, warm]) {
        let script = 0;
        const counted: Promise<unknown>[] = [];
        page.removeAllListeners('requestfinished');
        page.on('requestfinished', (request) => {
          if (!request.url().endsWith('.js')) return;
          counted.push(request.sizes().then(({ responseBodySize }) => (script += Math.max(0, responseBodySize))));
        });
        await page.goto(hub.url, { waitUntil: 'commit' });
        const shown = Number(await page.locator('html[shown-after]').getAttribute('shown-after'));
        await Promise.all(counted);
        if (run >= 0) views.push({ shown, script });
      }
      await context.close();
    }
    const row = (name: string, views: readonly View[]) => [
      name,
      whole(median(views.map(({ shown }) => shown))),
      whole(
        quantile(
          views.map(({ shown }) => shown),
          0.9,
        ),
      ),
      whole(median(views.map(({ script }) => script))),
    ];
    return {
      title: 'The first view of the console',
      heads: ['a browser that', 'p50 ms', 'p90 ms', 'bytes of script'],
      rows: [row('has never been here', cold), row('has been here before', warm)],
      notes: [`Until what is wrong is on the screen, with ${machines} machines; hub and browser share the cores.`],
    };
  } finally {
    await browser?.close();
    await hub.stop();
  }
}
