import { Button, Table } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../../../api/client.ts';
import { useRead } from '../../../api/hooks.ts';
import { useMay } from '../../../api/session.tsx';
import { useFormat } from '../../../shared/format.ts';
import { Loaded } from '../../../shared/page.tsx';
import { useMachineWords } from '../commands/machine-errors.ts';
import { useWhoText } from '../event-text.ts';
import { useText } from './text.ts';

type Happening = Answer<'GET /machines/{machine}/slots/{slot}/history'>['items'][number];

const first = 15;

/** What befell the slot, the latest first. */
export function SlotHistory({ machineId, slotId }: { machineId: number; slotId: number }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const [limit, setLimit] = useState(first);
  const input = { params: { machine: machineId, slot: slotId }, query: { limit } };
  const read = useRead('GET /machines/{machine}/slots/{slot}/history', input, { live: ['slot', 'stock', 'dispense', 'order'] });
  const say = useSay();
  const whoText = useWhoText();
  return (
    <section className="panel" aria-label={text('history')}>
      <h2 className="slot-title">{text('history')}</h2>
      <Loaded read={read} isEmpty={({ items }) => items.length === 0} empty={text('nothing')}>
        {({ items, next_cursor }) => (
          <>
            <Table<Happening>
              size="small"
              rowKey={(one) => `${one.at} ${one.kind} ${one.reason} ${one.order_id} ${one.on_hand_change} ${one.reserved_change}`}
              dataSource={items}
              pagination={false}
              scroll={{ x: 560 }}
              columns={[
                { title: text('at'), dataIndex: 'at', render: (at: string) => format.time(at), width: 180 },
                {
                  key: 'what',
                  title: text('what'),
                  render: (_, one) => (
                    <>
                      {say(one)}
                      {one.note !== '' && <span className="soft"> {one.note}</span>}
                      {one.by !== '' && <span className="soft"> {whoText(one.by)}</span>}
                    </>
                  ),
                },
                { title: text('change'), dataIndex: 'on_hand_change', align: 'right', className: 'number', render: signed },
                { title: text('promised'), dataIndex: 'reserved_change', align: 'right', className: 'number', render: signed },
                {
                  title: text('order'),
                  dataIndex: 'order_id',
                  render: (id: number | null) =>
                    id !== null && (may('orders.read') ? <Link to={`/orders/${id}`}>{id}</Link> : <span>{id}</span>),
                },
              ]}
            />
            {next_cursor !== null && limit < 200 && (
              <Button type="link" size="small" onClick={() => setLimit(Math.min(200, limit + 50))}>
                {text('older')}
              </Button>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

const signed = (change: number) => (change === 0 ? '' : change > 0 ? `+${change}` : `−${-change}`);

/** Reasons of the journal whose own names mean something else on this page. */
const renamed = { order: 'ordered', dispensed: 'dropped', failed: 'notDropped' } as const;
const reasons = [
  ...(['initial', 'again', 'returned', 'test-dispensed', 'unbooked', 'in-report', 'refill', 'taken-out'] as const),
  ...([
    'machine-report',
    'upload',
    'count',
    'machine-refill',
    'machine-sale',
    'pickup-code',
    'decided',
    'upstream-report',
  ] as const),
];

function useSay(): (one: Happening) => string {
  const text = useText();
  const words = useMachineWords();
  return ({ kind, reason, fault_code, on_sale }) => {
    switch (kind) {
      case 'slot.fault':
        return text('fault', { fault: words.fault(fault_code ?? 0) });
      case 'slot.fault-cleared':
        return text('fault-cleared');
      case 'slot.listed':
        return text(on_sale ? 'wentOn' : 'wentOff');
      case 'stock': {
        const known = reasons.find((one) => one === reason);
        if (known) return text(known);
        return Object.hasOwn(renamed, reason) ? text(renamed[reason as keyof typeof renamed]) : reason;
      }
    }
  };
}
