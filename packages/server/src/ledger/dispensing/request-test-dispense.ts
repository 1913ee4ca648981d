import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import type { Machine } from '../machines/find-machine.ts';
import { queueCommands } from './queue-commands.ts';
import { refuseIdleMachine } from './request-dispense.ts';
import { wakeMachine } from './wake-machine.ts';

export interface TestDispense {
  merchantId: number;
  integrationId: number | null;
  machine: Machine;
  slotName: string;
  notifyUrl: string;
  /** A test of the slot that is under way is answered instead: a person who clicks twice wants one can. */
  once?: boolean;
  cause: Cause;
}

/**
 * One unit from a named slot, without an order: it reserves nothing, and takes its stock when it drops. Whether the slot is at fault or off
 * sale does not matter: that is what tests are for. Answers the batch id. Refuses slot.unknown, slot.merged, machine.offline,
 * machine.not-operational.
 */
export async function requestTestDispense(ledger: Ledger, request: TestDispense): Promise<number> {
  const { merchantId, machine, slotName, integrationId, notifyUrl, cause } = request;
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const slot = await trx
      .selectFrom('slots')
      .select(['id', 'merged_into_id'])
      .where('merchant_id', '=', merchantId)
      .where('machine_id', '=', machine.id)
      .where('name', '=', slotName)
      .executeTakeFirst();
    if (!slot) refuse('slot.unknown', slotName);
    if (slot.merged_into_id !== null) refuse('slot.merged', slotName);
    const underWay = request.once ? await findUnderWay(trx, merchantId, machine.id, slot.id) : undefined;
    if (underWay !== undefined) return underWay;
    await refuseIdleMachine(trx, merchantId, machine);
    const unit = await trx
      .insertInto('dispenses')
      .values({ merchant_id: merchantId, slot_id: slot.id, state: 'reserved', reserves: false, changed_at: now })
      .returning('id')
      .executeTakeFirstOrThrow();
    const batchId = await queueCommands(trx, {
      merchantId,
      machineId: machine.id,
      slotId: slot.id,
      orderId: null,
      lineId: null,
      unitIds: [unit.id],
      integrationId,
      notifyUrl,
      at: now,
    });
    const data = { batchId, slot: slotName, test: true };
    await recordEvent(ledger, trx, { merchantId, kind: 'dispense.queued', machineId: machine.id, data }, cause);
    await wakeMachine(trx, merchantId, machine.id);
    return batchId;
  });
}

/** The machine's row is held, so that of two who ask at once the second finds the test of the first. */
async function findUnderWay(trx: Trx, merchantId: number, machineId: number, slotId: number): Promise<number | undefined> {
  const ofMachine = { merchant_id: merchantId, machine_id: machineId };
  await trx
    .selectFrom('machine_locks')
    .select('machine_id')
    .where((eb) => eb.and(ofMachine))
    .forNoKeyUpdate()
    .execute();
  const found = await trx
    .selectFrom('dispense_commands')
    .select('batch_id')
    .where((eb) => eb.and(ofMachine))
    .where('slot_id', '=', slotId)
    .where('order_id', 'is', null)
    .where('state', 'in', ['queued', 'sent'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found?.batch_id;
}
