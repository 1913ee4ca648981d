import type { Ledger } from '../ledger.ts';

export interface Merchant {
  id: number;
  name: string;
  title: string;
  description: string;
  logoUrl: string;
  status: 'active' | 'unverified' | 'expired';
  currency: string;
  timeZone: string;
  deviceKey: string;
  debugMode: boolean;
  pickupCodesEnabled: boolean;
  createdAt: Date;
}

export async function getMerchant(ledger: Ledger, id: number): Promise<Merchant> {
  return await ledger.db
    .selectFrom('merchants')
    .select([
      'id',
      'name',
      'title',
      'description',
      'logo_url as logoUrl',
      'status',
      'currency',
      'time_zone as timeZone',
      'device_key as deviceKey',
      'debug_mode as debugMode',
      'pickup_codes_enabled as pickupCodesEnabled',
      'created_at as createdAt',
    ])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}
