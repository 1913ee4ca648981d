import { createUser } from '../../packages/server/src/ledger/staff/put-user.ts';
import { openSession } from '../../packages/server/src/ledger/staff/sign-in.ts';
import { place } from '../active-order/steps.ts';
import { addProgram } from '../qianhub/steps.ts';
import type { TestHub, TestTenant } from '../support/index.ts';

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
  const one = async (query: string) => String((await hub.hub.database.pool.query(query, [merchantId])).rows[0]?.id ?? '');
  return {
    tenant,
    ids: {
      ...{
        user: String(user.id),
        token: String(program.id),
        order: String(order.id),
        machine: await one('select id from machines where merchant_id = $1'),
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
