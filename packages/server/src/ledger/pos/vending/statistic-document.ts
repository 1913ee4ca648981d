import { yuan } from './bill-document.ts';
import type { BookingLine } from './booking-lines.ts';
import { paymentSectionOf } from './payment-code.ts';

interface Row {
  key: string;
  item: string;
  count: number;
  amount: number;
  subdetail: Row[];
}

/** Sums of bookings as a handover and a day end show them: every row of the form, at zero too. */
export function statisticDocument(sums: readonly BookingLine[]) {
  const of = (part: BookingLine['part']) => sums.filter((line) => line.part === part);
  const bills = total('', '', of('bill'));
  const payments = Map.groupBy(of('payment'), ({ key }) => paymentSectionOf(Number(key)));
  const goods = of('goods');
  const surcharge = total('surcharge', '服务费', of('surcharge'));
  const promotion = total('promotion', '促销优惠', of('promotion'));
  const sold = total('goodsSubGroup', '菜品销售', goods);
  const average = (bills.count > 0 ? bills.amount / bills.count : 0).toFixed(2);
  return {
    summary: [
      { key: 'order', item: '开台数', value: String(bills.count) },
      { key: 'person', item: '就餐人数', value: String(bills.count) },
      { key: 'avgOfPerson', item: '人均消费', value: average },
      { key: 'avgOfOrder', item: '桌均消费', value: average },
      { key: 'turnRate', item: '翻台率', value: '0.00%' },
      { key: 'personRate', item: '上座率', value: '0.00%' },
      { key: 'bill', item: '收银单数', value: String(bills.count) },
    ],
    detail: [
      ...[
        total('cash', '现金', payments.get('cash')),
        total('card', '银行卡', payments.get('card')),
        total('tenpay', '微信', payments.get('tenpay')),
        total('alipay', '支付宝', payments.get('alipay')),
        withNames(total('voucher', '代金券实收', payments.get('voucher')), payments.get('voucher')),
        total('debit', '挂单', payments.get('debit')),
        withNames(total('custom', '自定义实收', payments.get('custom')), payments.get('custom')),
      ],
      total('cashierSum', '合计', of('payment')),
    ],
    waive: [
      zero('discount', '折扣'),
      promotion,
      zero('waive', '免单'),
      zero('point', '积分抵现'),
      zero('free', '赠送'),
      zero('change', '改价'),
      zero('rounding', '抹零'),
      zero('unrealVoucher', '代金券虚收'),
      zero('unrealCustom', '自定义虚收'),
      total('waiveSum', '合计', of('promotion')),
    ],
    sale: [
      sold,
      surcharge,
      zero('mincharge', '低消差'),
      zero('tax', '消费税'),
      zero('extra', '不找赎'),
      total('saleSum', '合计', [...goods, ...of('surcharge').map((line) => ({ ...line, count: 0 }))]),
    ],
    member: [
      zero('charge', '充值实收'),
      zero('gift', '充值赠送'),
      zero('realstorevalue', '抵扣实收'),
      zero('giftstorevalue', '抵扣赠送'),
      zero('point', '积分抵现'),
    ],
    goods: [
      // A good has one category here: the large one and the small are the same.
      ...goods.map((line) => {
        const row = total(line.key, line.key, [line]);
        return { ...row, subdetail: [row] };
      }),
      total('expectValue', '合计', goods),
    ],
    waimai: of('channel').map((line) => total(line.key, line.key, [line])),
    waimaiGoods: of('channel-goods').map((line) => total(line.key, line.key, [line])),
  };
}

function total(key: string, item: string, lines: readonly BookingLine[] = []): Row {
  const count = lines.reduce((sum, line) => sum + line.count, 0);
  const cents = lines.reduce((sum, line) => sum + line.amountCents, 0);
  return { key, item, count, amount: yuan(cents), subdetail: [] };
}

const zero = (key: string, item: string): Row => total(key, item);

function withNames(row: Row, lines: readonly BookingLine[] = []): Row {
  return { ...row, subdetail: lines.map((line) => total(line.name, line.name, [line])) };
}
