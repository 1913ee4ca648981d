import { Alert, Tag } from 'antd';
import { Link, useParams } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Loaded, Page } from '../../shared/page.tsx';
import { Actions } from './actions.tsx';
import './orders.css';
import { stateColours } from './states.ts';
import { useText } from './text.ts';
import { Timeline } from './timeline.tsx';
import { UnitList } from './unit-list.tsx';

export type Trace = Answer<'GET /orders/{order}/trace'>;

/** An order's whole life, and what can be done when somebody paid and got nothing. */
export default function Order() {
  const text = useText();
  const { order = '' } = useParams();
  const read = useRead(
    'GET /orders/{order}/trace',
    { params: { order: Number(order) } },
    { live: ['order', 'dispense', 'pickup-code', 'remote-order', 'trade', 'books', 'pos', 'conflict'] },
  );
  return (
    <Page
      title={text('order', { id: order })}
      extra={read.data && <Tag color={stateColours[read.data.state] ?? 'default'}>{text(read.data.state)}</Tag>}
    >
      <Loaded read={read}>
        {(trace) => (
          <>
            <Head trace={trace} />
            <Actions trace={trace} />
            <UnitList trace={trace} />
            <Timeline trace={trace} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** By name, with the number where the name does not have it already. */
const named = ({ name, no }: Trace['machine']): string => (name.includes(no) ? name : `${name} ${no}`);

function Head({ trace }: { trace: Trace }) {
  const text = useText();
  const format = useFormat();
  const facts: [string, React.ReactNode][] = [
    [
      text('machine'),
      <Link key="m" to={`/machines/${trace.machine.id}`}>
        {named(trace.machine)}
      </Link>,
    ],
    [text('amount'), format.money(trace.amount_cents)],
    [text('placedAt'), format.time(trace.created_at)],
    ...(trace.paid_at ? [[text('paidAt'), format.time(trace.paid_at)] as [string, React.ReactNode]] : []),
    ...(trace.refunded_cents > 0 ? [[text('paidBack'), format.money(trace.refunded_cents)] as [string, React.ReactNode]] : []),
    [text('channel'), trace.channel ?? text('byMachine')],
    [text('seller'), <code key="s">{trace.trade_id}</code>],
    ...(trace.made_good_order_id
      ? [
          [
            text('madeGoodOf'),
            <Link key="g" to={`/orders/${trace.made_good_order_id}`}>
              {text('order', { id: trace.made_good_order_id })}
            </Link>,
          ] as [string, React.ReactNode],
        ]
      : []),
    ...trace.bills.map(
      ({ shop_id: shop, shop: name, set_id: set, set: number, key, record_id: record }): [string, React.ReactNode] =>
        shop === null
          ? [
              text('books'),
              <Link key={`b${set}`} to={`/books?set=${set}&view=orders&order=${record}`}>{`${number} ${key}`}</Link>,
            ]
          : [text('bill'), <Link key={`s${shop}`} to={`/bills?shop=${shop}&view=bill&open=${record}`}>{`${name} ${key}`}</Link>],
    ),
  ];
  return (
    <section className="panel">
      <dl className="facts order-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {trace.paid_elsewhere && <Alert type="info" showIcon title={text('elsewhere')} style={{ marginTop: 12 }} />}
      {trace.is_foreign && !trace.paid_elsewhere && (
        <Alert type="info" showIcon title={text('foreign')} style={{ marginTop: 12 }} />
      )}
    </section>
  );
}
