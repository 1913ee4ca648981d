import { randomBytes } from 'node:crypto';
import type { Ledger } from '../ledger.ts';

export interface MerchantDraft {
  name: string;
  title?: string;
  description?: string;
  timeZone?: string;
  currency?: string;
  debugMode?: boolean;
  pickupCodesEnabled?: boolean;
}

export interface NewMerchant {
  id: number;
  /** What the merchant's machines sign with. */
  deviceKey: string;
}

export async function createMerchant(ledger: Ledger, draft: MerchantDraft): Promise<NewMerchant> {
  const deviceKey = `ds${randomBytes(8).toString('hex')}`;
  const { id } = await ledger.db
    .insertInto('merchants')
    .values({
      name: draft.name,
      title: draft.title ?? draft.name,
      description: draft.description ?? '',
      time_zone: draft.timeZone ?? 'Asia/Shanghai',
      currency: draft.currency ?? 'CNY',
      device_key: deviceKey,
      debug_mode: draft.debugMode ?? false,
      pickup_codes_enabled: draft.pickupCodesEnabled ?? false,
      created_at: ledger.clock.now(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, deviceKey };
}
