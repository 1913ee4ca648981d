import type { Mutant } from '../mutant.ts';
import { ledger, migrations } from './places.ts';

/** Trades, their sums and their settlements. */
export const sales: readonly Mutant[] = [
  {
    name: 'what is refunded does not count',
    file: `${migrations}/0004-sales.sql`,
    find: ` and refund_state in ('none', 'failed')`,
    replace: '',
    tests: [`${ledger}/sales/sales-statistic.test.ts`],
  },
  {
    name: 'sums move by the difference',
    file: `${ledger}/sales/upsert-trades.ts`,
    find: 'select b.*, -1 as sign from before b join changed c on c.merchant_id = b.merchant_id and c.id = b.id',
    replace: 'select b.*, -1 as sign from before b where false',
    tests: [`${ledger}/sales/sales-statistic.test.ts`],
  },
  {
    name: 'sums by day that are being made are moved by what is in them alone',
    file: `${ledger}/sales/upsert-trades.ts`,
    find: 'and t.seq <= coalesce(counted.days_seq, c.days_seq)',
    replace: 'and c.days_zone is not null',
    tests: [`${ledger}/sales/keep-sales-days.test.ts`],
  },
  {
    name: 'sums by day are read where they are whole alone',
    file: `${ledger}/sales/sales-days.sql.ts`,
    find: ' and c.days_seq = c.trades)',
    replace: ')',
    tests: [`${ledger}/sales/keep-sales-days.test.ts`],
  },
  {
    name: 'the present day is not one of another zone',
    file: `${ledger}/sales/sales-days.sql.ts`,
    find: 'and c.days_zone = k.time_zone',
    replace: '',
    tests: [`${ledger}/machines/list-machines.test.ts`],
  },
  {
    name: 'a trade is told of when something can be seen',
    file: `${ledger}/sales/upsert-trades.ts`,
    find: 'b.id = c.id\n      where (',
    replace: 'b.id = c.id\n      where true or (',
    tests: [`${ledger}/sales/project-sales.test.ts`],
  },
  {
    name: 'units that a count decides change their trades',
    file: `${ledger}/stock/record-count.ts`,
    find: 'held.flatMap(({ order_id }) => order_id ?? [])',
    replace: '[]',
    tests: [`${ledger}/sales/project-sales.test.ts`],
  },
  {
    name: 'a command that is sent makes its trades due',
    file: `${ledger}/dispensing/claim-command.sql.ts`,
    find: 'from claimed where order_id is not null',
    replace: 'from claimed where false',
    tests: [`${ledger}/sales/project-sales.test.ts`],
  },
  {
    name: 'a sale that cannot be projected is put off alone',
    file: `${ledger}/sales/project-sales.ts`,
    find: 'if (isDatabaseGone(error)) throw error;\n    return await projectApart',
    replace: 'if (error) throw error;\n    return await projectApart',
    tests: [`${ledger}/sales/project-sales.test.ts`],
  },
  {
    name: 'a trade is settled once',
    file: `${ledger}/sales/settle-refill.ts`,
    find: 't.refill_id is null and t.counts',
    replace: 't.counts',
    tests: [`${ledger}/sales/settle-refill.test.ts`],
  },
  {
    name: 'what drops after a refill is not settled by it',
    file: `${ledger}/sales/settle-refill.ts`,
    find: 'and coalesce(t.executed_at, t.paid_at, t.created_at) <= r.at',
    replace: '',
    tests: [`${ledger}/sales/settle-refill.test.ts`],
  },
  {
    name: 'what another platform tells late takes nothing back',
    file: `${ledger}/sales/put-foreign-trades.ts`,
    find: ')}) >= (',
    replace: ')}) is distinct from (',
    tests: [`${ledger}/sales/put-foreign-trades.test.ts`],
  },
  {
    name: 'a machine’s own number of a sale is one sale of it',
    file: `${ledger}/orders/record-machine-orders.ts`,
    find: 'machineTradeNo: order.machineTradeNo ?? order.tradeId,',
    replace: '',
    tests: [`${ledger}/sales/project-sales.test.ts`],
  },
];
