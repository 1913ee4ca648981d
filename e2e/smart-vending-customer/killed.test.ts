import { expect, test } from 'vitest';
import { createMerchant } from '../../packages/server/src/ledger/merchants/create-merchant.ts';
import { conservationProblems } from '../../packages/server/src/testing/conservation.ts';
import { openHubProcess } from '../support/hub-process.ts';
import { until } from '../support/index.ts';
import { clockAhead } from '../support/settle.ts';
import { becomeCustomer, booksOf, expectSameBooks, ledgerBooks, messageStates, openUpstream, pushUrlsOf } from './site.ts';

test('killed amid pushes and polls, and started again: what was acknowledged is there, and in the end all of it', async () => {
  const ends: (() => Promise<unknown>)[] = [];
  const clock = clockAhead();
  try {
    const hub = await openHubProcess();
    ends.push(hub.remove);
    const upstream = await openUpstream(clock, { seed: 11, machines: 5, pushUrls: pushUrlsOf(hub.url) });
    ends.push(upstream.close);
    await hub.start();
    const merchantId = await hub.withLedger(async (ledger) => {
      const { id } = await createMerchant(ledger, { name: 'customer' });
      await becomeCustomer(ledger, id, { baseUrl: upstream.url });
      return id;
    });
    // It may be through with all of them before it is killed: then once more.
    let amid = 0;
    for (let round = 0; amid < 3 && round < 9; round++) {
      upstream.happen(60);
      const delivered = upstream.deliver({ repeat: 0.2, reorder: true });
      await until(async () => (await hub.withLedger(messageStates)).applied, 'some of them to be applied', 30_000);
      await hub.kill();
      const results = await delivered;
      if (results.some(({ received }) => !received)) amid += 1;
      await hub.start();
    }
    expect(amid).toBe(3);
    await until(
      async () => {
        await upstream.deliver();
        return upstream.waiting === 0;
      },
      'every push to be taken',
      60_000,
    );
    await until(
      async () => {
        const { trades, statistic } = await hub.withLedger((ledger) => ledgerBooks(ledger, merchantId));
        const books = booksOf(upstream);
        return JSON.stringify([trades, statistic]) === JSON.stringify([books.trades, books.statistic]);
      },
      'every push to be applied',
      60_000,
    );
    await hub.kill();
    clock.advance(601);
    const resumed = await hub.resume(clock);
    await resumed.settle();
    await expectSameBooks(resumed.ledger, merchantId, upstream);
    expect(Object.keys(await messageStates(resumed.ledger))).toEqual(['applied']);
    expect(await conservationProblems(resumed.ledger)).toEqual([]);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}, 240_000);
