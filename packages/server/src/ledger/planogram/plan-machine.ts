import { refuse } from '../errors.ts';
import type { Db } from '../ledger.ts';
import type { PlanogramProblem } from './merge-lanes.ts';
import { planSlots, type SlotChange, type SlotPlan } from './plan-slots.ts';
import { readSlots, type SlotState, versionOf } from './read-slots.ts';

export interface MachineKey {
  merchantId: number;
  machineId: number;
}

export interface PlannedMachine {
  version: string;
  slots: SlotState[];
  plans: SlotPlan[];
  problems: PlanogramProblem[];
}

/** What these changes make of a machine as it is now. Refuses machine.unknown, for another platform's machine as well. */
export async function planMachine(
  db: Db,
  { merchantId, machineId }: MachineKey,
  changes: readonly SlotChange[] | ((slots: readonly SlotState[]) => readonly SlotChange[]),
  options: { lock?: boolean } = {},
): Promise<PlannedMachine> {
  const own = await db
    .selectFrom('machines')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('id', '=', machineId)
    .where('upstream_integration_id', 'is', null)
    .executeTakeFirst();
  if (!own) refuse('machine.unknown', String(machineId));
  const slots = await readSlots(db, { merchantId, machineId }, options);
  const wanted = typeof changes === 'function' ? changes(slots) : changes;
  const goods = await readPrices(
    db,
    merchantId,
    wanted.flatMap(({ goodsId }) => goodsId ?? []),
  );
  return { version: versionOf(slots), slots, ...planSlots(slots, wanted, goods) };
}

/** Of our own goods among these. */
async function readPrices(db: Db, merchantId: number, ids: readonly number[]): Promise<Map<number, { priceCents: number }>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('goods')
    .select(['id', 'price_cents as priceCents'])
    .where('merchant_id', '=', merchantId)
    .where('upstream_integration_id', 'is', null)
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map(({ id, priceCents }) => [id, { priceCents }]));
}
