import { readFileSync } from 'node:fs';

/** A plain object to be changed by a test. */
// biome-ignore lint/suspicious/noExplicitAny: tests put anything anywhere in it
export type Sample = any;

const file = new URL('../../vectors/qianhub.json', import.meta.url);
const { samples } = JSON.parse(readFileSync(file, 'utf8')) as { samples: { shops: Sample; bill: Sample; handover: Sample } };

/** As the document prints them; each call makes new ones. The day end and the take-out order are made by its words: it prints none. */
export const sampleShops = (): Sample => structuredClone(samples.shops);
export const sampleBill = (): Sample => structuredClone(samples.bill);
export const sampleHandover = (): Sample => structuredClone(samples.handover);

export function sampleDayEnd(): Sample {
  const handover = sampleHandover();
  return { ...handover, boh_type: 'dayend.stat', json: { businessDay: '2018-07-29', ...handover.json } };
}

export function sampleTakeOut(): Sample {
  return {
    shop_id: 10,
    staff_id: 1436,
    staff_name: '王店',
    boh_type: 'waimai.order',
    json: {
      order: 5539576104999,
      sn: '201807280009',
      channel: 'MT',
      channelOrder: '27038871224365123',
      isPrepared: true,
      amount: 45.5,
      guest: { name: '张先生', address: '深圳市南山区', phone: '13800000000', count: -1 },
      payState: 'PayOnline',
      orderState: 'Completed',
      shipType: 'MeituanZB',
      details: [
        {
          id: 1,
          order: 5539576104999,
          partnerGoods: 670,
          partnerGoodsName: '蝴蝶虾',
          partnerGoodsSN: '9001293',
          channelGoods: 'mt-1',
          channelGoodsName: '蝴蝶虾',
          unitName: '份',
          price: 40,
          quantity: 1,
          boxPrice: 1,
          boxQuantity: 1,
          bagName: '1号口袋',
          createon: '2018-07-28 12:00:00',
        },
      ],
      promotions: [],
      extra: {
        goodsAmount: 40,
        boxAmount: 1,
        pickType: 'Normal',
        channelShare: 4.55,
        channelPromotion: 0,
        partnerReceive: 40.95,
        partnerPromotion: 0,
        partnerShipFee: 0,
        onlinePaid: 45.5,
        shipFee: 4.5,
        hasInvoice: false,
        partner: 1,
        partnerMch: 2,
        channelMch: '3',
      },
      createon: '2018-07-28 12:00:00',
    },
  };
}
