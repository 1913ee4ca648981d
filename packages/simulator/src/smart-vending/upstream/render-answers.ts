import {
  type CabinetStock,
  deliverStatuses,
  faultGroups,
  faults,
  type Goods,
  type Line,
  type MachineState,
  onlineStates,
  type Site,
  shelfStates,
  type Trade,
  toSeconds,
  withSign,
  yuan,
} from '@polyvend/protocols/smart-vending';
import { secondsOf } from './render-pushes.ts';
import type { UpstreamGoods, UpstreamLine, UpstreamMachine, UpstreamShelf, UpstreamTrade } from './state.ts';

const vender = 'upstream';
const firmware = 'IHv3.0.16';
const vcs = 'v2.0';
const online = ({ condition }: UpstreamMachine) => (condition.online ? onlineStates.online : onlineStates.offline);

/** @param nonce the platform's, so that a seed makes the same list. */
export const tradeItem = (trade: UpstreamTrade, nonce: string, key: string): Trade =>
  withSign(
    {
      gwId: `gw${trade.machine.assetId}`,
      orderNo: trade.orderNo,
      tradeNo: trade.machineTradeNo,
      deviceId: `d${trade.machine.assetId}`,
      siteId: trade.machine.site.id,
      lineId: trade.machine.line.name,
      lineName: trade.machine.line.name,
      locationId: trade.shelf.locationId,
      assetId: trade.machine.assetId,
      machineType: trade.machine.type,
      cid: trade.machine.assetId,
      goodsId: trade.shelf.goods.id,
      goodsName: trade.shelf.goods.name,
      goodsNumber: trade.shelf.goods.number,
      type: trade.shelf.goods.typeId,
      typeName: trade.shelf.goods.typeName,
      deliverStatus: deliverStatuses[trade.deliver].list,
      notice_ts: toSeconds(trade.createdAt),
      recv_ts: toSeconds(trade.createdAt),
      exec_ts: secondsOf(trade.executedAt),
      price: trade.price,
      price_1: trade.shelf.goods.price,
      payStatus: 1,
      count: 1,
      cost: trade.price,
      payTime: toSeconds(trade.createdAt),
      createTime: toSeconds(trade.createdAt),
      traCreateTime: toSeconds(trade.createdAt),
      refundTime: secondsOf(trade.refundedAt),
      refundOrderNo: trade.refund === 0 ? '' : `R${trade.orderNo}`,
      refundFee: trade.refund === 0 ? 0 : trade.price,
      refundStatus: trade.refund,
      refundTradeNo: trade.refund === 2 ? `RT${trade.paymentNo}` : '',
      payStyle: String(trade.payStyle),
      transaction_id: trade.paymentNo,
      nonce_str: nonce,
    },
    key,
  );

const shelfStatus = ({ soldoutAt }: UpstreamShelf) => ({
  status: soldoutAt ? shelfStates.soldOut : shelfStates.normal,
  soldoutTime: soldoutAt ? String(toSeconds(soldoutAt)) : '',
});

export const machineState = (machine: UpstreamMachine, now: Date): MachineState => ({
  assetId: machine.assetId,
  vender,
  lines: { name: machine.line.name, info: machine.line.description },
  areaName: machine.line.areaName,
  siteName: machine.site.name,
  routerInfo: {
    version: firmware,
    vcs,
    info: { net: 'WIFI', phone: '15131157073', iccid: `8986${machine.assetId}`, ip: '' },
    region: { lon: String(machine.longitude), lat: String(machine.latitude) },
    online: online(machine),
  },
  vendingInfo: {
    shelvesInfo: machine.shelves.map((shelf) => ({
      locationId: shelf.locationId,
      goodsName: shelf.goods.name,
      number: shelf.goods.number,
      ...shelfStatus(shelf),
    })),
    faultInfo: machine.condition.faults.map((name) => ({
      name: `${faultGroups[faults[name].group]} ${faults[name].text}`,
      time: String(toSeconds(now)),
    })),
  },
});

export const cabinetStock = (machine: UpstreamMachine): CabinetStock => ({
  assetId: machine.assetId,
  cid: machine.assetId,
  machineType: machine.type,
  shelvesInfo: machine.shelves.map((shelf) => ({
    locationId: shelf.locationId,
    goodsId: shelf.goods.id,
    goodsNumber: shelf.goods.number,
    goodsName: shelf.goods.name,
    price: shelf.goods.price,
    stock: shelf.stock,
    capacity: shelf.capacity,
    ...shelfStatus(shelf),
  })),
});

export const lineItem = ({ name, areaName, description }: UpstreamLine, createdAt: Date): Line => ({
  name,
  areaName,
  description,
  createTime: toSeconds(createdAt),
});

export const siteItem = (machine: UpstreamMachine): Site => ({
  deviceName: machine.name,
  areaName: machine.line.areaName,
  lineName: machine.line.name,
  createTime: toSeconds(machine.createdAt),
  siteId: machine.site.id,
  siteName: machine.site.name,
  address: machine.site.address,
  assetId: machine.assetId,
  online: online(machine),
  shelfCount: machine.shelves.length,
  cidCount: 1,
  vender,
  fireware: firmware,
  vcs,
});

export const goodsItem = ({ number, name, fullName, typeName, price, packingForm, manufacturer }: UpstreamGoods): Goods => ({
  number,
  name,
  fullName,
  typeName,
  price: yuan(price),
  packingForm,
  manufacturer,
});
