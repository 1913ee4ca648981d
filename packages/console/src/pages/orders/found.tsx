import { Alert, Button, Flex, Table, Tag } from 'antd';
import { useEffect } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { OrderTable } from './order-table.tsx';
import { useText } from './text.ts';

type Search = Answer<'GET /order-search'>;

/** What has the number that was pasted: one is opened at once. */
export function Found({ q, clear }: { q: string; clear: () => void }) {
  const text = useText();
  const navigate = useNavigate();
  const read = useRead('GET /order-search', { query: { q } });
  const { data, isPlaceholderData } = read;
  const only =
    !isPlaceholderData && data?.orders.length === 1 && data.sales.length === 0 && !data.around ? data.orders[0] : undefined;
  useEffect(() => {
    if (only) void navigate(`/orders/${only.order.id}`, { replace: true });
  }, [only, navigate]);
  if (only) return null;
  return (
    <>
      <Flex gap="small" align="center" style={{ marginBottom: 12 }}>
        <Button onClick={clear}>{text('all')}</Button>
        {data?.around && <Around around={data.around} />}
      </Flex>
      <Loaded
        read={read}
        isEmpty={({ orders, sales }) => orders.length === 0 && sales.length === 0}
        empty={<Alert type="info" showIcon title={text('noneFound', { q })} description={text('noneFoundHint')} />}
      >
        {({ orders, sales }) => (
          <>
            {orders.length > 0 && (
              <OrderTable
                orders={orders.map(({ matched, order }) => ({ ...order, matched }))}
                more={
                  orders.every(({ matched }) => matched === 'machine-and-time')
                    ? []
                    : [
                        {
                          title: text('matched'),
                          dataIndex: 'matched',
                          render: (matched: string) => <Tag>{text(matched as 'trade')}</Tag>,
                        },
                      ]
                }
              />
            )}
            {sales.length > 0 && <Sales sales={sales} />}
          </>
        )}
      </Loaded>
    </>
  );
}

/** Where and when was looked, and the way to all that is there. */
function Around({ around: { place, machine_id: machine, at, day } }: { around: NonNullable<Search['around']> }) {
  const text = useText();
  const format = useFormat();
  const where = place || text('anyMachine');
  const filter = new URLSearchParams({
    ...(machine !== null && { machine: String(machine) }),
    ...(day && { from: day, to: day }),
  });
  return (
    <span>
      {at
        ? text('around', { place: where, at: format.time(at) })
        : text(day ? 'ofDay' : 'latest', { place: where, day: day ?? '' })}{' '}
      {filter.size > 0 && <Link to={`/orders?${filter}`}>{text('allThere')}</Link>}
    </span>
  );
}

function Sales({ sales }: { sales: Search['sales'] }) {
  const text = useText();
  const format = useFormat();
  return (
    <section className="panel" style={{ marginTop: 16 }}>
      <h2 className="order-heading">{text('foreignSales')}</h2>
      <Table<Search['sales'][number]>
        size="small"
        rowKey="trade_id"
        dataSource={sales}
        pagination={false}
        scroll={{ x: 'max-content' }}
        columns={[
          { title: text('time'), dataIndex: 'at', render: (at: string) => format.time(at) },
          { title: text('number'), dataIndex: 'order_no' },
          { title: text('goods'), dataIndex: 'goods' },
          { title: text('amount'), dataIndex: 'amount_cents', align: 'right', render: (cents: number) => format.money(cents) },
          {
            title: text('machine'),
            dataIndex: 'machine',
            render: (machine: Search['sales'][number]['machine']) => <Link to={`/machines/${machine.id}`}>{machine.name}</Link>,
          },
        ]}
      />
    </section>
  );
}
