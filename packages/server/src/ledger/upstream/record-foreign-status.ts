import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { type ConditionReport, readCondition } from '../machines/condition.ts';
import { markChanged } from '../machines/mark-changed.ts';
import { recordMachineStatusIn } from '../machines/record-machine-status.ts';
import { slotName } from './put-foreign-cabinets.ts';
import { setReportedStock } from './set-reported-stock.ts';

/** What another platform tells of the state of one of its machines; what is not said stays as it is. */
export interface ForeignStatus {
  merchantId: number;
  upstreamIntegrationId: number;
  machineNo: string;
  /** When it was said, or came where it does not say: an older word changes nothing. */
  saidAt: Date;
  online?: boolean | undefined;
  condition?: ConditionReport | undefined;
  slots?: readonly ForeignSlotState[] | undefined;
}

export interface ForeignSlotState {
  cabinet: string;
  code: string;
  soldOut: boolean;
  soldOutAt?: Date | undefined;
}

/** False when something newer is known. A slot that is sold out is empty. Refuses machine.unknown. */
export async function recordForeignStatus(ledger: Ledger, status: ForeignStatus): Promise<boolean> {
  const { merchantId, upstreamIntegrationId, machineNo, saidAt, online, condition, slots } = status;
  return await inTransaction(ledger.db, async (trx) => {
    const machine = await trx
      .selectFrom('machines as m')
      .innerJoin('machine_status as s', (join) =>
        join.onRef('s.merchant_id', '=', 'm.merchant_id').onRef('s.machine_id', '=', 'm.id'),
      )
      .select(['m.id', 's.last_seen_at as lastSeenAt', 's.silence_due_at as silenceDueAt'])
      .where('m.merchant_id', '=', merchantId)
      .where('m.upstream_integration_id', '=', upstreamIntegrationId)
      .where('m.machine_no', '=', machineNo)
      .forNoKeyUpdate('s')
      .executeTakeFirst();
    if (!machine) refuse('machine.unknown', machineNo);
    const { id: machineId, lastSeenAt, silenceDueAt } = machine;
    if (lastSeenAt && saidAt < lastSeenAt) return false;
    await trx
      .updateTable('machine_status')
      .set({
        last_seen_at: saidAt,
        ...(online !== undefined && { silence_due_at: online ? sql<Date>`'infinity'` : null }),
        ...(online === false && silenceDueAt !== null && { offline_at: saidAt }),
      })
      .where('merchant_id', '=', merchantId)
      .where('machine_id', '=', machineId)
      .execute();
    if (online !== undefined && online !== (silenceDueAt !== null)) {
      await markChanged(trx, { merchantId, machineId, what: online ? 'online' : 'offline', at: ledger.clock.now() });
    }
    if (condition) {
      const whole = await withKnown(trx, merchantId, machineId, condition);
      await recordMachineStatusIn(ledger, trx, { merchantId, machineId, saidAt, condition: whole });
    }
    if (slots) await setSlotStates(ledger, trx, { ...status, machineId, slots });
    return true;
  });
}

/** What a machine says is whole; what is told of one of another platform need not be. */
async function withKnown(trx: Trx, merchantId: number, machineId: number, told: ConditionReport): Promise<ConditionReport> {
  const known = await trx
    .selectFrom('machine_conditions')
    .select('condition')
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .executeTakeFirst();
  const { faults, ...before } = readCondition(known?.condition);
  const said = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
  return { ...before, faults: faults.map(({ since: _, ...fault }) => fault), ...said };
}

/** Where no stock was ever told, "not sold out" is all that is known: the slot is for sale with none on hand. */
async function setSlotStates(
  ledger: Ledger,
  trx: Trx,
  { merchantId, machineId, saidAt, slots }: ForeignStatus & { machineId: number; slots: readonly ForeignSlotState[] },
): Promise<void> {
  const told = new Map(slots.map((slot) => [slotName(slot.cabinet, slot.code), slot]));
  const known = await trx
    .selectFrom('slots')
    .select(['id', 'name', 'sold_out_at as soldOutAt'])
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('name', 'in', [...told.keys(), ''])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  const soldOut = known.filter(({ name }) => told.get(name)?.soldOut);
  await setReportedStock(
    ledger,
    trx,
    merchantId,
    soldOut.map(({ id }) => ({ slotId: id, onHand: 0 })),
  );
  const states = known.map(({ id, name, soldOutAt }) => {
    const state = told.get(name);
    return { id, at: state?.soldOut ? (state.soldOutAt ?? soldOutAt ?? saidAt) : null };
  });
  await sql`
    update slots s set sold_out_at = t.at
    from jsonb_to_recordset(${JSON.stringify(states)}::jsonb) as t(id bigint, at timestamptz)
    where s.merchant_id = ${merchantId} and s.id = t.id and s.sold_out_at is distinct from t.at`.execute(trx);
  const turned = known.some(({ name, soldOutAt }) => (soldOutAt !== null) !== told.get(name)?.soldOut);
  if (turned) await markChanged(trx, { merchantId, machineId, what: 'stock', at: ledger.clock.now() });
}
