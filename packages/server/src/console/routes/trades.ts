import { type Static, Type } from 'typebox';
import { type BrowsedTrade, browseTrades } from '../../ledger/sales/browse-trades.ts';
import { periodOf } from '../../ledger/sales/period.ts';
import { readPages } from '../export/read-pages.ts';
import { type TableColumn, writeTable } from '../export/write-table.ts';
import { type Call, reading, type Shape } from '../route.ts';
import { Cents, Id, limitOf, Nullable, PageOf, PageQuery, pageOf, Time } from '../shapes.ts';
import { toWire } from '../to-wire.ts';
import { wordPayStyle } from '../words/pay-styles.ts';
import { salesWords, wordDelivery, wordFile, wordRefund } from '../words/sales.ts';
import {
  clockFaces,
  Day,
  ExportQuery,
  FilterQuery,
  filterOf,
  listOf,
  Many,
  moneyDigitsOf,
  PayStyleIn,
  requirePeriod,
} from './sales-shapes.ts';
import { cursorAt, readCursor } from './time-cursor.ts';

const DeliverState = Type.Enum(['pending', 'dispensed', 'sold-out', 'failed']);
const RefundState = Type.Enum(['none', 'refunding', 'refunded', 'failed']);

const TradeView = Type.Object({
  ...{ id: Id, created_at: Time, machine_id: Id, machine_no: Type.String(), machine_name: Type.String() },
  ...{
    order_id: Nullable(Id),
    order_no: Type.String(),
    channel_name: Type.String({ description: 'Empty: the machine itself sold it' }),
  },
  ...{ slot_name: Type.String(), goods_id: Nullable(Id), goods_number: Type.String(), goods_name: Type.String() },
  ...{ site_name: Type.String(), quantity: Type.Integer(), price_cents: Cents, pay_style: PayStyleIn },
  ...{ pay_status: Type.Enum(['waiting', 'paid', 'failed']), deliver_state: DeliverState, executed_at: Nullable(Time) },
  ...{ refund_state: RefundState, refund_cents: Cents, refunded_at: Nullable(Time), refill_id: Nullable(Id) },
});

const TradesAsked = {
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  ...FilterQuery,
  delivery: Many(DeliverState),
  refund: Many(RefundState),
};
const Asked = Type.Object(TradesAsked);

async function tradesOf(
  { ledger, merchantId, caller, query }: Pick<Call<Shape>, 'ledger' | 'merchantId' | 'caller'> & { query: Static<typeof Asked> },
  page: { cursor?: string | undefined; limit: number },
): Promise<BrowsedTrade[]> {
  requirePeriod(query);
  const place = readCursor(page.cursor);
  const [deliverStates, refundStates] = [listOf(query.delivery), listOf(query.refund)];
  return await browseTrades(ledger, {
    merchantId,
    ...(await periodOf(ledger, merchantId, query)),
    filter: { ...filterOf(query, caller), ...(deliverStates && { deliverStates }), ...(refundStates && { refundStates }) },
    after: place && { createdAt: place.at, id: place.id },
    limit: page.limit,
  });
}

const cursorOf = ({ createdAt, id }: BrowsedTrade): string => cursorAt({ at: createdAt, id });

const viewOf = (trade: BrowsedTrade): Static<typeof TradeView> => {
  const wire = toWire(trade);
  return Object.fromEntries(Object.keys(TradeView.properties).map((name) => [name, wire[name as keyof typeof wire]])) as Static<
    typeof TradeView
  >;
};

export const tradeRoutes = {
  'GET /trades': reading({
    summary: 'Units sold, the latest first',
    needs: 'sales.read',
    shape: { query: Type.Object({ ...TradesAsked, ...PageQuery }), answer: PageOf(TradeView) },
    async handle(call) {
      const limit = limitOf(call.query);
      const trades = await tradesOf(call, { cursor: call.query.cursor, limit: limit + 1 });
      const { items, next_cursor } = pageOf(trades, limit, cursorOf);
      return { items: items.map(viewOf), next_cursor };
    },
  }),

  'GET /trades/export': reading({
    summary: 'The same as a file, all of its rows',
    description: 'CSV or XLSX, with the heads and words of the language.',
    needs: 'sales.read',
    shape: { query: Type.Object({ ...TradesAsked, ...ExportQuery }), answer: Type.Unknown() },
    async handle(call) {
      const { format, language = 'en', from, to } = call.query;
      const pages = await readPages({ read: (page) => tradesOf(call, page), cursorOf });
      const { currency, timeZone } = call.caller.merchant;
      const words = salesWords[language];
      const face = clockFaces(timeZone);
      const columns: TableColumn<BrowsedTrade>[] = [
        { head: words.time, kind: 'time', of: ({ createdAt }) => face(createdAt) },
        { head: words.machineNo, kind: 'text', of: ({ machineNo }) => machineNo },
        { head: words.machine, kind: 'text', of: ({ machineName }) => machineName },
        { head: words.site, kind: 'text', of: ({ siteName }) => siteName },
        { head: words.slot, kind: 'text', of: ({ slotName }) => slotName },
        { head: words.goodsNo, kind: 'text', of: ({ goodsNumber }) => goodsNumber },
        { head: words.goods, kind: 'text', of: ({ goodsName }) => goodsName },
        { head: words.quantity, kind: 'count', of: ({ quantity }) => quantity },
        { head: words.price, kind: 'money', of: ({ priceCents }) => priceCents },
        { head: words.amount, kind: 'money', of: ({ quantity, priceCents }) => quantity * priceCents },
        { head: words['pay-style'], kind: 'text', of: ({ payStyle }) => wordPayStyle(payStyle, language) },
        { head: words.channel, kind: 'text', of: ({ channelName }) => channelName || words.machineItself },
        { head: words.delivery, kind: 'text', of: ({ deliverState }) => wordDelivery(deliverState, language) },
        { head: words.refund, kind: 'text', of: ({ refundState }) => wordRefund(refundState, language) },
        { head: words.refunded, kind: 'money', of: ({ refundCents }) => refundCents },
        { head: words.order, kind: 'text', of: ({ orderNo }) => orderNo },
      ];
      const name = wordFile('trades', [from, to], language);
      return writeTable({ name, columns, pages, moneyDigits: moneyDigitsOf(currency) }, format);
    },
  }),
};
