/** What the shop sells, in fen. */
export const menu = [
  { goods_id: 670, goods_name: '蝴蝶虾', goods_sn: '9001293', group: '海鲜', subgroup: '海鲜类', priceFen: 5_200 },
  { goods_id: 429, goods_name: '回鱼', goods_sn: '9000974', group: '海鲜', subgroup: '鱼类', priceFen: 6_350 },
  { goods_id: 31, goods_name: '肥牛', goods_sn: '9000031', group: '肉', subgroup: '肉类', priceFen: 4_880 },
  { goods_id: 12, goods_name: '王老吉', goods_sn: '9000012', group: '酒水', subgroup: '饮料', priceFen: 650 },
  { goods_id: 7, goods_name: '餐具', goods_sn: '9000007', group: '餐具', subgroup: '餐具&茶位', priceFen: 1_000 },
] as const;

export type Dish = (typeof menu)[number];

/** How it is paid: payment_type_id of the wire, and the row of a statistic in which it stands. */
export const tills = [
  { id: 1, row: 'cash' },
  { id: 2, row: 'card' },
  { id: 4, row: 'alipay' },
  { id: 5, row: 'tenpay' },
] as const;
