import { PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Input, Segmented, Select } from 'antd';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useMay, useSession } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded, Page } from '../../shared/page.tsx';
import { MachineTable } from './machine-table.tsx';
import './machines.css';
import { LinkButton } from '../../shared/link-button.tsx';
import { SiteView } from './site-view.tsx';
import { useText } from './text.ts';
import { pageSize, type State, useFilter } from './use-filter.ts';

/** Every machine: found, and seen how it is; as a table, or by where they stand. */
export default function Machines() {
  const text = useText();
  const may = useMay();
  const { user } = useSession();
  const { view, set } = useFilter();
  const views = [
    { value: 'table' as const, label: text('asTable') },
    { value: 'sites' as const, label: text('asSites') },
  ];
  const show = (value: 'table' | 'sites') => set({ view: value === 'sites' ? value : undefined });
  return (
    <Page
      title={text('title')}
      extra={
        <>
          <Segmented options={views} value={view} onChange={show} aria-label={text('title')} />
          {may('machines.write') && !user.scoped && (
            <LinkButton to="/machines/new" type="primary" icon={<PlusOutlined />}>
              {text('add')}
            </LinkButton>
          )}
        </>
      }
    >
      {view === 'sites' ? <SiteView /> : <List />}
    </Page>
  );
}

function List() {
  const text = useText();
  const { query, page, narrowed, clear } = useFilter();
  // Not by events: of ten thousand machines something happens always.
  const read = useRead(
    'GET /machines',
    { query: { ...query, ...order(query.sort), offset: (page - 1) * pageSize, limit: pageSize } },
    { every: 10_000 },
  );
  return (
    <>
      <Filters />
      <Loaded read={read}>
        {(list) => (
          <>
            <Chips counts={list.counts} />
            {list.items.length > 0 ? (
              <MachineTable list={list} refreshing={read.isPlaceholderData} />
            ) : (
              <Flex vertical align="center" gap="middle" className="panel" style={{ padding: 40 }}>
                <span className="soft">{text(narrowed ? 'noneMatch' : 'none')}</span>
                {narrowed && <Button onClick={clear}>{text('clear')}</Button>}
              </Flex>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

/** Which way round each sort is read. */
const order = (sort: string) => ({ descending: sort === 'trouble' || sort === 'sales' });

function Filters() {
  const text = useText();
  const { query, set, narrowed, clear } = useFilter();
  const lines = useRead('GET /lines', {});
  const options = (lines.data?.items ?? []).flatMap(({ id, name, area_name: area }) =>
    id === null ? [] : [{ value: id, label: area === '' ? name : `${area} · ${name}` }],
  );
  const sorts = [
    { value: 'trouble', label: text('byTrouble') },
    { value: 'name', label: text('byName') },
    { value: 'number', label: text('byNumber') },
    { value: 'seen', label: text('bySeen') },
    { value: 'sales', label: text('bySales') },
  ];
  const whose = [
    { value: 'true', label: text('ours') },
    { value: 'false', label: text('others') },
  ];
  return (
    <Flex wrap gap="small" style={{ marginBottom: 12 }} role="search">
      <Input.Search
        key={query.text ?? ''}
        defaultValue={query.text}
        placeholder={text('search')}
        aria-label={text('search')}
        allowClear
        style={{ flex: '1 1 220px', maxWidth: 340 }}
        onSearch={(value) => set({ text: value.trim() })}
      />
      <Select
        {...(query.line !== undefined && { value: query.line })}
        options={options}
        placeholder={text('everyLine')}
        aria-label={text('line')}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        style={{ flex: '1 1 150px', maxWidth: 240 }}
        onChange={(line?: number) => set({ line })}
      />
      <Select
        {...(query.own !== undefined && { value: String(query.own) })}
        options={whose}
        placeholder={text('everybodys')}
        aria-label={text('everybodys')}
        allowClear
        style={{ flex: '1 1 140px', maxWidth: 180 }}
        onChange={(own?: string) => set({ own })}
      />
      <Select
        value={query.sort}
        options={sorts}
        aria-label={text('sort')}
        style={{ flex: '1 1 150px', maxWidth: 200 }}
        onChange={(sort: string) => set({ sort: sort === 'trouble' ? undefined : sort })}
      />
      {narrowed && (
        <Button type="text" onClick={clear}>
          {text('clear')}
        </Button>
      )}
    </Flex>
  );
}

const always = ['online', 'offline'] as const;
const rare = ['broken', 'faulty', 'sold-out', 'short', 'held', 'out-of-operation'] as const;

/** How many there are of each state; what there is none of is not shown. */
function Chips({ counts }: { counts: Answer<'GET /machines'>['counts'] }) {
  const text = useText();
  const format = useFormat();
  const { query, set } = useFilter();
  const shown: readonly (State | undefined)[] = [
    undefined,
    ...always,
    ...rare.filter((state) => counts[state] > 0 || query.state === state),
  ];
  return (
    <div className="machine-chips">
      {shown.map((state) => (
        <button
          key={state ?? 'all'}
          type="button"
          aria-pressed={query.state === state}
          title={state === 'short' || state === 'held' ? text(`${state}About`) : undefined}
          onClick={() => set({ state })}
        >
          {text(state ?? 'all')} <b className="number">{format.number(counts[state ?? 'all'])}</b>
        </button>
      ))}
    </div>
  );
}
