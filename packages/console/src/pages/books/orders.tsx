import { Button, Flex, Input, Segmented, Table, Tag } from 'antd';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { PeriodPicker } from '../sales/period-picker.tsx';
import { TwoLines } from '../sales/two-lines.tsx';
import type { SalesQuery } from '../sales/use-sales-query.ts';
import type { BookSet } from './books.tsx';
import { OneOrder } from './one-order.tsx';
import { useText } from './text.ts';

export type BookOrder = Answer<'GET /books/{set}/orders'>['items'][number];

const size = 50;

/** Orders of a set, the latest first, and how each stands. */
export function Orders({ set, query }: { set: BookSet; query: SalesQuery }) {
  const text = useText();
  const format = useFormat();
  const [from, to, find] = [query.get('from'), query.get('to'), query.get('find')];
  const which = query.get('imported') ?? '';
  const page = Math.max(1, Number(query.get('page')) || 1);
  const open = Number(query.get('order')) || undefined;
  const read = useRead(
    'GET /books/{set}/orders',
    {
      params: { set: set.id },
      query: {
        ...{ offset: (page - 1) * size, limit: size, ...(from && { from }), ...(to && { to }), ...(find && { trans_id: find }) },
        ...(which !== '' && { imported: which === 'true' }),
      },
    },
    { live: ['books'] },
  );
  const change: typeof query.set = (changes) => query.set({ page: undefined, ...changes });
  return (
    <>
      <Flex wrap gap="small">
        <Input.Search
          key={find ?? ''}
          allowClear
          style={{ width: 220 }}
          aria-label={text('find')}
          placeholder={text('find')}
          defaultValue={find ?? ''}
          onSearch={(value) => change({ find: value.trim() })}
        />
        <PeriodPicker
          clearable
          value={{ ...(from && { from }), ...(to && { to }) }}
          onChange={(period) => change({ from: period.from, to: period.to })}
        />
        <Segmented
          value={which}
          aria-label={text('state')}
          onChange={(value) => change({ imported: value })}
          options={[
            { value: '', label: text('allStates') },
            { value: 'false', label: text('notImported') },
            { value: 'true', label: text('onlyImported') },
          ]}
        />
      </Flex>
      <Loaded read={read} isEmpty={({ total }) => total === 0} empty={text('noOrders')}>
        {({ items, total }) => (
          <Table<BookOrder>
            className="panel"
            size="small"
            rowKey="id"
            dataSource={items}
            loading={read.isPlaceholderData}
            scroll={{ x: 860 }}
            pagination={{
              ...{ current: page, pageSize: size, total, showSizeChanger: false, size: 'small' },
              onChange: (next) => query.set({ page: String(next) }),
              showTotal: () => text('total', { total: format.number(total) }),
            }}
            columns={[
              {
                title: text('number'),
                render: (_, { id, trans_id }) => (
                  <Button type="link" size="small" style={{ padding: 0 }} onClick={() => query.set({ order: String(id) })}>
                    {trans_id}
                  </Button>
                ),
              },
              { title: text('placed'), dataIndex: 'ordered_at', render: format.time, width: 170 },
              {
                ...{ title: text('device'), width: 140 },
                render: (_, { dev_id, device_name }) => (
                  <TwoLines below={device_name === null ? '' : dev_id}>{device_name ?? dev_id}</TwoLines>
                ),
              },
              { title: text('state'), width: 260, render: (_, order) => <ImportState order={order} /> },
              { title: text('bill'), dataIndex: 'bill_code', render: (code: string | null) => code ?? '–', width: 150 },
              {
                title: text('amount'),
                dataIndex: 'total_cents',
                align: 'right',
                className: 'number',
                width: 110,
                render: format.money,
              },
            ]}
          />
        )}
      </Loaded>
      {open !== undefined && <OneOrder set={set} order={open} close={() => query.set({ order: undefined })} />}
    </>
  );
}

export function ImportState({
  order,
}: {
  order: Pick<BookOrder, 'import_state' | 'problem' | 'problem_subject' | 'refunded_after_import_at'>;
}) {
  const text = useText();
  const { import_state: state, problem, problem_subject: subject, refunded_after_import_at: refunded } = order;
  const colour = { imported: 'green', claimed: 'blue', stuck: 'red', open: 'default' }[state];
  return (
    <Flex gap="small" wrap>
      <Tag color={colour}>{text(state === 'stuck' ? 'stuckState' : state)}</Tag>
      {refunded !== null && <Tag color="gold">{text('refunded')}</Tag>}
      {state !== 'imported' && problem !== null && (
        <span className="soft">
          {problem} {subject}
        </span>
      )}
    </Flex>
  );
}
