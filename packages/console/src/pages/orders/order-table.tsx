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
          render: (at: string, { id }) => <Link to={`/orders/${id}`}>{format.time(at)}</Link>,
        },
        ...more,
        {
          title: text('goods'),
          dataIndex: 'goods',
          render: (goods: string, { machine }) => (
            <div className="order-goods">
              {goods}
              <div className="soft only-phone">{machine.name}</div>
            </div>
          ),
        },
        { title: text('amount'), dataIndex: 'amount_cents', align: 'right', render: (cents: number) => format.money(cents) },
        {
          title: text('state'),
          dataIndex: 'state',
          render: (state: OrderRow['state']) => <Tag color={stateColours[state] ?? 'default'}>{text(state)}</Tag>,
        },
        {
          title: text('units'),
          dataIndex: 'units',
          render: (units: OrderRow['units'], { state }) => <Units units={units} isOpen={state === 'paid'} />,
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
        { title: text('number'), dataIndex: 'trade_id', responsive: ['xl'], render: (id: string) => <code>{id}</code> },
      ]}
    />
  );
}

/** How many dropped of how many; what is wrong in words. */
function Units({ units: { asked, dropped, failed, held }, isOpen }: { units: OrderRow['units']; isOpen: boolean }) {
  const text = useText();
  return (
    <span className="order-units">
      {dropped}/{asked}
      {isOpen && failed > 0 && <Tag color="red">{`${text('failed')} ${failed}`}</Tag>}
      {held > 0 && <Tag color="orange">{`${text('held')} ${held}`}</Tag>}
    </span>
  );
}
