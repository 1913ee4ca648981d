import { App, Table, Tag } from 'antd';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { CheckDay } from '../../shared/check-day.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { useToday } from '../sales/period.ts';
import type { BookSet } from './books.tsx';
import { useText } from './text.ts';

type Check = Answer<'GET /books/{set}/checks'>['items'][number];

/** Days held against the ERP's bills: what agrees, what is missing and what is too much. */
export function DayChecks({ set }: { set: BookSet }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const { message } = App.useApp();
  const today = useToday();
  const read = useRead('GET /books/{set}/checks', { params: { set: set.id } });
  const check = useChange('POST /books/{set}/check', {
    makesOld: ['GET /books/{set}/checks'],
    done: (found) => void message.success(text('checked', { day: found.day })),
  });
  const count = (title: string, of: (one: Check) => number) => ({
    ...{ title, align: 'right' as const, className: 'number', width: 104 },
    render: (_: unknown, one: Check) =>
      of(one) === 0 ? <span className="soft">0</span> : <Tag color="red">{format.number(of(one))}</Tag>,
  });
  return (
    <>
      {may('books.write') && (
        <CheckDay
          label={text('dayToCheck')}
          first={today.subtract(1, 'day').format('YYYY-MM-DD')}
          busy={check.isPending}
          check={(day) => check.mutate({ params: { set: set.id }, body: { day } })}
        />
      )}
      <Loaded read={read} isEmpty={({ items }) => items.length === 0} empty={text('noChecks')}>
        {({ items }) => (
          <Table<Check>
            className="panel"
            size="small"
            rowKey="day"
            dataSource={items}
            pagination={false}
            scroll={{ x: 1000 }}
            expandable={{
              expandedRowRender: (one) => <Found check={one} />,
              rowExpandable: ({ missing, different, refunded, surplus }) => missing + different + refunded + surplus > 0,
            }}
            columns={[
              { title: text('day'), dataIndex: 'day', width: 120 },
              {
                title: text('agreed'),
                width: 150,
                render: (_, { agreed, agreed_cents }) => `${format.number(agreed)} · ${format.money(agreed_cents)}`,
              },
              count(text('missing'), ({ missing }) => missing),
              count(text('different'), ({ different }) => different),
              count(text('surplus'), ({ surplus }) => surplus),
              count(text('refunded'), ({ refunded }) => refunded),
              {
                title: text('waiting'),
                dataIndex: 'waiting',
                align: 'right',
                className: 'number',
                width: 110,
                render: format.number,
              },
              {
                title: text('checkedAt'),
                width: 180,
                render: (_, { checked_at, checked_by }) => (
                  <>
                    {format.time(checked_at)} <span className="soft">{checked_by}</span>
                  </>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}

function Found({ check: { found } }: { check: Check }) {
  const text = useText();
  const format = useFormat();
  const rows = [
    ...(['missing', 'different', 'refunded'] as const).flatMap((kind) =>
      found[kind].map((order) => ({
        ...{ kind, id: order.trans_id, code: order.bill_code, cents: order.total_cents },
        note: order.bill_cents === undefined ? '' : text('says', { amount: format.money(order.bill_cents) }),
      })),
    ),
    ...found.surplus.map(({ key, code, total_cents }) => ({
      kind: 'surplus' as const,
      id: key,
      code,
      cents: total_cents,
      note: '',
    })),
  ];
  return (
    <Table
      size="small"
      rowKey={({ kind, id, code }) => `${kind} ${id} ${code}`}
      dataSource={rows}
      pagination={false}
      columns={[
        { title: text('state'), dataIndex: 'kind', render: (kind: 'missing') => text(kind), width: 170 },
        { title: text('number'), dataIndex: 'id' },
        { title: text('bill'), dataIndex: 'code', width: 160 },
        { title: text('amount'), dataIndex: 'cents', align: 'right', className: 'number', width: 110, render: format.money },
        { title: '', dataIndex: 'note', width: 180 },
      ]}
    />
  );
}
