import { Table, Tag } from 'antd';
import { Link } from 'react-router';
import { useFormat } from '../../shared/format.ts';
import type { Trace } from './order.tsx';
import { unitColours } from './states.ts';
import { useText } from './text.ts';

type Unit = Trace['units'][number];

/** Unit by unit what became of it, and what was given for it. */
export function UnitList({ trace }: { trace: Trace }) {
  const text = useText();
  const format = useFormat();
  return (
    <section className="panel order-part">
      <h2 className="order-heading">{text('unitsTitle')}</h2>
      <Table<Unit>
        size="small"
        rowKey="id"
        dataSource={trace.units}
        pagination={false}
        scroll={{ x: 'max-content' }}
        columns={[
          {
            title: text('slot'),
            dataIndex: 'slot',
            render: (slot: string, unit) => <Link to={`/machines/${trace.machine.id}/slots/${unit.slot_id}`}>{slot}</Link>,
          },
          { title: text('goods'), dataIndex: 'goods' },
          { title: text('amount'), dataIndex: 'paid_cents', align: 'right', render: (cents: number) => format.money(cents) },
          {
            title: text('unitState'),
            dataIndex: 'state',
            render: (state: Unit['state']) => <Tag color={unitColours[state] ?? 'default'}>{text(state)}</Tag>,
          },
          {
            title: text('given'),
            key: 'given',
            render: (_, unit) => <Given unit={unit} isRefunded={trace.state === 'refunded'} />,
          },
        ]}
      />
    </section>
  );
}

function Given({ unit: { refunded, code }, isRefunded }: { unit: Unit; isRefunded: boolean }) {
  const text = useText();
  const format = useFormat();
  if (refunded || isRefunded) return text('moneyBack');
  if (!code) return null;
  const state = text(`code-${code.state}` as 'code-used');
  const until = code.state === 'unused' && code.expires_at ? `, ${text('until', { at: format.time(code.expires_at) })}` : '';
  return (
    <>
      {code.code ? text('code', { code: code.code }) : text('codeHidden')}{' '}
      <span className="soft">
        {state}
        {until}
      </span>
    </>
  );
}
