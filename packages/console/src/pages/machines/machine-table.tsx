import { Grid, Pagination, Progress, Table, Tag } from 'antd';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useFormat } from '../../shared/format.ts';
import { StatusDot } from './status-dot.tsx';
import { useText } from './text.ts';
import { pageSize, useFilter } from './use-filter.ts';

type List = Answer<'GET /machines'>;
type Row = List['items'][number];

/** A page of the list: rows at a desk, cards on a phone. */
export function MachineTable({ list, refreshing }: { list: List; refreshing: boolean }) {
  const text = useText();
  const { page, set } = useFilter();
  const wide = Grid.useBreakpoint().md ?? true;
  return (
    <>
      {wide ? <Rows rows={list.items} refreshing={refreshing} /> : <Cards rows={list.items} />}
      <Pagination
        style={{ marginTop: 12 }}
        align="end"
        current={page}
        pageSize={pageSize}
        total={list.total}
        showSizeChanger={false}
        responsive
        showTotal={(total) => text('count', { count: total })}
        onChange={(to) => {
          set({ page: to > 1 ? to : undefined });
          window.scrollTo({ top: 0 });
        }}
      />
    </>
  );
}

function Rows({ rows, refreshing }: { rows: Row[]; refreshing: boolean }) {
  const text = useText();
  const format = useFormat();
  return (
    <Table<Row>
      className="panel"
      style={{ padding: 0, overflow: 'hidden', opacity: refreshing ? 0.6 : 1 }}
      size="small"
      rowKey="id"
      dataSource={rows}
      pagination={false}
      scroll={{ x: 960 }}
      columns={[
        { title: text('machine'), key: 'machine', render: (_, row) => <Name row={row} /> },
        { title: text('site'), key: 'site', width: 220, render: (_, row) => <Site row={row} /> },
        { title: text('seen'), key: 'seen', width: 130, render: (_, row) => <Seen row={row} /> },
        { title: text('fill'), key: 'fill', width: 150, render: (_, row) => <Fill row={row} /> },
        { title: text('trouble'), key: 'trouble', width: 210, render: (_, row) => <Troubles row={row} /> },
        {
          title: text('sales'),
          key: 'sales',
          width: 130,
          align: 'right',
          render: (_, { sales_today: sales }) => (
            <div className="number">
              {format.money(sales.amount_cents)}
              <div className="soft">{text('units', { count: sales.units })}</div>
            </div>
          ),
        },
      ]}
    />
  );
}

function Cards({ rows }: { rows: Row[] }) {
  const format = useFormat();
  return (
    <ul className="machine-cards">
      {rows.map((row) => (
        <li key={row.id} className="panel">
          <Name row={row} />
          <div>
            <Site row={row} />
          </div>
          <Troubles row={row} />
          <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr auto', gap: 12, alignItems: 'center' }}>
            <Fill row={row} />
            <Seen row={row} />
            <span className="number">{format.money(row.sales_today.amount_cents)}</span>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Name({ row }: { row: Row }) {
  return (
    <div className="machine-name">
      <StatusDot online={row.online} operational={row.operational} />
      <div>
        <Link to={`/machines/${row.id}`}>{row.name}</Link>
        <div className="soft">
          {row.machine_no}
          {row.upstream_name !== null && <Tag style={{ marginInlineStart: 8 }}>{row.upstream_name}</Tag>}
        </div>
      </div>
    </div>
  );
}

function Site({ row }: { row: Row }) {
  const text = useText();
  if (row.site_id === null) return <span className="soft">{text('noSite')}</span>;
  const line = [row.area_name, row.line_name].filter(Boolean).join(' · ');
  return (
    <>
      {row.site_name}
      {line !== '' && <div className="soft">{line}</div>}
    </>
  );
}

function Seen({ row }: { row: Row }) {
  const text = useText();
  const format = useFormat();
  if (row.last_seen_at === null) return <span className="soft">{text('never')}</span>;
  const network = [row.network_type.toUpperCase(), row.network_rssi !== null && `${row.network_rssi} dBm`]
    .filter(Boolean)
    .join(' ');
  return (
    <span title={format.time(row.last_seen_at)}>
      {format.ago(row.last_seen_at)}
      {network !== '' && <div className="soft">{network}</div>}
    </span>
  );
}

function Fill({ row: { on_hand: onHand, capacity, slots } }: { row: Row }) {
  const text = useText();
  if (capacity === 0) return <span className="soft">–</span>;
  const share = Math.round((onHand / capacity) * 100);
  return (
    <div>
      <Progress percent={share} size="small" aria-label={text('fill')} strokeColor={share < 25 ? '#b45309' : '#0f766e'} />
      <div className="soft">
        {text('slots')} {slots} · {onHand}/{capacity}
      </div>
    </div>
  );
}

/** What is wrong, the costliest first. */
function Troubles({ row: { trouble, online, operational } }: { row: Row }) {
  const text = useText();
  const tags = [
    !operational && ['default', text('out-of-operation')],
    operational && !online && ['red', text('offline')],
    trouble.broken > 0 && ['red', `${text('broken')} ${trouble.broken}`],
    trouble.held > 0 && ['volcano', `${text('held')} ${trouble.held}`],
    trouble.faulty > 0 && ['volcano', `${text('faulty')} ${trouble.faulty}`],
    trouble.short > 0 && ['orange', `${text('short')} ${trouble.short}`],
    trouble.sold_out > 0 && ['gold', `${text('sold-out')} ${trouble.sold_out}`],
  ].filter((tag) => tag !== false);
  if (tags.length === 0) return null;
  return (
    <span style={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}>
      {tags.map(([color, said]) => (
        <Tag key={said} {...(color !== undefined && { color })} style={{ margin: 0 }}>
          {said}
        </Tag>
      ))}
    </span>
  );
}
