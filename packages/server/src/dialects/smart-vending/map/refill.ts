import { type PaySale, type PaySaleName, paySalesOf, type Refill, type Sold, toSeconds } from '@polyvend/protocols/smart-vending';
import type { MachineOverview } from '../../../ledger/machines/list-machine-overviews.ts';
import type { Settlement, StyleSales } from '../../../ledger/sales/list-settlements.ts';
import { cidOf, locationOf, payWordsOf } from './values.ts';

/** §8: one settlement, of a machine as it stands now. lastRefillTime is 0 at the first. */
export function refillOf(settlement: Settlement, { machineNo, site, cabinets }: MachineOverview): Refill {
  const mainName = cabinets[0]?.name ?? '';
  return {
    assetId: machineNo,
    siteName: site?.name ?? '',
    siteNumber: site?.number ?? '',
    lineName: site?.lineName ?? '',
    lastRefillTime: settlement.previousAt ? toSeconds(settlement.previousAt) : 0,
    refillTime: toSeconds(settlement.refilledAt),
    shelfPaySales: settlement.slots.map((slot) => ({
      cid: cidOf(machineNo, slot.cabinetName, slot.cabinetName === mainName),
      locationId: locationOf(slot.cabinetName, slot.slotName),
      goodsId: String(slot.goodsId ?? ''),
      goodsName: slot.goodsName,
      goodsNumber: slot.goodsNumber,
      price: slot.priceCents,
      stock: slot.stock,
      refillCount: slot.refilled,
      paySales: salesOf(slot.sales),
    })),
    paySales: salesOf(settlement.sales),
  };
}

function salesOf(sales: readonly StyleSales[]): PaySale[] {
  const sold: Partial<Record<PaySaleName, Sold>> = {};
  for (const { payStyle, units, amountCents } of sales) {
    const { refill: name } = payWordsOf(payStyle);
    const before = sold[name] ?? { sales: 0, units: 0 };
    sold[name] = { sales: before.sales + amountCents, units: before.units + units };
  }
  return paySalesOf(sold);
}
