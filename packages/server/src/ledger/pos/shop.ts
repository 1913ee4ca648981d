import type { Selectable } from 'kysely';
import type { PosShopsTable } from '../../database/tables.generated.ts';

/** A code of payment that a shop has set for itself; `sn` is what its cash registers write. */
export interface PaymentCode {
  id: number;
  sn: string;
  name: string;
}

/** A shop whose sales are told as those of a cash register. */
export interface Shop {
  id: number;
  /** Of another platform: the integration through which it is known, and its number there. */
  upstream: { integrationId: number; shopId: number } | undefined;
  sn: string;
  name: string;
  brandId: number;
  brandName: string;
  address: string | null;
  contact: string | null;
  siteId: number | null;
  timeZone: string;
  /** `HH:mm` by the shop's clocks. */
  dayClosesAt: string;
  /** By pay style. */
  paymentCodes: Readonly<Record<string, PaymentCode>>;
  businessOn: Date | null;
  createdOn: Date | null;
  /** `YYYY-MM-DD` */
  latestBusinessDay: string | null;
  mirroredUntil: Date | null;
  lookedBackAt: Date | null;
}

export function shopOf(row: Selectable<PosShopsTable>): Shop {
  const { upstream_integration_id: integrationId, upstream_shop_id: shopId } = row;
  return {
    id: row.id,
    upstream: integrationId === null || shopId === null ? undefined : { integrationId, shopId },
    sn: row.sn,
    name: row.name,
    brandId: row.brand_id,
    brandName: row.brand_name,
    address: row.address,
    contact: row.contact,
    siteId: row.site_id,
    timeZone: row.time_zone,
    dayClosesAt: row.day_closes_at,
    paymentCodes: row.payment_codes as unknown as Record<string, PaymentCode>,
    businessOn: row.business_on,
    createdOn: row.created_on,
    latestBusinessDay: row.latest_business_day,
    mirroredUntil: row.mirrored_until,
    lookedBackAt: row.looked_back_at,
  };
}
