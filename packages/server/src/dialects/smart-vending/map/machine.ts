import {
  type CabinetStock,
  faultGroups,
  faults,
  type Goods,
  type Line,
  listEnvelope,
  type MachineState,
  type MachineStatus,
  onlineStates,
  type PushFields,
  packingForms,
  type Site,
  shelfStates,
  toSeconds,
} from '@polyvend/protocols/smart-vending';
import type { ListedGoods } from '../../../ledger/catalog/list-goods.ts';
import type { MachineOverview, SlotOverview } from '../../../ledger/machines/list-machine-overviews.ts';
import type { Line as LedgerLine } from '../../../ledger/places/list-lines.ts';
import type { MachineAtSite } from '../../../ledger/places/list-sites.ts';
import { cidOf, faultNames, kindNumbers, locationOf } from './values.ts';

export interface Cabinet {
  cid: string;
  /** 1 drinks, 2 spring, 3 locker. */
  type: number;
  slots: { locationId: string; slot: SlotOverview }[];
}

/** The main one first. */
export function cabinetsOf({ machineNo, cabinets }: MachineOverview): Cabinet[] {
  return cabinets.map(({ name, kind, slots }, index) => ({
    cid: cidOf(machineNo, name, index === 0),
    type: kindNumbers[kind],
    slots: slots.map((slot) => ({ locationId: locationOf(name, slot.name), slot })),
  }));
}

/** Sold out: nothing is for sale, or it is not sold from. */
export const shelfState = ({ soldOutAt }: SlotOverview): string => (soldOutAt ? shelfStates.soldOut : shelfStates.normal);

const soldOutText = ({ soldOutAt }: SlotOverview): string => (soldOutAt ? String(toSeconds(soldOutAt)) : '');

/** Of its site, or where that has none, its own: one of them, never a mixture. */
function locationFor({ site, longitude, latitude }: MachineOverview): { longitude: number | null; latitude: number | null } {
  return typeof site?.longitude === 'number' && typeof site.latitude === 'number' ? site : { longitude, latitude };
}

/** §2.1. Shelves without goods are not told of. */
export function machinePush(machine: MachineOverview): PushFields<'machine'> {
  const { site } = machine;
  const { longitude, latitude } = locationFor(machine);
  return {
    name: machine.name,
    assetId: machine.machineNo,
    siteName: site?.name ?? '',
    location: {
      ...(typeof longitude === 'number' && { longitude }),
      ...(typeof latitude === 'number' && { latitude }),
    },
    lineName: site?.lineName ?? '',
    containers: cabinetsOf(machine).map(({ cid, type, slots }) => ({
      cid,
      type,
      shelves: slots.flatMap(({ locationId, slot }) => {
        const { goods, priceCents, capacity, alertThreshold } = slot;
        if (!goods) return [];
        const [img, imgmd5] = [goods.pictureUrl, ''];
        return {
          location_id: locationId,
          goods_id: String(goods.id),
          goods_name: goods.name,
          price: String(priceCents),
          ...{ Img: img, img, Imgmd5: imgmd5, imgmd5 },
          capacity,
          valve: alertThreshold,
        };
      }),
    })),
  };
}

const onlineNumber = (online: boolean): number => (online ? onlineStates.online : onlineStates.offline);

/** §6.1, without the list beside it. */
export function machineState(machine: MachineOverview): MachineState {
  const { machineNo, vendor, site, condition, online, networkType } = machine;
  const { modem, region } = condition;
  const place = locationFor(machine);
  const [lon, lat] = region ? [region.longitude, region.latitude] : [place.longitude, place.latitude];
  return {
    assetId: machineNo,
    vender: vendor,
    lines: { name: site?.lineName ?? '', info: site?.lineDescription ?? '' },
    areaName: site?.areaName ?? '',
    siteName: site?.name ?? '',
    routerInfo: {
      version: condition.firmware ?? '',
      vcs: condition.vcsVersion ?? '',
      info: {
        net: modem?.net || networkType,
        phone: modem?.phone ?? '',
        iccid: modem?.iccid ?? '',
        ip: modem?.ip ?? '',
      },
      region: { lon: String(lon ?? ''), lat: String(lat ?? '') },
      online: onlineNumber(online),
    },
    vendingInfo: {
      shelvesInfo: cabinetsOf(machine).flatMap(({ slots }) =>
        slots.flatMap(({ locationId, slot }) =>
          slot.goods
            ? {
                locationId,
                goodsName: slot.goods.name,
                number: slot.goods.number,
                status: shelfState(slot),
                soldoutTime: soldOutText(slot),
              }
            : [],
        ),
      ),
      faultInfo: condition.faults.map(({ fault, since }) => ({ name: faultWords(fault).text, time: String(toSeconds(since)) })),
    },
  };
}

export function faultWords(fault: keyof typeof faultNames): { group: string; text: string } {
  const { group, text } = faults[faultNames[fault]];
  return { group: faultGroups[group], text };
}

/** The machine, and beside it the list of its cabinets with their stock. */
export function machineStatus(machine: MachineOverview, page: { cursor: number; limit: number }): MachineStatus {
  const cabinets = cabinetsOf(machine).map((cabinet): CabinetStock => cabinetStock(machine.machineNo, cabinet));
  const rows = cabinets.slice(page.cursor, page.cursor + page.limit);
  return { ...machineState(machine), ...listEnvelope(rows, page, cabinets.length) };
}

function cabinetStock(assetId: string, { cid, type, slots }: Cabinet): CabinetStock {
  return {
    assetId,
    cid,
    machineType: type,
    shelvesInfo: slots.map(({ locationId, slot }) => ({
      locationId,
      goodsId: String(slot.goods?.id ?? ''),
      goodsNumber: slot.goods?.number ?? '',
      goodsName: slot.goods?.name ?? '',
      price: slot.priceCents,
      stock: slot.forSale,
      capacity: slot.capacity,
      status: shelfState(slot),
      soldoutTime: soldOutText(slot),
    })),
  };
}

export const lineOf = ({ name, areaName, description, createdAt }: LedgerLine): Line => ({
  name,
  areaName,
  description,
  createTime: toSeconds(createdAt),
});

export const siteOf = (site: MachineAtSite): Site => ({
  deviceName: site.machineName,
  areaName: site.areaName,
  lineName: site.lineName,
  createTime: toSeconds(site.machineCreatedAt),
  siteId: String(site.siteId),
  siteName: site.siteName,
  address: site.address,
  assetId: site.machineNo,
  online: onlineNumber(site.online),
  shelfCount: site.slotCount,
  cidCount: site.cabinetCount,
  vender: site.vendor,
  fireware: site.firmware,
  vcs: site.vcsVersion,
});

/** The one place where a price is in yuan, as short as it goes: "1.5". */
export const goodsOf = (goods: ListedGoods): Goods => ({
  number: goods.number,
  name: goods.name,
  fullName: goods.fullName === '' ? goods.name : goods.fullName,
  typeName: goods.categoryTitle,
  price: String(goods.priceCents / 100),
  packingForm: goods.packing ?? packingForms.bottle,
  manufacturer: goods.manufacturer,
});
