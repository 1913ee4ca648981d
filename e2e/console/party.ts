import { takeMessage } from '../../packages/server/src/inbound/index.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { createUser } from '../../packages/server/src/ledger/staff/put-user.ts';
import { openSession } from '../../packages/server/src/ledger/staff/sign-in.ts';
import { place } from '../active-order/steps.ts';
import { addProgram } from '../qianhub/steps.ts';
import type { TestHub, TestTenant } from '../support/index.ts';

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
  /** By the names that they have in paths. */
  ids: Readonly<Record<string, string>>;
  /** Of everything that is the merchant's: whatever changed would show. */
  digest(): Promise<Record<string, string>>;
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
  };
}
