import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createMerchant } from '../../packages/server/src/ledger/merchants/create-merchant.ts';
import { openHubProcess } from '../support/hub-process.ts';
import { until } from '../support/index.ts';
import { openBooks } from '../support/open-books.ts';
import { clockAhead } from '../support/settle.ts';

const kills = Math.max(2, Math.round(Number(process.env.PLUG_KILLS ?? 6) / 3));
const orders = 40;

test(
  `a hub that is killed ${kills} times while it brings orders into an ERP's books: each order has one bill, and the order knows it`,
  async () => {
    const ends: (() => Promise<unknown>)[] = [];
    try {
      const hub = await openHubProcess();
      ends.push(() => hub.remove());
      await hub.start();
      const books = await hub.withLedger(async (ledger) => {
        const merchant = await createMerchant(ledger, { name: 'books' });
        // The ERP makes another bill for the same key: nothing but the hub's own care is on trial.
        return await openBooks(
          { ledger, url: hub.url },
          { merchantId: merchant.id, autoImport: true, c8: { ignoresKeys: true } },
        );
      });
      ends.push(() => books.close());
      const at = new Date();
      let sent = 0;
      for (let kill = 1; kill <= kills; kill += 1) {
        // Long enough for the hub to die between the ERP's work and its own note of it.
        books.c8.behave({ kind: 'late', ms: 30 });
        for (let n = 0; n < orders; n += 1, sent += 1) await books.send(`T${sent}`, { createTime: at, updateTime: at });
        const before = books.c8.asked.length;
        await until(() => books.c8.asked.length > before + 4, `imports before kill ${kill}`, 60_000);
        await sleep(Math.random() * 60);
        if (kill % 2 === 0) await hub.killAll();
        else await hub.kill();
        books.c8.behave({ kind: 'ok' });
        await hub.start();
      }
      await hub.kill();

      const clock = clockAhead();
      const resumed = await hub.resume(clock);
      await until(
        async () => {
          clock.advance(60);
          await resumed.settle();
          const { rows } = await resumed.database.pool.query<{ left: number }>(
            "select count(*) as left from book_orders where import_state <> 'imported'",
          );
          return rows[0]?.left === 0;
        },
        'every order to be imported',
        60_000,
      );
      const { rows } = await resumed.database.pool.query<{ trans_id: string; bill_id: number }>(
        'select trans_id, bill_id from book_orders order by id',
      );
      expect(rows).toHaveLength(sent);
      for (const { trans_id, bill_id } of rows) {
        expect(books.c8.billsOf(trans_id).map(({ retailId }) => retailId)).toEqual([bill_id]);
      }
      expect(books.c8.bills).toHaveLength(sent);
    } finally {
      for (const end of ends.toReversed()) await end();
    }
  },
  120_000 + kills * 60_000,
);
