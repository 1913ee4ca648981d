import { inTransaction } from '../../database/transaction.ts';
import type { Drive } from '../dispensing/lock-times.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import { hashSecret } from '../integrations/vault.ts';
import type { Ledger } from '../ledger.ts';
import { moveStock } from '../stock/move-stock.ts';
import { newBrokerPassword } from './issue-broker-password.ts';

export interface MachineDraft {
  merchantId: number;
  /** 8 digits, a special merchant's may have more. */
  machineNo: string;
  name: string;
  type?: 'vending' | 'amusement' | 'claw' | 'lend_locker' | 'return_locker' | 'locker';
  address?: string;
  longitude?: number;
  latitude?: number;
  contact?: string;
  telephone?: string;
  announcement?: string;
  /** The maker (厂家). */
  vendor?: string;
  /** Of the box through which it speaks. */
  gatewayNo?: string;
  cabinets: readonly CabinetDraft[];
  cause?: Cause;
}

/** 饮料机, 弹簧机, 格子机. */
export type CabinetKind = 'drinks' | 'spring' | 'locker';

/** What a cabinet is, where nobody says more than how it is driven. */
const kindOfDrive: Record<Drive, CabinetKind> = { belt: 'drinks', spring: 'spring', lock: 'locker', other: 'spring' };

export interface CabinetDraft {
  name: string;
  addr: number;
  drive: Drive;
  /** By the drive unless told: a lock makes a locker, a belt gives out drinks, others are springs. */
  kind?: CabinetKind;
  hasLift?: boolean;
  hasDropDetection?: boolean;
  slots: readonly SlotDraft[];
}

export interface SlotDraft {
  name: string;
  code: string;
  x: number;
  y: number;
  goodsId?: number;
  priceCents?: number;
  capacity: number;
  onHand?: number;
  /** So few left, or fewer, are worth a visit (阈值). */
  alertThreshold?: number;
}

export interface NewMachine {
  id: number;
  /** The machine's own password at the broker; told once. */
  brokerPassword: string;
}

/** A machine with its cabinets, slots and what is in them. Refuses machine.exists. */
export async function addMachine(ledger: Ledger, draft: MachineDraft): Promise<NewMachine> {
  const { merchantId } = draft;
  const now = ledger.clock.now();
  const brokerPassword = newBrokerPassword();
  return await inTransaction(ledger.db, async (trx) => {
    const added = await trx
      .insertInto('machines')
      .values({
        merchant_id: merchantId,
        machine_no: draft.machineNo,
        name: draft.name,
        type: draft.type ?? 'vending',
        address: draft.address ?? '',
        longitude: draft.longitude ?? null,
        latitude: draft.latitude ?? null,
        contact: draft.contact ?? '',
        telephone: draft.telephone ?? '',
        announcement: draft.announcement ?? '',
        vendor: draft.vendor ?? '',
        gateway_no: draft.gatewayNo ?? '',
        broker_password_hash: hashSecret(brokerPassword),
        created_at: now,
      })
      .onConflict((conflict) => conflict.column('machine_no').where('upstream_integration_id', 'is', null).doNothing())
      .returning('id')
      .executeTakeFirst();
    // Of any merchant: a machine speaks by its number before anyone knows whose it is.
    if (!added) refuse('machine.exists', draft.machineNo);
    const { id } = added;
    await trx.insertInto('machine_locks').values({ merchant_id: merchantId, machine_id: id }).execute();
    await trx.insertInto('machine_status').values({ merchant_id: merchantId, machine_id: id }).execute();
    for (const cabinet of draft.cabinets) {
      const { id: cabinetId } = await trx
        .insertInto('cabinets')
        .values({
          merchant_id: merchantId,
          machine_id: id,
          name: cabinet.name,
          addr: cabinet.addr,
          drive: cabinet.drive,
          kind: cabinet.kind ?? kindOfDrive[cabinet.drive],
          has_lift: cabinet.hasLift ?? false,
          has_drop_detection: cabinet.hasDropDetection ?? false,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      if (cabinet.slots.length === 0) continue;
      const slots = await trx
        .insertInto('slots')
        .values(
          cabinet.slots.map((slot) => ({
            merchant_id: merchantId,
            machine_id: id,
            cabinet_id: cabinetId,
            name: slot.name,
            code: slot.code,
            x: slot.x,
            y: slot.y,
            goods_id: slot.goodsId ?? null,
            price_cents: slot.priceCents ?? 0,
            capacity: slot.capacity,
            alert_threshold: slot.alertThreshold ?? 0,
            // Until something is put in.
            sold_out_at: now,
          })),
        )
        .returning(['id', 'name'])
        .execute();
      const initial = new Map(cabinet.slots.map(({ name, onHand }) => [name, onHand ?? 0]));
      await moveStock(
        trx,
        merchantId,
        now,
        slots
          .map((slot) => ({ slotId: slot.id, onHand: initial.get(slot.name) ?? 0, reserved: 0, reason: 'initial' as const }))
          .filter(({ onHand }) => onHand > 0),
      );
    }
    const data = { machineNo: draft.machineNo, name: draft.name };
    await recordEvent(ledger, trx, { merchantId, kind: 'machine.created', machineId: id, data }, draft.cause ?? { by: 'person' });
    return { id, brokerPassword };
  });
}
