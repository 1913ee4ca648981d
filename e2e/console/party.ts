import { sampleBill } from '../../packages/protocols/src/qianhub/samples.fixture.ts';
import { takeMessage } from '../../packages/server/src/inbound/index.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { putLine } from '../../packages/server/src/ledger/places/put-line.ts';
import { putSite } from '../../packages/server/src/ledger/places/put-site.ts';
import { refillSlots } from '../../packages/server/src/ledger/refills/refill-slots.ts';
import { createUser } from '../../packages/server/src/ledger/staff/put-user.ts';
import { openSession } from '../../packages/server/src/ledger/staff/sign-in.ts';
import { place } from '../active-order/steps.ts';
import { addProgram, addShop } from '../qianhub/steps.ts';
import type { TestHub, TestTenant } from '../support/index.ts';
import { openBooks } from '../support/open-books.ts';

/** A customer that is told something, and a platform that told us something. */
async function openTold(hub: TestHub, merchantId: number) {
  const integrationId = await createIntegration(hub.ledger, {
    ...{ merchantId, dialect: 'smart-vending', role: 'customer', wireId: `party-${merchantId}` },
    secrets: { key: 'party-key-0123456789' },
  });
  const from = { merchantId, integrationId, query: '', body: Buffer.from('{}') };
  await takeMessage(hub.ledger, { ...from, kind: 'machine' });
  const { rows } = await hub.hub.database.pool.query<{ notification: number; message: number }>(
    `with told as (
       insert into notifications (merchant_id, integration_id, event_id, job_key, order_key, method, url, endpoint, body, state,
         created_at, next_attempt_at, finished_at)
       values ($1, $2, 1, 'party', 'party', 'push.trade', 'https://mall.example/x', 'https://mall.example', '{}', 'failed', $3, $3, $3)
       returning id
     )
     select (select id from told) as notification, (select max(id) from inbound_messages where merchant_id = $1) as message`,
    [merchantId, integrationId, hub.clock.now()],
  );
  return { integrationId, notificationId: rows[0]?.notification, messageId: rows[0]?.message };
}

/** A merchant with one of everything that a path can name. */
export interface Party {
  tenant: TestTenant;
  /** By the names that they have in paths; with the path's first word where another path means something else by it. */
  ids: Readonly<Record<string, string>>;
  /** Of everything that is the merchant's: whatever changed would show. */
  digest(): Promise<Record<string, string>>;
  close(): Promise<void>;
}

export async function openParty(hub: TestHub, tenant: TestTenant): Promise<Party> {
  const merchantId = tenant.merchant.id;
  const machine = await hub.machine('spring', {}, tenant);
  const order = await place(hub, machine, { A11: 1 }, tenant);
  await tenant.client.updateOrder(order.id, { machine_no: machine.machineNo, status: 1 });
  const user = await createUser(hub.ledger, merchantId, {
    login: `party-${merchantId}`,
    role: 'viewer',
    password: 'correct horse battery',
  });
  await openSession(hub.ledger, { merchantId, userId: user.id, address: '', agent: '' });
  const program = await addProgram(hub, merchantId);
  const told = await openTold(hub, merchantId);
  const books = await openBooks(hub, { merchantId });
  await books.send('T-1');
  await putLine(hub.ledger, { merchantId, name: 'L' });
  await putSite(hub.ledger, { merchantId, number: 'S', name: 'S', line: 'L' });
  const [slot] = await machine.products();
  const slots = [{ slotId: slot?.slotId ?? 0, quantity: 1 }];
  await refillSlots(hub.ledger, { merchantId, machineId: machine.id, slots, source: 'test', cause: { by: 'test' } });
  await addShop(program);
  await program.call('POST', '/v1/pos/records', { ...sampleBill(), shop_10: undefined, sn: '20001' });
  await hub.settle();
  const one = async (query: string) => String((await hub.hub.database.pool.query(query, [merchantId])).rows[0]?.id ?? '');
  return {
    tenant,
    ids: {
      ...{
        user: String(user.id),
        token: String(program.id),
        order: String(order.id),
        line: await one('select id from order_lines where merchant_id = $1'),
        step: `event:${await one('select max(id) as id from events where merchant_id = $1 and order_id is not null')}`,
        key: `sold-out:${machine.id}`,
        machine: await one('select id from machines where merchant_id = $1'),
        integration: String(told.integrationId),
        notification: String(told.notificationId),
        message: String(told.messageId),
        slot: String(slot?.slotId),
        set: String(books.setId),
        'books order': await one('select id from book_orders where merchant_id = $1'),
        'lines line': await one('select id from lines where merchant_id = $1'),
        device: await one('select id from book_devices where merchant_id = $1'),
        site: await one('select id from sites where merchant_id = $1'),
        good: await one('select id from goods where merchant_id = $1'),
        refill: await one('select refill_id as id from settlements where merchant_id = $1'),
        record: await one('select id from pos_records where merchant_id = $1'),
      },
      session: await one('select id from sessions where merchant_id = $1'),
    },
    async digest() {
      const { rows: tables } = await hub.hub.database.pool.query<{ name: string }>(
        `select table_name as name from information_schema.columns
         where table_schema = 'public' and column_name = 'merchant_id' and table_name not in ('outbox', 'events') order by 1`,
      );
      const found: Record<string, string> = {};
      for (const { name } of tables) {
        const { rows } = await hub.hub.database.pool.query<{ digest: string }>(
          `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest from ${name} t where merchant_id = $1`,
          [merchantId],
        );
        found[name] = rows[0]?.digest ?? '';
      }
      return found;
    },
    close: () => books.close(),
  };
}
