import { calls, listEnvelope, type MachineSales } from '@polyvend/protocols/smart-vending';
import { listGoods } from '../../../ledger/catalog/list-goods.ts';
import { getMachineOverview, listMachineOverviews } from '../../../ledger/machines/list-machine-overviews.ts';
import { listLines } from '../../../ledger/places/list-lines.ts';
import { listSites } from '../../../ledger/places/list-sites.ts';
import { byGoods, salesSinceRefill } from '../../../ledger/sales/sales-since-refill.ts';
import { platformSettings } from '../integration.ts';
import { goodsOf, lineOf, machineState, machineStatus, siteOf } from '../map/machine.ts';
import { cidOf, locationOf } from '../map/values.ts';
import type { Call, Handlers } from './call.ts';

export const machineCalls: Handlers<'status' | 'sales' | 'lines' | 'sites' | 'goods'> = {
  status: async ({ ledger, merchantId, params }) => {
    const { assetId, ...page } = calls.status.read(params);
    if (assetId !== undefined) return machineStatus(await getMachineOverview(ledger, { merchantId, machineNo: assetId }), page);
    const { machines, total } = await listMachineOverviews(ledger, { merchantId }, offsetOf(page));
    return listEnvelope(machines.map(machineState), page, total);
  },

  sales: async ({ ledger, merchantId, params }): Promise<MachineSales> => {
    const { assetId } = calls.sales.read(params);
    const machine = await getMachineOverview(ledger, { merchantId, machineNo: assetId });
    const sales = await salesSinceRefill(ledger, merchantId, machine.id);
    const goods = byGoods(sales);
    const sold = (one: (typeof goods)[number]) => ({
      goodsId: String(one.goodsId ?? ''),
      goodsNumber: one.goodsNumber,
      goodsName: one.goodsName,
      goodsSales: one.units,
    });
    // Each cabinet is there, whether it sold or not, and also one that is gone and had sold.
    const names = [...new Set([...machine.cabinets.map(({ name }) => name), ...sales.map(({ cabinetName }) => cabinetName)])];
    const cid = (name: string) => cidOf(machine.machineNo, name, name === machine.cabinets[0]?.name);
    const of = (name: string) => (one: { cabinetName: string }) => one.cabinetName === name;
    return {
      assetId: machine.machineNo,
      salesInfo: names.map((name) => ({ cid: cid(name), goodsInfo: goods.filter(of(name)).map(sold) })),
      shelvesInfo: names.map((name) => ({
        cid: cid(name),
        shelfInfo: sales.filter(of(name)).map((one) => ({ locationId: locationOf(name, one.slotName), ...sold(one) })),
      })),
    };
  },

  lines: async (call) => {
    const { lineName, areaName, ...page } = calls.lines.read(call.params);
    const { lines, total } = await listLines(call.ledger, { merchantId: call.merchantId, lineName, areaName }, offsetOf(page));
    return places(call, lines.map(lineOf), page, total);
  },

  sites: async (call) => {
    const { lineName, areaName, ...page } = calls.sites.read(call.params);
    const { sites, total } = await listSites(call.ledger, { merchantId: call.merchantId, lineName, areaName }, offsetOf(page));
    return places(call, sites.map(siteOf), page, total);
  },

  goods: async ({ ledger, merchantId, params }) => {
    const page = calls.goods.read(params);
    const { goods, total } = await listGoods(ledger, merchantId, offsetOf(page));
    return listEnvelope(goods.map(goodsOf), page, total);
  },
};

/** However many are asked for, no more come at once. */
const mostRows = 100_000;

const offsetOf = ({ cursor, limit }: { cursor: number; limit: number }) => ({ offset: cursor, limit: Math.min(limit, mostRows) });

/** A bare array; in the list envelope for an integration that has the switch. */
function places<T>({ integration }: Call, rows: T[], page: { cursor: number; limit: number }, total: number): unknown {
  return platformSettings(integration).wrapPlaces ? listEnvelope(rows, page, total) : rows;
}
