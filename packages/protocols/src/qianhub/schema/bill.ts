import { type Static, type TSchema, Type } from 'typebox';
import { Id, Quantity, Text, Time, Yuan } from './values.ts';

/** Missing in some of the vendor's own samples, or null. */
const mayLack = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

/** 菜品信息 */
export const Goods = Type.Object({
  goods_id: Id,
  goods_name: Text,
  goods_sn: Text,
  product_type_id: Id,
  product_type_name: Text,
  goods_group_id: Id,
  goods_group_name: Text,
  goods_group_sn: mayLack(Text),
  goods_subgroup_id: Id,
  goods_subgroup_name: Text,
  goods_subgroup_sn: mayLack(Text),
  unit_type_id: Id,
  unit_type_name: Text,
});
export type Goods = Static<typeof Goods>;

const detailFields = {
  detail_id: Id,
  goods: Goods,
  /** See `tags` of the dictionaries. */
  tags: Type.Array(Text),
  origin_price: Yuan,
  current_price: Yuan,
  real_amount: mayLack(Yuan),
  quantity: Quantity,
  void_quantity: Quantity,
  weight: Quantity,
  staff_id: Id,
  staff_name: Text,
  remark: mayLack(Text),
};

/** 点菜: a line of an order. Ways of cooking and ingredients hang below it as its children. */
export interface Detail extends Static<Type.TObject<typeof detailFields>> {
  children: Detail[];
}
export const Detail = Type.Cyclic(
  { Detail: Type.Object({ ...detailFields, children: Type.Array(Type.Ref('Detail')) }) },
  'Detail',
);

/** 订单: a table's order; a bill has one or more. */
export const BillOrder = Type.Object({
  order_id: Id,
  order_name: Text,
  order_sn: Text,
  person_count: Id,
  table_id: Id,
  order_amount: Yuan,
  goods_amount: Yuan,
  surcharge: Yuan,
  mincharge: Yuan,
  discount: Yuan,
  promotion: Yuan,
  voucher: Yuan,
  details: Type.Array(Detail),
});

/** 支付方式: `value` is what was given, `change` what went back, `unreal` the part that is no money (虚收). */
export const Payment = Type.Object({
  payment_type_id: Id,
  payment_type_name: Text,
  payment_type_sn: Text,
  value: Yuan,
  change: Yuan,
  unreal: Yuan,
});
export type Payment = Static<typeof Payment>;

/** 活动减免: `value` is negative. */
export const Promotion = Type.Object({
  promotion_id: Id,
  promotion_name: Text,
  promotion_type_id: Id,
  promotion_type_name: Text,
  value: Yuan,
});

/** 折扣: `value` is negative. */
export const Discount = Type.Object({ discount_id: Id, discount_name: Text, value: Yuan });

/**
 * `json` of cashier.finish (已结账的账单). Amounts in yuan. A bill may come again after a reversal (反结账): bill_id stays and undo_index
 * grows. Brand and shop may be left out by a register: whoever serves the bill names them.
 */
export const Bill = Type.Object({
  brand_id: mayLack(Id),
  brand_name: mayLack(Text),
  shop_id: mayLack(Id),
  shop_name: mayLack(Text),
  sn: Text,
  bill_id: Id,
  amount: Yuan,
  real_amount: Yuan,
  goods_amount: Yuan,
  order_amount: Yuan,
  paid: Yuan,
  surcharge: Yuan,
  mincharge: Yuan,
  discount: Yuan,
  promotion: Yuan,
  rounding: Yuan,
  cashier_staff_id: Id,
  cashier_staff_name: Text,
  undo_index: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }),
  orders: Type.Array(BillOrder),
  payments: Type.Array(Payment),
  promotions: Type.Array(Promotion),
  discounts: Type.Array(Discount),
  create_on: Time,
  cashier_on: Time,
});
export interface Bill extends Omit<Static<typeof Bill>, 'orders'> {
  orders: (Omit<Static<typeof BillOrder>, 'details'> & { details: Detail[] })[];
}
