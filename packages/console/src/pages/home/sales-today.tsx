import { Segmented } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { defineText } from '../../shared/text.ts';
import { useSalesWords } from '../sales/words.ts';
import { salesAsked } from './ask-ahead.ts';
import { HourCurve } from './hour-curve.tsx';
import './sales-today.css';

const useText = defineText('sales-today', {
  en: {
    title: 'Sales today',
    units: '{{units}} units',
    soFar: 'by this time last {{weekday}}: {{amount}}',
    whole: 'all of last {{weekday}}: {{amount}}',
    more: 'All sales',
    order: 'Which are listed',
    sales: 'Sell most',
    change: 'Changed most',
    nothing: 'Nothing was sold yet, today or by this time a week ago.',
    fresh: 'new',
    curve: 'Sales by the hour: today {{today}}, last {{weekday}} {{week}}',
    today: 'today',
    week: 'last {{weekday}}',
    machine: 'Machines',
    goods: 'Goods',
    channel: 'Channels',
    payStyle: 'Pay styles',
  },
  zh: {
    title: '今日销售',
    units: '{{units}} 件',
    soFar: '上{{weekday}}同一时刻 {{amount}}',
    whole: '上{{weekday}}全天 {{amount}}',
    more: '全部销售',
    order: '排列方式',
    sales: '销售最多',
    change: '变化最大',
    nothing: '今天和上周同一时刻都还没有销售。',
    fresh: '新增',
    curve: '每小时销售：今天 {{today}}，上{{weekday}} {{week}}',
    today: '今天',
    week: '上{{weekday}}',
    machine: '机器',
    goods: '商品',
    channel: '渠道',
    payStyle: '支付方式',
  },
});

const lists = ['machine', 'goods', 'channel', 'pay_style'] as const;
const linkTo = { machine: 'machine', goods: 'goods', channel: 'channel', pay_style: 'pay-style' } as const;

type Today = Answer<'GET /sales/today'>;

/** Today so far against the same weekday last week, and what sells; it follows what happens. */
export default function SalesToday() {
  const text = useText();
  const [order, setOrder] = useState<'sales' | 'change'>(salesAsked.query.order);
  const read = useRead('GET /sales/today', { query: { order } }, { live: ['trade'], every: 60_000 });
  return (
    <section className="panel today-sales" aria-labelledby="today-sales-title">
      <Loaded read={read}>
        {(today) => (
          <>
            <Head today={today} />
            <Segmented
              size="small"
              style={{ justifySelf: 'start' }}
              value={order}
              onChange={setOrder}
              aria-label={text('order')}
              options={(['sales', 'change'] as const).map((value) => ({ value, label: text(value) }))}
            />
            <div className="today-sales-lists">
              {lists.map((list) => (
                <Movers key={list} list={list} today={today} />
              ))}
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}

function Head({ today: { day, today, last_week_so_far: soFar, last_week: week, hours, at } }: { today: Today }) {
  const text = useText();
  const format = useFormat();
  const weekday = new Intl.DateTimeFormat(format.locale, { weekday: 'long', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
  const [money, weekMoney] = [format.money(today.amount_cents), format.money(week.amount_cents)];
  const label = text('curve', { today: money, week: weekMoney, weekday });
  return (
    <div className="today-sales-head">
      <div>
        <h2 id="today-sales-title">
          {text('title')}{' '}
          <Link to="/sales" style={{ fontWeight: 400, fontSize: 13, marginInlineStart: 8 }}>
            {text('more')}
          </Link>
        </h2>
        <div className="today-sales-figure">{money}</div>
        <div>
          <Change now={today.amount_cents} before={soFar.amount_cents} />{' '}
          <span className="soft">{text('units', { units: format.number(today.units) })}</span>
        </div>
        <div className="soft">{text('soFar', { weekday, amount: format.money(soFar.amount_cents) })}</div>
        <div className="soft">{text('whole', { weekday, amount: weekMoney })}</div>
      </div>
      <HourCurve hours={hours} at={at} label={label} todayWord={text('today')} weekWord={text('week', { weekday })} />
    </div>
  );
}

function Movers({ list, today }: { list: (typeof lists)[number]; today: Today }) {
  const text = useText();
  const format = useFormat();
  const { name } = useSalesWords();
  const movers = today.movers[list];
  return (
    <div>
      <h3>
        <Link to={`/sales?by=${linkTo[list]}`}>{text(list === 'pay_style' ? 'payStyle' : list)}</Link>
      </h3>
      {movers.length === 0 && <p className="soft">{text('nothing')}</p>}
      <ol>
        {movers.map((mover) => (
          <li key={mover.key}>
            <span title={[name(linkTo[list], mover), list === 'channel' ? '' : mover.code].filter(Boolean).join(' ')}>
              {name(linkTo[list], mover)}
            </span>
            <span>{format.money(mover.today.amount_cents)}</span>
            <Change now={mover.today.amount_cents} before={mover.last_week.amount_cents} />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** By how much more or less than a week ago; in words for who cannot tell colours apart: its sign says it too. */
function Change({ now, before }: { now: number; before: number }) {
  const text = useText();
  const format = useFormat();
  if (before === 0) return <span className="today-sales-change up">{now > 0 ? text('fresh') : '–'}</span>;
  const share = (now - before) / before;
  // A small number a week ago would make a percentage that nobody reads.
  if (share >= 10) return <span className="today-sales-change up">×{format.number(Math.round(now / before))}</span>;
  const sign = share > 0 ? '+' : '';
  return (
    <span className={`today-sales-change ${share < 0 ? 'down' : share > 0 ? 'up' : ''}`}>
      {sign}
      {format.percent(Math.round(share * 100) / 100)}
    </span>
  );
}
