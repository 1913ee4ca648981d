import { type Bill, type Detail, paymentTypes, yuanOf } from '@polyvend/protocols/qianhub';
import { pick, type Random } from '../shared/random.ts';
import { type Dish, menu, tills } from './menu.ts';

export interface Sale {
  billId: number;
  sn: string;
  /** `YYYY-MM-DD HH:mm:ss` */
  at: string;
  staff: { id: number; name: string };
  random: Random;
}

/** A table's bill: a few dishes, one of them now and then with a discount of ten per cent, paid in one piece. */
export function makeBill({ billId, sn, at, staff, random }: Sale): Bill {
  const details = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, n) =>
    detailOf(billId * 100 + n, pick(random, menu) ?? menu[0], 1 + Math.floor(random() * 3), staff),
  );
  const goodsFen = details.reduce((sum, { real_amount }) => sum + Math.round((real_amount ?? 0) * 100), 0);
  const discountFen = random() < 0.2 ? Math.round(goodsFen / 10) : 0;
  const amount = yuanOf(goodsFen - discountFen);
  const goods_amount = yuanOf(goodsFen);
  const discount = discountFen === 0 ? 0 : yuanOf(-discountFen);
  const none = { surcharge: 0, mincharge: 0, promotion: 0 };
  const order = {
    order_id: billId * 10,
    order_name: `A${String(1 + Math.floor(random() * 40)).padStart(2, '0')}`,
    order_sn: sn,
    person_count: 1 + Math.floor(random() * 6),
    table_id: 1 + Math.floor(random() * 40),
  };
  return {
    ...none,
    sn,
    bill_id: billId,
    amount,
    real_amount: amount,
    goods_amount,
    order_amount: amount,
    paid: amount,
    discount,
    rounding: 0,
    cashier_staff_id: staff.id,
    cashier_staff_name: staff.name,
    undo_index: 0,
    orders: [{ ...none, ...order, order_amount: amount, goods_amount, discount, voucher: 0, details }],
    payments: [paymentOf((pick(random, tills) ?? tills[0]).id, amount)],
    promotions: [],
    discounts: discountFen === 0 ? [] : [{ discount_id: 34, discount_name: '9折', value: discount }],
    create_on: at,
    cashier_on: at,
  };
}

/** The same bill after a reversal (反结账): everything was given back and paid back. */
export function refundBill(bill: Bill, at: string): Bill {
  const nothing = { amount: 0, real_amount: 0, goods_amount: 0, order_amount: 0, paid: 0, discount: 0 };
  const orders = bill.orders.map((order) => ({
    ...order,
    order_amount: 0,
    goods_amount: 0,
    discount: 0,
    details: order.details.map((detail) => ({ ...detail, real_amount: 0, void_quantity: detail.quantity, tags: ['return'] })),
  }));
  return { ...bill, ...nothing, orders, payments: [], discounts: [], undo_index: bill.undo_index + 1, cashier_on: at };
}

function detailOf(detail_id: number, dish: Dish, quantity: number, staff: Sale['staff']): Detail {
  const price = yuanOf(dish.priceFen);
  return {
    detail_id,
    goods: {
      goods_id: dish.goods_id,
      goods_name: dish.goods_name,
      goods_sn: dish.goods_sn,
      product_type_id: 1,
      product_type_name: '普通',
      goods_group_id: menu.findIndex(({ group }) => group === dish.group) + 1,
      goods_group_name: dish.group,
      goods_subgroup_id: menu.findIndex(({ subgroup }) => subgroup === dish.subgroup) + 1,
      goods_subgroup_name: dish.subgroup,
      unit_type_id: 36,
      unit_type_name: '份',
    },
    tags: [],
    origin_price: price,
    current_price: price,
    real_amount: yuanOf(dish.priceFen * quantity),
    quantity,
    void_quantity: 0,
    weight: 1,
    staff_id: staff.id,
    staff_name: staff.name,
    children: [],
  };
}

function paymentOf(id: (typeof tills)[number]['id'], value: number) {
  const { sn, name } = paymentTypes[id];
  return { payment_type_id: id, payment_type_name: name, payment_type_sn: sn, value, change: 0, unreal: 0 };
}
