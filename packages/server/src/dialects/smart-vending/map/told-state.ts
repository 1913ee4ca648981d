import {
  type CabinetStock,
  FieldError,
  type Fields,
  fromSeconds,
  type Goods,
  type MachineState,
  onlineStates,
  optionalInteger,
  optionalNumber,
  optionalText,
  parseYuan,
  readText,
  type Site,
  shelfStates,
} from '@polyvend/protocols/smart-vending';
import type { MachineOverview } from '../../../ledger/machines/list-machine-overviews.ts';
import type { ForeignCabinet } from '../../../ledger/upstream/put-foreign-cabinets.ts';
import type { ForeignGoods } from '../../../ledger/upstream/put-foreign-goods.ts';
import type { ForeignMachine } from '../../../ledger/upstream/put-foreign-machine.ts';
import type { ForeignSlotState, ForeignStatus } from '../../../ledger/upstream/record-foreign-status.ts';
import { kindOfNumber, toldGoods, toldSite, toldText } from './told-machine.ts';
import { faultOfText } from './told-status.ts';

// Answers of another platform: nothing is taken for granted but that they are JSON. Fields that are wrong throw FieldError.

export const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const within = (fields: Fields, name: string): Fields => (isRecord(fields[name]) ? fields[name] : {});
const rowsOf = (fields: Fields, name: string): Fields[] =>
  Array.isArray(fields[name]) ? (fields[name] as unknown[]).filter(isRecord) : [];
const text = (fields: Fields, name: string): string => optionalText(fields, name, { max: 1024 }) ?? '';

/** §11: yuan, the one place of this wire. */
export function toldGoodsRow(row: Fields): ForeignGoods {
  const field = (name: keyof Goods) => text(row, name);
  const priceCents = field('price') === '' ? undefined : parseYuan(field('price'));
  return {
    number: readText(row, 'number', { max: 128 }),
    name: field('name') || field('number'),
    fullName: toldText(field('fullName')),
    manufacturer: toldText(field('manufacturer')),
    packing: optionalInteger(row, 'packingForm', { min: 0, max: 4 }),
    priceCents,
  };
}

/** §9.1 */
export const toldLineRow = (row: Fields) => ({
  name: readText(row, 'name', { max: 128 }),
  area: toldText(text(row, 'areaName')),
  description: toldText(text(row, 'description')),
});

type ToldMachine = Omit<ForeignMachine, 'merchantId' | 'upstreamIntegrationId' | 'cause'>;

/** §9.2 */
export function toldSiteRow(row: Fields): ToldMachine {
  const field = (name: keyof Site) => text(row, name);
  const siteName = field('siteName');
  return {
    machineNo: readText(row, 'assetId', { max: 128 }),
    name: toldText(field('deviceName')),
    vendor: toldText(field('vender')),
    site:
      siteName === ''
        ? undefined
        : {
            number: toldText(field('siteId')),
            name: siteName,
            line: toldText(field('lineName')),
            area: toldText(field('areaName')),
            address: toldText(field('address')),
          },
  };
}

/** §6.1: one of the list of all machines. */
export function toldState(row: Fields): {
  machine: ToldMachine;
  status: Omit<ForeignStatus, 'merchantId' | 'upstreamIntegrationId' | 'saidAt'>;
} {
  const field = (name: keyof MachineState) => text(row, name);
  const machineNo = readText(row, 'assetId', { max: 128 });
  const router = within(row, 'routerInfo');
  const [info, region, line] = [within(router, 'info'), within(router, 'region'), within(row, 'lines')];
  const [longitude, latitude] = [optionalNumber(region, 'lon'), optionalNumber(region, 'lat')];
  const online = optionalInteger(router, 'online', { min: 0, max: 1 });
  const site = toldSite(field('siteName'), text(line, 'name'));
  return {
    machine: { machineNo, vendor: toldText(field('vender')), site: site && { ...site, area: toldText(field('areaName')) } },
    status: {
      machineNo,
      online: online === undefined ? undefined : online === onlineStates.online,
      condition: {
        firmware: toldText(text(router, 'version')),
        vcsVersion: toldText(text(router, 'vcs')),
        modem: isRecord(router.info)
          ? { net: text(info, 'net'), phone: text(info, 'phone'), iccid: text(info, 'iccid'), ip: text(info, 'ip') }
          : undefined,
        region: longitude === undefined || latitude === undefined ? undefined : { longitude, latitude },
        faults: toldFaults(within(row, 'vendingInfo')),
      },
    },
  };
}

const toldFaults = (vending: Fields) =>
  Array.isArray(vending.faultInfo)
    ? rowsOf(vending, 'faultInfo').map((fault) => ({ cabinet: '', fault: faultOfText(text(fault, 'name')) }))
    : undefined;

/** This list of faults does not tell their cabinets: when they are those that are known, it says nothing new. */
export function sameFaults(
  told: readonly { fault: string }[] | undefined,
  known: MachineOverview['condition']['faults'],
): boolean {
  const names = (faults: readonly { fault: string }[]) => faults.map(({ fault }) => fault).sort();
  return told === undefined || names(told).join() === names(known).join();
}

/** The cabinets with their stock, which router/status tells of one machine; undefined where it does not. */
export function toldStock(
  answer: Fields,
  assetId: string,
): { cabinets: ForeignCabinet[]; slots: ForeignSlotState[] } | undefined {
  const rows = rowsOf(answer, 'list').filter((row) => Array.isArray(row.shelvesInfo));
  if (rows.length === 0) return undefined;
  const slots: ForeignSlotState[] = [];
  const cabinets = rows.map((row): ForeignCabinet => {
    const cid = (name: keyof CabinetStock) => text(row, name);
    const name = cid('cid') || assetId;
    return {
      name,
      kind: kindOfNumber(optionalInteger(row, 'machineType') ?? 0),
      slots: rowsOf(row, 'shelvesInfo').map((shelf) => {
        const code = readText(shelf, 'locationId', { max: 64 });
        const soldOutAt = optionalInteger(shelf, 'soldoutTime', { min: 0, max: 9_999_999_999 });
        slots.push({
          cabinet: name,
          code,
          soldOut: text(shelf, 'status') === shelfStates.soldOut,
          soldOutAt: soldOutAt ? fromSeconds(soldOutAt) : undefined,
        });
        return {
          code,
          goods: toldGoods({ id: text(shelf, 'goodsId'), number: text(shelf, 'goodsNumber'), name: text(shelf, 'goodsName') }),
          priceCents: optionalInteger(shelf, 'price', { min: 0 }),
          capacity: optionalInteger(shelf, 'capacity', { min: 0 }),
          onHand: optionalInteger(shelf, 'stock', { min: 0 }),
        };
      }),
    };
  });
  return { cabinets, slots };
}

/** The rows of an answer: a bare array, or in the list envelope. */
export function rowsOfAnswer(answer: unknown): Fields[] {
  const rows: unknown = Array.isArray(answer) ? answer : isRecord(answer) ? answer.list : undefined;
  if (!Array.isArray(rows)) throw new FieldError('list', 'is missing');
  return rows.filter(isRecord);
}
