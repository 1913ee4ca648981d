import { type Static, type TSchema, Type } from 'typebox';
import { orderStates, payStates, pickTypes, shipTypes } from './dictionaries.ts';
import { Id, Quantity, Text, Time, Yuan } from './values.ts';

const mayLack = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

/** An id of the channel's or the partner's: a number or a text, as they have it. */
const ForeignId = Type.Union([Id, Text]);

export const TakeOutDetail = Type.Object({
  id: Id,
  order: Id,
  partnerGoods: mayLack(ForeignId),
  partnerGoodsName: mayLack(Text),
  partnerGoodsSN: mayLack(Text),
  channelGoods: mayLack(ForeignId),
  channelGoodsName: Text,
  unitName: Text,
  price: Yuan,
  quantity: Quantity,
  boxPrice: Yuan,
  boxQuantity: Quantity,
  bagName: Text,
  createon: Time,
});

/**
 * `json` of waimai.order (外卖账单), as the vendor published it after the document that has it as a TODO. Amounts in yuan; `order` is
 * unique; guest.count is -1 where it is not known.
 */
export const TakeOut = Type.Object({
  order: Id,
  sn: Text,
  /** MT Meituan, EL Eleme, or another's name. */
  channel: Text,
  channelOrder: ForeignId,
  isPrepared: Type.Boolean(),
  amount: Yuan,
  guest: Type.Object({ name: Text, address: Text, phone: Text, count: Id }),
  payState: Type.Enum(payStates),
  orderState: Type.Enum(orderStates),
  shipType: Type.Enum(shipTypes),
  details: Type.Array(TakeOutDetail),
  promotions: Type.Array(Type.Unknown()),
  extra: Type.Object({
    goodsAmount: Yuan,
    boxAmount: Yuan,
    pickType: Type.Enum(pickTypes),
    channelShare: Yuan,
    channelPromotion: Yuan,
    partnerReceive: Yuan,
    partnerPromotion: Yuan,
    partnerShipFee: Yuan,
    onlinePaid: Yuan,
    shipFee: Yuan,
    hasInvoice: Type.Boolean(),
    partner: mayLack(ForeignId),
    partnerMch: mayLack(ForeignId),
    channelMch: mayLack(ForeignId),
  }),
  createon: Time,
});
export type TakeOut = Static<typeof TakeOut>;
