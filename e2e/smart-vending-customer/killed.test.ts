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
    for (let round = 0; round < 3; round++) {
      upstream.happen(60);
      const delivered = upstream.deliver({ repeat: 0.2, reorder: true });
      const before = upstream.waiting;
      await until(async () => (await hub.withLedger(messageStates)).applied, 'some of them to be applied', 30_000);
      await hub.kill();
      const results = await delivered;
      expect(
        results.some(({ received }) => !received),
        `${before} were under way`,
      ).toBe(true);
      await hub.start();
    }
    await until(async () => {
      await upstream.deliver();
      return upstream.waiting === 0;
    }, 'every push to be taken');
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
}, 180_000);
