import { Flex, Select, Table, Tag } from 'antd';
import { Link } from 'react-router';
import { type Answer, type Input, urlOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Paged } from '../../shared/paged.tsx';
import { ExportButton } from './export-button.tsx';
import { filtersOf } from './filters.tsx';
import { Nothing } from './nothing.tsx';
import { useText } from './text.ts';
import { TwoLines } from './two-lines.tsx';
import type { SalesQuery } from './use-sales-query.ts';
import { useSalesWords } from './words.ts';

type Asked = NonNullable<Input<'GET /trades'>['query']>;
type Trade = Answer<'GET /trades'>['items'][number];
type Delivery = Trade['deliver_state'];
type Refund = Trade['refund_state'];

/** The units that the sums are made of, the latest first. */
export function Trades({ query, period }: { query: SalesQuery; period: { from: string; to: string } }) {
  const text = useText();
  const format = useFormat();
  const { words, payStyle, delivery, refund, language } = useSalesWords();
  const cursor = query.get('cursor');
  const asked: Asked = {
    ...period,
    ...filtersOf(query),
    ...(query.get('delivery') && { delivery: query.get('delivery') as Delivery }),
    ...(query.get('refund') && { refund: query.get('refund') as Refund }),
  };
  const read = useRead('GET /trades', { query: { ...asked, limit: 50, ...(cursor && { cursor }) } }, { live: ['trade'] });
  const choose = (name: 'delivery' | 'refund', values: readonly string[], word: (value: never) => string) => (
    <Select
      allowClear
      style={{ width: 132 }}
      aria-label={text(name)}
      placeholder={text(name)}
      value={query.get(name)}
      onChange={(value?: string) => query.set({ [name]: value, cursor: undefined })}
      options={values.map((value) => ({ value, label: word(value as never) }))}
    />
  );
  return (
    <>
      <Flex wrap gap="small" justify="space-between" className="sales-bar no-print">
        <Flex wrap gap="small">
          {choose('delivery', ['dispensed', 'pending', 'failed', 'sold-out'], delivery)}
          {choose('refund', ['refunded', 'refunding', 'failed'], refund)}
        </Flex>
        <ExportButton urlOf={(as) => urlOf('GET /trades/export', { query: { ...asked, format: as, language } })} />
      </Flex>
      <Paged read={read} empty={<Nothing>{text('noTrades')}</Nothing>} cursor={cursor} go={(to) => query.set({ cursor: to })}>
        {(items) => (
          <Table<Trade>
            className="panel"
            size="small"
            rowKey="id"
            dataSource={items}
            loading={read.isPlaceholderData}
            pagination={false}
            scroll={{ x: 1000 }}
            columns={[
              { title: words.time, dataIndex: 'created_at', render: format.time, width: 108 },
              {
                title: words.machine,
                width: 140,
                render: (_, { machine_id, machine_name, machine_no, site_name }) => (
                  <TwoLines below={[machine_no, site_name].filter(Boolean).join(' · ')}>
                    <Link to={`/machines/${machine_id}`}>{machine_name || machine_no}</Link>
                  </TwoLines>
                ),
              },
              { title: words.slot, dataIndex: 'slot_name', width: 68 },
              {
                title: words.goods,
                render: (_, { goods_name, goods_number }) => <TwoLines below={goods_number}>{goods_name || '–'}</TwoLines>,
              },
              {
                ...{ title: words.amount, align: 'right', className: 'number', width: 104 },
                render: (_, { quantity, price_cents }) => (
                  <TwoLines below={`${format.number(quantity)} × ${format.money(price_cents)}`}>
                    {format.money(quantity * price_cents)}
                  </TwoLines>
                ),
              },
              { title: words['pay-style'], dataIndex: 'pay_style', render: payStyle, width: 100 },
              {
                title: words.channel,
                dataIndex: 'channel_name',
                render: (name: string) => name || words.machineItself,
                width: 104,
              },
              {
                title: words.delivery,
                width: 116,
                render: (_, { deliver_state, refund_state, refund_cents }) => (
                  <TwoLines
                    below={[refund(refund_state), refund_cents > 0 && format.money(refund_cents)].filter(Boolean).join(' ')}
                  >
                    <Tag color={deliveryColour[deliver_state]}>{delivery(deliver_state)}</Tag>
                  </TwoLines>
                ),
              },
              {
                ...{ title: words.order, width: 124 },
                render: (_, { order_id, order_no }) => (
                  <span style={{ overflowWrap: 'anywhere' }}>
                    {order_id === null ? order_no : <Link to={`/orders/${order_id}`}>{order_no}</Link>}
                  </span>
                ),
              },
            ]}
          />
        )}
      </Paged>
    </>
  );
}

const deliveryColour: Record<Delivery, string> = { dispensed: 'green', pending: 'gold', failed: 'red', 'sold-out': 'red' };
