import { Flex, Grid, Segmented, Select, Table } from 'antd';
import { type Answer, type Input, urlOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Loaded, Page } from '../../shared/page.tsx';
import { type Dimension, dimensions, isTime } from './dimensions.ts';
import { ExportButton } from './export-button.tsx';
import { Filters, filtersOf } from './filters.tsx';
import { NetChart } from './net-chart.tsx';
import { Nothing } from './nothing.tsx';
import { presetOf, useToday } from './period.ts';
import { PeriodPicker } from './period-picker.tsx';
import { useText } from './text.ts';
import { Trades } from './trades.tsx';
import { useSalesQuery } from './use-sales-query.ts';
import { useSalesWords } from './words.ts';
import './sales.css';

type Asked = NonNullable<Input<'GET /sales'>['query']>;
type Sums = Answer<'GET /sales'>;
type Row = Sums['items'][number];
type Sort = NonNullable<Asked['sort']>;

const pageSizes = [20, 50, 100, 200];

/** What was sold in a period, by anything, with its files; and the trades themselves. Everything chosen stands in the address. */
export default function Sales() {
  const text = useText();
  const { words } = useSalesWords();
  const today = useToday();
  const query = useSalesQuery();
  const preset = presetOf('week', today);
  const { from = preset.from, to = preset.to } = { from: query.get('from'), to: query.get('to') };
  const by = dimensions.find((one) => one === query.get('by')) ?? 'day';
  const view = query.get('view') === 'trades' ? 'trades' : 'sums';
  // Whatever changes, one is at its beginning again.
  const change: typeof query.set = (changes) => query.set({ page: undefined, cursor: undefined, ...changes });
  return (
    <Page
      title={text('title')}
      extra={
        <Segmented
          value={view}
          onChange={(value) => change({ view: value === 'trades' ? value : undefined })}
          options={[
            { value: 'sums', label: text('sums') },
            { value: 'trades', label: text('trades') },
          ]}
        />
      }
    >
      <Flex vertical gap="small" className="sales-bar no-print">
        <Flex wrap gap="small">
          <PeriodPicker value={{ from, to }} onChange={change} />
          {view === 'sums' && (
            <Select
              aria-label={text('by')}
              value={by}
              style={{ minWidth: 132 }}
              onChange={(value) => change({ by: value, sort: undefined, descending: undefined })}
              options={dimensions.map((value) => ({ value, label: words[value] }))}
              listHeight={400}
            />
          )}
        </Flex>
        <Filters query={query} change={change} />
      </Flex>
      {view === 'trades' ? (
        <Trades query={query} period={{ from, to }} />
      ) : (
        <SumTable query={query} period={{ from, to }} by={by} />
      )}
    </Page>
  );
}

function SumTable({
  query,
  period,
  by,
}: {
  query: ReturnType<typeof useSalesQuery>;
  period: { from: string; to: string };
  by: Dimension;
}) {
  const text = useText();
  const format = useFormat();
  const { words, name, codeHead, language } = useSalesWords();
  const sort = query.get('sort') as Sort | undefined;
  const descending = query.get('descending') !== 'false';
  const page = Math.max(1, Number(query.get('page')) || 1);
  const size = pageSizes.find((one) => one === Number(query.get('size'))) ?? 50;
  const asked: Asked = { ...period, by, ...filtersOf(query), ...(sort && { sort, descending }) };
  const read = useRead('GET /sales', { query: { ...asked, offset: (page - 1) * size, limit: size } }, { live: ['trade'] });
  const sorted = sort ?? (isTime(by) ? 'name' : 'net');
  const column = (key: Sort, title: string) =>
    ({
      ...{ key, title, sorter: true, showSorterTooltip: false },
      sortOrder:
        sorted === key ? (sort === undefined ? (isTime(by) ? 'ascend' : 'descend') : descending ? 'descend' : 'ascend') : null,
    }) as const;
  const phone = Grid.useBreakpoint().md === false;
  const code = phone ? undefined : codeHead(by);
  const money = (of: (row: Row) => number | null) => (_: unknown, row: Row) => {
    const cents = of(row);
    return cents === null ? '–' : format.money(cents);
  };
  const right = { align: 'right' as const, className: 'number', width: 124 };
  return (
    <Loaded read={read} isEmpty={({ count }) => count === 0} empty={<Nothing>{text('none')}</Nothing>}>
      {({ items, count, total }) => (
        <>
          <NetChart rows={items} by={by} whole={items.length === count} />
          <Table<Row>
            className="panel"
            size="small"
            rowKey="key"
            dataSource={items}
            loading={read.isPlaceholderData}
            scroll={{ x: phone ? 760 : 920 }}
            onChange={({ current, pageSize }, _, sorter) => {
              const { columnKey, order } = [sorter].flat()[0] ?? {};
              const turned = order
                ? { sort: String(columnKey), descending: String(order === 'descend') }
                : { sort: undefined, descending: undefined };
              query.set({ ...turned, page: current === 1 ? undefined : String(current), size: String(pageSize ?? size) });
            }}
            pagination={{
              current: page,
              pageSize: size,
              total: count,
              pageSizeOptions: pageSizes,
              showSizeChanger: count > 20,
              hideOnSinglePage: count <= 20,
              size: 'small',
            }}
            title={() => (
              <Flex justify="space-between" align="center" className="no-print">
                <span className="soft">{text('rows', { total: format.number(count) })}</span>
                <ExportButton urlOf={(as) => urlOf('GET /sales/export', { query: { ...asked, format: as, language } })} />
              </Flex>
            )}
            columns={[
              {
                ...column('name', words[by]),
                render: (_, row) => name(by, row),
                ellipsis: true,
                // What one scrolls through stays named.
                ...(phone && { fixed: 'left' as const, width: 132 }),
              },
              ...(code === undefined ? [] : [{ title: code, dataIndex: 'code', width: 150 }]),
              { ...column('units', words.units), ...right, width: 96, render: (_, row) => format.number(row.units) },
              { ...column('gross', words.gross), ...right, render: money(({ gross_cents }) => gross_cents) },
              {
                ...{
                  ...column('refunds', words.refunds),
                  ...right,
                  width: 176,
                  showSorterTooltip: { title: text('refundsAre') },
                },
                render: money(({ refund_cents }) => refund_cents),
              },
              { ...column('net', words.net), ...right, render: money(({ net_cents }) => net_cents) },
              { ...column('mean', words.mean), ...right, render: money(({ mean_cents }) => mean_cents) },
            ]}
            summary={() => (
              <Table.Summary fixed>
                <Table.Summary.Row className="sales-total">
                  <Table.Summary.Cell index={0} colSpan={code === undefined ? 1 : 2}>
                    {words.total}
                  </Table.Summary.Cell>
                  {[
                    format.number(total.units),
                    format.money(total.gross_cents),
                    format.money(total.refund_cents),
                    format.money(total.net_cents),
                    total.mean_cents === null ? '–' : format.money(total.mean_cents),
                  ].map((value, n) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the columns are always these.
                    <Table.Summary.Cell key={n} index={n + 2} align="right" className="number">
                      {value}
                    </Table.Summary.Cell>
                  ))}
                </Table.Summary.Row>
              </Table.Summary>
            )}
          />
        </>
      )}
    </Loaded>
  );
}
