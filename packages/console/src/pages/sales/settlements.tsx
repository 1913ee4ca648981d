import { Button, Flex, Table } from 'antd';
import { type Answer, type Input, urlOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Loaded, Page } from '../../shared/page.tsx';
import { Paged } from '../../shared/paged.tsx';
import { Side } from '../../shared/side.tsx';
import { ExportButton } from './export-button.tsx';
import { Filters, filtersOf } from './filters.tsx';
import { Nothing } from './nothing.tsx';
import { PeriodPicker } from './period-picker.tsx';
import { useText } from './text.ts';
import { TwoLines } from './two-lines.tsx';
import { useSalesQuery } from './use-sales-query.ts';
import { useSalesWords } from './words.ts';
import './sales.css';

type Asked = NonNullable<Input<'GET /settlements'>['query']>;
type Head = Answer<'GET /settlements'>['items'][number];
type Settlement = Answer<'GET /settlements/{refill}'>;
type Slot = Settlement['slots'][number];
type StyleSales = Settlement['sales'][number];

/** What each refill settled: what was sold since the one before. */
export default function Settlements() {
  const text = useText();
  const format = useFormat();
  const { words, language, payStyle } = useSalesWords();
  const query = useSalesQuery();
  const [from, to, cursor] = [query.get('from'), query.get('to'), query.get('cursor')];
  const open = Number(query.get('open')) || undefined;
  const { machine, site } = filtersOf(query, ['machine', 'site']);
  const asked: Asked = { ...(from && { from }), ...(to && { to }), ...(machine && { machine }), ...(site && { site }) };
  const read = useRead('GET /settlements', { query: { ...asked, limit: 50, ...(cursor && { cursor }) } }, { live: ['refill'] });
  const change: typeof query.set = (changes) => query.set({ cursor: undefined, ...changes });
  return (
    <Page
      title={text('settlements')}
      extra={<ExportButton urlOf={(as) => urlOf('GET /settlements/export', { query: { ...asked, format: as, language } })} />}
    >
      <Flex wrap gap="small" className="sales-bar no-print">
        <PeriodPicker
          value={{ ...(from && { from }), ...(to && { to }) }}
          clearable
          onChange={(period) => change({ from: period.from, to: period.to })}
        />
        <Filters query={query} change={change} names={['machine', 'site']} styles={false} />
      </Flex>
      <Paged
        read={read}
        empty={<Nothing>{text('noSettlements')}</Nothing>}
        cursor={cursor}
        go={(to) => query.set({ cursor: to })}
      >
        {(items) => (
          <Table<Head>
            className="panel"
            size="small"
            rowKey="refill_id"
            dataSource={items}
            loading={read.isPlaceholderData}
            pagination={false}
            scroll={{ x: 940 }}
            columns={[
              {
                ...{ title: words.refill, width: 96 },
                render: (_, { refill_id }) => (
                  <Button type="link" size="small" style={{ padding: 0 }} onClick={() => query.set({ open: String(refill_id) })}>
                    {text('refillNo', { id: refill_id })}
                  </Button>
                ),
              },
              {
                ...{ title: words.settledAt, width: 180 },
                render: (_, { refilled_at, previous_at }) => (
                  <TwoLines below={`${words.since} ${previous_at === null ? text('first') : format.time(previous_at)}`}>
                    {format.time(refilled_at)}
                  </TwoLines>
                ),
              },
              {
                ...{ title: words.machine, width: 160 },
                render: (_, { machine_name, machine_no, site_name }) => (
                  <TwoLines below={[machine_no, site_name].filter(Boolean).join(' · ')}>{machine_name || machine_no}</TwoLines>
                ),
              },
              {
                title: words.filled,
                dataIndex: 'refilled',
                align: 'right',
                className: 'number',
                width: 92,
                render: format.number,
              },
              { title: words.units, dataIndex: 'units', align: 'right', className: 'number', width: 76, render: format.number },
              {
                title: words.amount,
                dataIndex: 'amount_cents',
                align: 'right',
                className: 'number',
                width: 112,
                render: format.money,
              },
              {
                title: words.byStyle,
                render: (_, { sales }) =>
                  sales.map((one) => `${payStyle(one.pay_style)} ${format.money(one.amount_cents)} (${one.units})`).join(', ') ||
                  '–',
              },
            ]}
          />
        )}
      </Paged>
      {open !== undefined && <OneSettlement refill={open} close={() => query.set({ open: undefined })} />}
    </Page>
  );
}

function OneSettlement({ refill, close }: { refill: number; close: () => void }) {
  const text = useText();
  const format = useFormat();
  const { words, payStyle } = useSalesWords();
  const read = useRead('GET /settlements/{refill}', { params: { refill } });
  const sumOf = (sales: readonly StyleSales[]) => ({
    units: sales.reduce((all, { units }) => all + units, 0),
    cents: sales.reduce((all, { amount_cents }) => all + amount_cents, 0),
  });
  return (
    <Side title={text('refillNo', { id: refill })} onClose={close} size={680}>
      <Loaded read={read}>
        {({ machine_no, previous_at, refilled_at, slots, sales }) => (
          <Flex vertical gap="middle">
            <dl className="facts">
              <div>
                <dt>{words.machineNo}</dt>
                <dd>{machine_no}</dd>
              </div>
              <div>
                <dt>{text('period')}</dt>
                <dd>
                  {text('settledFrom', {
                    from: previous_at === null ? text('first') : format.time(previous_at),
                    to: format.time(refilled_at),
                  })}
                </dd>
              </div>
              <div>
                <dt>{words.total}</dt>
                <dd>
                  <strong>{format.money(sumOf(sales).cents)}</strong> ({format.number(sumOf(sales).units)})
                </dd>
              </div>
              {sales.map((one) => (
                <div key={one.pay_style}>
                  <dt>{payStyle(one.pay_style)}</dt>
                  <dd>
                    {format.money(one.amount_cents)} ({format.number(one.units)})
                  </dd>
                </div>
              ))}
            </dl>
            {sales.length === 0 && <div className="soft">{text('nothingSold')}</div>}
            <Table<Slot>
              size="small"
              rowKey="slot_id"
              dataSource={slots}
              pagination={false}
              scroll={{ x: 520 }}
              columns={[
                { title: words.slot, dataIndex: 'slot_name', width: 72 },
                { title: words.goods, dataIndex: 'goods_name', ellipsis: true, render: (name: string) => name || '–' },
                { title: words.filled, dataIndex: 'refilled', align: 'right', className: 'number', width: 80 },
                { title: text('stock'), dataIndex: 'stock', align: 'right', className: 'number', width: 88 },
                {
                  title: text('sold'),
                  align: 'right',
                  className: 'number',
                  width: 72,
                  render: (_, slot) => sumOf(slot.sales).units,
                },
                {
                  title: words.amount,
                  align: 'right',
                  className: 'number',
                  width: 104,
                  render: (_, slot) => format.money(sumOf(slot.sales).cents),
                },
              ]}
            />
          </Flex>
        )}
      </Loaded>
    </Side>
  );
}
