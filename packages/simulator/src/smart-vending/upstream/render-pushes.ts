import {
  deliverStatuses,
  doorStates,
  faultCodeLength,
  faultGroups,
  faults,
  mainCabinet,
  onlineStates,
  type PaySaleName,
  type PushFields,
  paySalesOf,
  payStyleOf,
  type ShelfPaySale,
  type Sold,
  shelfStates,
  toSeconds,
} from '@polyvend/protocols/smart-vending';
import type { UpstreamMachine, UpstreamTrade } from './state.ts';

export const secondsOf = (time: Date | undefined): number => (time === undefined ? 0 : toSeconds(time));
/** A time as pushes have it: text, '' when there is none. */
const textOf = (time: Date | undefined): string => (time === undefined ? '' : String(toSeconds(time)));

export const machinePush = (machine: UpstreamMachine): PushFields<'machine'> => ({
  name: machine.name,
  assetId: machine.assetId,
  siteName: machine.site.name,
  location: { longitude: machine.longitude, latitude: machine.latitude },
  lineName: machine.line.name,
  containers: [
    {
      cid: machine.assetId,
      type: machine.type,
      shelves: machine.shelves.map(({ locationId, goods, capacity }) => ({
        location_id: locationId,
        goods_id: goods.id,
        goods_name: goods.name,
        price: String(goods.price),
        Img: '',
        img: '',
        Imgmd5: '',
        imgmd5: '',
        capacity,
        valve: 3,
      })),
    },
  ],
});

export const tradePush = (trade: UpstreamTrade): PushFields<'trade'> => ({
  id: trade.id,
  assetId: trade.machine.assetId,
  orderNo: trade.orderNo,
  goodsId: trade.shelf.goods.id,
  goodsName: trade.shelf.goods.name,
  goodsNumber: trade.shelf.goods.number,
  locationId: trade.shelf.locationId,
  price: String(trade.price),
  type: trade.shelf.goods.typeId,
  typeName: trade.shelf.goods.typeName,
  payStyle: String(trade.payStyle),
  count: '1',
  payStatus: '1',
  payTime: textOf(trade.createdAt),
  cid: trade.machine.assetId,
  deliverStatus: String(deliverStatuses[trade.deliver].push),
  exec_ts: textOf(trade.executedAt),
  refundStatus: String(trade.refund),
  refundFee: String(trade.refund === 0 ? 0 : trade.price),
  refundTime: textOf(trade.refundedAt),
  tradeNo: trade.paymentNo,
  createTime: textOf(trade.createdAt),
});

export function statusPush({ assetId, site, line, condition, shelves }: UpstreamMachine): PushFields<'status'> {
  const flag = (value: boolean) => (value ? 1 : 0);
  return {
    assetId,
    siteName: site.name,
    lineName: line.name,
    vmcOnline: flag(condition.vmcOnline),
    online: condition.online ? onlineStates.online : onlineStates.offline,
    doorState: condition.doorOpen ? doorStates.open : doorStates.shut,
    isSale: flag(condition.selling),
    coin5Count: condition.coin5Count,
    coin10Count: condition.coin10Count,
    faultCode: Array.from({ length: faultCodeLength }, (_, index) => (index < condition.faults.length ? index + 1 : 0)),
    vendingFault: condition.faults.map((name) => ({
      cid: assetId,
      pcode: faultGroups[faults[name].group],
      ccode: faults[name].text,
    })),
    shelvesState: shelves.map(({ locationId, soldoutAt }) => ({
      cid: assetId,
      shelvesId: locationId,
      state: soldoutAt ? shelfStates.soldOut : shelfStates.normal,
      ...(soldoutAt && { soldoutTime: String(toSeconds(soldoutAt)) }),
    })),
    temperState: [
      {
        cid: mainCabinet,
        temperDetail: {
          engyOnT: '0:0',
          engyOffT: '0:0',
          lampOnT: '18:0',
          lampOffT: '6:0',
          cryTemUL: 10,
          cryTemDL: 6,
          heatTemUL: 60,
          heatTemDL: 50,
          leftRmTem: condition.temperature,
          rightRmTem: 11,
          leftRmRef: 1,
          rightRmRef: 0,
          leftRmHeat: 0,
          rightRmHeat: 0,
          lampNorOp: 1,
          lampAut: 0,
        },
      },
    ],
    versions: [
      { name: mainCabinet, type: '1', value: '339' },
      { name: mainCabinet, type: '2', value: '35' },
    ],
    fireware: 'IHv3.0.16',
    apps: [{ name: 'InBoxCore', version: '1.68.r4698' }],
  };
}

/** Paid, dispensed, not refunded nor refunding. */
export const counts = (trade: UpstreamTrade): boolean =>
  trade.deliver === 'dispensed' && trade.refund !== 1 && trade.refund !== 2;

/** @param trades the machine's since its last refill; `refilled` pieces by shelf. */
export function refillPush(
  machine: UpstreamMachine,
  trades: readonly UpstreamTrade[],
  refilled: ReadonlyMap<string, number>,
  at: Date,
): PushFields<'refill'> {
  const sales = trades.filter(counts);
  return {
    assetId: machine.assetId,
    siteName: machine.site.name,
    siteNumber: machine.site.number,
    lineName: machine.line.name,
    lastRefillTime: secondsOf(machine.refilledAt),
    refillTime: toSeconds(at),
    paySales: paySalesOf(byStyle(sales)),
    shelfPaySales: machine.shelves.map(
      ({ locationId, goods, stock }): ShelfPaySale => ({
        cid: machine.assetId,
        locationId,
        goodsId: goods.id,
        goodsName: goods.name,
        goodsNumber: goods.number,
        price: goods.price,
        stock,
        refillCount: refilled.get(locationId) ?? 0,
        paySales: paySalesOf(byStyle(sales.filter(({ shelf }) => shelf.locationId === locationId))),
      }),
    ),
  };
}

function byStyle(trades: readonly UpstreamTrade[]): Partial<Record<PaySaleName, Sold>> {
  const sold: Partial<Record<PaySaleName, Sold>> = {};
  for (const { payStyle, price } of trades) {
    const name = payStyleOf(payStyle)?.refill ?? 'other';
    const { sales, units } = sold[name] ?? { sales: 0, units: 0 };
    sold[name] = { sales: sales + price, units: units + 1 };
  }
  return sold;
}
