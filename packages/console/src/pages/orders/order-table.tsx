import type { TableProps } from 'antd';
import { Table, Tag } from 'antd';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useFormat } from '../../shared/format.ts';
import { stateColours } from './states.ts';
import { useText } from './text.ts';

export type OrderRow = Answer<'GET /orders'>['items'][number];

/** Orders, one a row; on a phone, what matters of them. `more` comes before the others. */
export function OrderTable<T extends OrderRow>({ orders, more = [] }: { orders: readonly T[]; more?: TableProps<T>['columns'] }) {
  const text = useText();
  const format = useFormat();
  return (
    <Table<T>
      className="panel order-table"
      size="small"
      rowKey="id"
      dataSource={orders}
      pagination={false}
      scroll={{ x: 'max-content' }}
      columns={[
        {
          title: text('time'),
          dataIndex: 'created_at',
          render: (at: string, { id }) => (
            <Link to={`/orders/${id}`} className="order-time">
              {format.date(at)} <span>{format.clock(at)}</span>
            </Link>
          ),
        },
        ...more,
        {
          title: text('goods'),
          dataIndex: 'goods',
          render: (goods: string, { machine, units }) => (
            <div className="order-goods">
              {goods}
              <div className="soft only-phone">{machine.name}</div>
              <div className="only-phone">
                <Units units={units} />
              </div>
            </div>
          ),
        },
        {
          title: text('amount'),
          dataIndex: 'amount_cents',
          align: 'right',
          render: (cents: number, { state }) => (
            <>
              {format.money(cents)}
              <div className="only-phone">
                <State state={state} />
              </div>
            </>
          ),
        },
        {
          title: text('state'),
          dataIndex: 'state',
          responsive: ['md'],
          render: (state: OrderRow['state']) => <State state={state} />,
        },
        {
          title: text('units'),
          dataIndex: 'units',
          responsive: ['md'],
          render: (units: OrderRow['units']) => <Units units={units} />,
        },
        {
          title: text('machine'),
          dataIndex: 'machine',
          responsive: ['md'],
          render: (machine: OrderRow['machine']) => <Link to={`/machines/${machine.id}`}>{machine.name || machine.no}</Link>,
        },
        {
          title: text('channel'),
          dataIndex: 'channel',
          responsive: ['lg'],
          render: (channel: OrderRow['channel']) => channel?.name ?? <span className="soft">{text('byMachine')}</span>,
        },
        {
          title: text('number'),
          dataIndex: 'trade_id',
          responsive: ['xl'],
          render: (id: string) => (
            <code className="order-number" title={id}>
              {id}
            </code>
          ),
        },
      ]}
    />
  );
}

function State({ state }: { state: OrderRow['state'] }) {
  const text = useText();
  return (
    <Tag color={stateColours[state] ?? 'default'} className="order-tag">
      {text(state)}
    </Tag>
  );
}

/** How many dropped of how many; what somebody still has to make good. */
function Units({ units: { asked, dropped, due } }: { units: OrderRow['units'] }) {
  const text = useText();
  return (
    <span className="order-units">
      {dropped}/{asked}
      {due > 0 && <Tag color="red">{text('dueUnits', { count: due })}</Tag>}
    </span>
  );
}
