import { Button, Checkbox, Flex, Grid, Input, Pagination, Segmented, Select, Table, Tag, Tooltip } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded, Page } from '../../shared/page.tsx';
import { useText } from './text.ts';
import './refill.css';
import { LinkButton } from '../../shared/link-button.tsx';

type Machine = Answer<'GET /refill-plan'>['items'][number];

const pageSize = 50;
const mostChosen = 100;

/** What to bring to which machine, the most pressing first; some of them become a pick list, each is filled by a tap. */
export default function Plan() {
  const text = useText();
  const wide = Grid.useBreakpoint().md ?? true;
  const filter = useFilter();
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const navigate = useNavigate();
  const read = useRead('GET /refill-plan', { query: filter.query }, { live: ['refill'], every: 60_000 });
  const choose = (ids: readonly number[]) => setChosen(ids.slice(0, mostChosen));
  const pick = () => {
    const enough = filter.enough > 0 ? `&enough=${filter.enough}` : '';
    void navigate(`/refill/pick?machines=${chosen.join(',')}${enough}`);
  };
  return (
    <Page title={text('plan')}>
      <Filters filter={filter} />
      <Loaded read={read} isEmpty={({ total }) => total === 0} empty={text(filter.isAny ? 'nothingToBring' : 'noMachines')}>
        {({ items, total }) => {
          const pages = {
            current: filter.page,
            ...{ pageSize, total, showSizeChanger: false, hideOnSinglePage: true, size: 'small' as const },
            onChange: (page: number) => filter.set({ page: page > 1 ? String(page) : '' }),
          };
          return wide ? (
            <PlanTable items={items} chosen={chosen} choose={choose} pages={pages} />
          ) : (
            <Flex vertical gap="small">
              {items.map((machine) => (
                <PlanCard
                  key={machine.id}
                  machine={machine}
                  isChosen={chosen.includes(machine.id)}
                  choose={(yes) => choose(yes ? [...chosen, machine.id] : chosen.filter((id) => id !== machine.id))}
                />
              ))}
              <Pagination {...pages} align="center" />
            </Flex>
          );
        }}
      </Loaded>
      {chosen.length > 0 && (
        <div className="plan-chosen">
          <Button type="primary" onClick={pick}>
            {text('pickList', { count: chosen.length })}
          </Button>
          <Button type="text" onClick={() => setChosen([])}>
            {text('clear')}
          </Button>
          {chosen.length === mostChosen && <span className="soft">{text('mostMachines')}</span>}
        </div>
      )}
    </Page>
  );
}

/** What is asked for stands in the address, so that the way back leads to it. */
function useFilter() {
  const [params, setParams] = useSearchParams();
  const of = (name: string) => params.get(name) ?? '';
  const numberOf = (name: string) => (Number.isSafeInteger(Number(of(name))) ? Number(of(name)) : 0);
  const urgency = (['sold-out', 'low'] as const).find((one) => one === of('urgency'));
  const page = Math.max(1, numberOf('page'));
  const horizon = numberOf('horizon') || 3;
  const enough = numberOf('enough');
  const [line, site, search] = [numberOf('line'), numberOf('site'), of('search')];
  return {
    ...{ urgency, page, horizon, enough, line, site, search },
    /** Machines are left out, or may be. */
    isAny: page > 1 || urgency !== undefined || line > 0 || site > 0 || search !== '',
    query: {
      ...{ limit: pageSize, offset: (page - 1) * pageSize, horizon_days: horizon },
      ...(urgency && { urgency }),
      ...(line > 0 && { line }),
      ...(site > 0 && { site }),
      ...(search !== '' && { search }),
      ...(enough > 0 && { enough_for_days: enough }),
    },
    /** Whatever else is asked for begins at the first page. */
    set(change: Readonly<Record<string, string>>) {
      const next = new URLSearchParams(params);
      next.delete('page');
      for (const [name, value] of Object.entries(change)) {
        if (value === '') next.delete(name);
        else next.set(name, value);
      }
      setParams(next, { replace: true });
    },
  };
}

type Filter = ReturnType<typeof useFilter>;

function Filters({ filter }: { filter: Filter }) {
  const text = useText();
  const wide = Grid.useBreakpoint().md ?? true;
  const places = useRead('GET /refill-places', {}).data ?? { lines: [], sites: [] };
  const sites = places.sites.filter(({ line_id }) => filter.line === 0 || line_id === filter.line);
  const [search, setSearch] = useState(filter.search);
  return (
    <div className="plan-filters no-print">
      <Segmented
        className="is-wide"
        // In equal parts what is longer is cut off.
        block={!wide}
        aria-label={text('urgency')}
        value={filter.urgency ?? ''}
        onChange={(urgency) => filter.set({ urgency })}
        options={[
          { value: '', label: text('all') },
          { value: 'low', label: text('low') },
          { value: 'sold-out', label: text('soldOutOnly') },
        ]}
      />
      {places.lines.length > 0 && (
        <Select
          aria-label={text('line')}
          value={filter.line}
          onChange={(line) => filter.set({ line: line > 0 ? String(line) : '', site: '' })}
          options={[{ value: 0, label: text('anyLine') }, ...places.lines.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      )}
      {sites.length > 0 && (
        <Select
          aria-label={text('site')}
          showSearch={{ optionFilterProp: 'label' }}
          value={filter.site}
          onChange={(site) => filter.set({ site: site > 0 ? String(site) : '' })}
          options={[{ value: 0, label: text('anySite') }, ...sites.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      )}
      <Input.Search
        className="is-wide plan-search"
        aria-label={text('search')}
        placeholder={text('search')}
        allowClear
        maxLength={100}
        value={search}
        onChange={({ target }) => setSearch(target.value)}
        onSearch={(value) => filter.set({ search: value.trim() })}
      />
      <Select
        aria-label={text('horizon')}
        value={filter.horizon}
        prefix={<span className="soft">{text('horizon')}</span>}
        onChange={(days) => filter.set({ horizon: days === 3 ? '' : String(days) })}
        options={[1, 2, 3, 5, 7, 14].map((days) => ({ value: days, label: text('days', { count: days }) }))}
      />
      <Select
        aria-label={text('bring')}
        value={filter.enough}
        prefix={<span className="soft">{text('bring')}</span>}
        onChange={(days) => filter.set({ enough: days > 0 ? String(days) : '' })}
        options={[
          { value: 0, label: text('toFull') },
          ...[3, 5, 7, 14].map((days) => ({ value: days, label: text('enoughFor', { count: days }) })),
        ]}
      />
    </div>
  );
}

interface TableProps {
  items: Machine[];
  chosen: readonly number[];
  choose: (ids: readonly number[]) => void;
  pages: object;
}

function PlanTable({ items, chosen, choose, pages }: TableProps) {
  const text = useText();
  const format = useFormat();
  return (
    <Table<Machine>
      className="panel"
      size="small"
      rowKey="id"
      dataSource={items}
      pagination={pages}
      scroll={{ x: 900 }}
      rowSelection={{
        selectedRowKeys: [...chosen],
        preserveSelectedRowKeys: true,
        onChange: (keys) => choose(keys.map(Number)),
        getCheckboxProps: ({ name }) => ({ 'aria-label': text('choose', { machine: name }) }) as object,
      }}
      columns={[
        {
          title: text('machine'),
          key: 'machine',
          render: (_, machine) => (
            <>
              <MachineName machine={machine} />
              <div className="soft">{machine.machine_no}</div>
            </>
          ),
        },
        {
          title: text('place'),
          key: 'place',
          render: (_, { site_name, line_name }) => (
            <>
              {site_name || '–'}
              {line_name !== '' && <div className="soft">{line_name}</div>}
            </>
          ),
        },
        { title: text('state'), key: 'state', render: (_, machine) => <Slots machine={machine} /> },
        { title: text('bring'), key: 'bring', render: (_, machine) => <Wanted machine={machine} /> },
        { title: text('runsOut'), key: 'out', render: (_, machine) => <RunsOut machine={machine} /> },
        {
          title: <Tooltip title={text('lostHint')}>{text('lost')}</Tooltip>,
          dataIndex: 'lost_cents',
          align: 'right',
          render: (cents: number) => (cents > 0 ? <b>{format.money(cents)}</b> : <span className="soft">–</span>),
        },
        {
          title: text('lastRefill'),
          dataIndex: 'last_refilled_at',
          align: 'right',
          render: (at: string | null) => (at ? format.ago(at) : text('never')),
        },
      ]}
    />
  );
}

interface CardProps {
  machine: Machine;
  isChosen: boolean;
  choose: (yes: boolean) => void;
}

function PlanCard({ machine, isChosen, choose }: CardProps) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  return (
    <article className="plan-card">
      <Checkbox
        aria-label={text('choose', { machine: machine.name })}
        checked={isChosen}
        onChange={({ target }) => choose(target.checked)}
      />
      <div style={{ minWidth: 0 }}>
        <b>{machine.name}</b>
        <div className="soft">{[machine.machine_no, machine.site_name].filter(Boolean).join(' · ')}</div>
        <Slots machine={machine} />
        <div>
          <Wanted machine={machine} />
          {machine.lost_cents > 0 && ` · ${text('lost')} ${format.money(machine.lost_cents)}`}
        </div>
      </div>
      {may('stock.write') && (
        <LinkButton to={`/refill/${machine.id}`} aria-label={`${text('fill')} ${machine.name}`} type="primary" ghost>
          {text('fill')}
        </LinkButton>
      )}
    </article>
  );
}

function MachineName({ machine: { id, name } }: { machine: Machine }) {
  const may = useMay();
  return may('stock.write') ? <Link to={`/refill/${id}`}>{name}</Link> : name;
}

function Slots({ machine }: { machine: Machine }) {
  const text = useText();
  const tags: ReactNode[] = [];
  const add = (count: number, key: 'emptySlots' | 'soonSlots' | 'lowSlots' | 'faultySlots', color: string) => {
    if (count > 0) {
      tags.push(
        <Tag key={key} color={color}>
          {text(key, { count })}
        </Tag>,
      );
    }
  };
  add(machine.sold_out_slots, 'emptySlots', 'red');
  add(machine.soon_slots, 'soonSlots', 'orange');
  add(machine.low_slots, 'lowSlots', 'gold');
  add(machine.faulty_slots, 'faultySlots', 'purple');
  return (
    <Flex wrap gap={4}>
      {tags.length > 0 ? tags : <span className="soft">{text(machine.sold_slots > 0 ? 'fine' : 'noGoodsIn')}</span>}
    </Flex>
  );
}

function Wanted({ machine: { wanted, wanted_goods, sold_slots } }: { machine: Machine }) {
  const text = useText();
  if (sold_slots === 0) return <span className="soft">–</span>;
  if (wanted === 0) return <span className="soft">{text('withoutSlots')}</span>;
  return (
    <>
      <b>{text('pieces', { count: wanted })}</b> <span className="soft">{text('ofGoods', { count: wanted_goods })}</span>
    </>
  );
}

function RunsOut({ machine: { days_left: left } }: { machine: Machine }) {
  const text = useText();
  if (left === null) return <span className="soft">{text('noSales')}</span>;
  if (left === 0) return <span style={{ color: 'var(--bad)' }}>{text('now')}</span>;
  const days = left < 10 ? Math.round(left * 10) / 10 : Math.round(left);
  return text('inDays', { days });
}
