import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Collapse, Empty, Flex, Input, Spin, Tag } from 'antd';
import { useDeferredValue, useState } from 'react';
import { type Answer, call, type Input as InputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useErrorText } from '../../shared/error-text.ts';
import { Side } from '../../shared/side.tsx';
import { DifferenceTable } from './difference-table.tsx';
import { useText } from './text.ts';

type Target = Answer<'GET /machines/{machine}/planogram/copy-targets'>['items'][number];
type CopyPreview = Answer<'POST /machines/{machine}/planogram/copy/preview'>;
type Part = InputOf<'POST /machines/{machine}/planogram/copy'>['body']['parts'][number];

/** A machine on its way: previewed, or what went wrong; then what came of it. */
interface Row {
  target: Target;
  preview?: CopyPreview;
  problem?: string;
  state: 'previewed' | 'waiting' | 'copying' | 'done' | 'failed';
}

const mostMachines = 50;

/** Makes other machines like this one: chosen, previewed, then one after another, each by itself. */
export function CopyDrawer({ machine, isPending, close }: { machine: number; isPending: boolean; close: () => void }) {
  const text = useText();
  const errorText = useErrorText();
  const client = useQueryClient();
  const [parts, setParts] = useState<Part[]>(['goods', 'prices', 'capacities']);
  const [targets, setTargets] = useState<ReadonlyMap<number, Target>>(new Map());
  const [rows, setRows] = useState<Row[]>();
  const [isBusy, setBusy] = useState(false);
  const set = (id: number, change: Partial<Row>) =>
    setRows((all) => all?.map((row) => (row.target.machine_id === id ? { ...row, ...change } : row)));

  async function preview(): Promise<void> {
    setBusy(true);
    setRows([...targets.values()].map((target) => ({ target, state: 'waiting' })));
    for (const { machine_id: id } of targets.values()) {
      try {
        const body = { from: machine, parts };
        const said = await call('POST /machines/{machine}/planogram/copy/preview', { params: { machine: id }, body });
        set(id, { preview: said, state: 'previewed' });
      } catch (error) {
        set(id, { problem: errorText(error), state: 'failed' });
      }
    }
    setBusy(false);
  }

  const ready = (rows ?? []).filter(
    ({ preview: said, state }) => state === 'previewed' && said?.problems.length === 0 && said.slots.length > 0,
  );

  async function copy(): Promise<void> {
    setBusy(true);
    for (const { target, preview: said } of ready) {
      const id = target.machine_id;
      if (!said) continue;
      set(id, { state: 'copying' });
      try {
        const body = { from: machine, parts, from_version: said.from_version, version: said.version };
        await call('POST /machines/{machine}/planogram/copy', { params: { machine: id }, body });
        set(id, { state: 'done' });
      } catch (error) {
        set(id, { problem: errorText(error), state: 'failed' });
      }
    }
    setBusy(false);
    await client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('GET /machines') });
  }

  return (
    <Side
      title={text('copy')}
      onClose={close}
      size={600}
      footer={
        rows ? (
          <Flex justify="space-between" gap="small">
            <Button disabled={isBusy} onClick={() => setRows(undefined)}>
              {text('back')}
            </Button>
            {ready.length > 0 || isBusy ? (
              <Button type="primary" loading={isBusy} onClick={() => void copy()}>
                {text('copyNow', { count: ready.length })}
              </Button>
            ) : (
              <Button onClick={close}>{text('close')}</Button>
            )}
          </Flex>
        ) : (
          <Flex justify="space-between" align="center" gap="small">
            <span className="soft">
              {targets.size >= mostMachines
                ? text('mostMachines', { count: mostMachines })
                : text('chosenMachines', { count: targets.size })}
            </span>
            <Button type="primary" disabled={targets.size === 0 || parts.length === 0} onClick={() => void preview()}>
              {text('preview')}
            </Button>
          </Flex>
        )
      }
    >
      {isPending && <Alert type="warning" showIcon title={text('copyPending')} style={{ marginBottom: 12 }} />}
      {rows ? (
        <CopyRows rows={rows} />
      ) : (
        <>
          <h2 className="copy-head">{text('what')}</h2>
          <Checkbox.Group
            value={parts}
            onChange={setParts}
            style={{ display: 'grid', gap: 4 }}
            options={[
              { value: 'goods', label: text('partGoods') },
              { value: 'prices', label: text('partPrices') },
              { value: 'capacities', label: text('partCapacities') },
            ]}
          />
          <h2 className="copy-head">{text('toWhich')}</h2>
          <TargetList machine={machine} targets={targets} setTargets={setTargets} />
        </>
      )}
    </Side>
  );
}

function TargetList({
  machine,
  targets,
  setTargets,
}: {
  machine: number;
  targets: ReadonlyMap<number, Target>;
  setTargets: (targets: ReadonlyMap<number, Target>) => void;
}) {
  const text = useText();
  const [search, setSearch] = useState('');
  const [limit, setLimit] = useState(50);
  const q = useDeferredValue(search.trim());
  const read = useRead('GET /machines/{machine}/planogram/copy-targets', {
    params: { machine },
    query: { limit, ...(q !== '' && { q }) },
  });
  const items = read.data?.items ?? [];
  function toggle(target: Target): void {
    const next = new Map(targets);
    if (!next.delete(target.machine_id) && next.size < mostMachines) next.set(target.machine_id, target);
    setTargets(next);
  }
  return (
    <>
      <Input.Search
        allowClear
        value={search}
        placeholder={text('findMachine')}
        aria-label={text('findMachine')}
        onChange={({ target }) => setSearch(target.value)}
      />
      {read.isPending && <Spin style={{ margin: 16 }} />}
      {read.data && items.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text('noTargets')} />}
      <div className="copy-targets">
        {items.map((target) => (
          <Checkbox
            key={target.machine_id}
            className="copy-target"
            checked={targets.has(target.machine_id)}
            onChange={() => toggle(target)}
          >
            {target.name} <span className="soft">{target.machine_no}</span>
            <br />
            <span className="soft">
              {target.site !== '' && `${target.site} · `}
              {text('sameSlots', { same: target.same_slots, slots: target.slots })}
            </span>
          </Checkbox>
        ))}
      </div>
      {read.data?.next_cursor != null && limit < 200 && (
        <Button size="small" type="text" block loading={read.isFetching} onClick={() => setLimit(200)}>
          {text('more')}
        </Button>
      )}
    </>
  );
}

function CopyRows({ rows }: { rows: readonly Row[] }) {
  const text = useText();
  return (
    <Collapse
      size="small"
      defaultActiveKey={rows.length === 1 ? rows.map(({ target }) => target.machine_id) : []}
      items={rows.map((row) => ({
        key: row.target.machine_id,
        label: (
          <Flex wrap gap="small" justify="space-between">
            <span>
              {row.target.name} <span className="soft">{row.target.machine_no}</span>
            </span>
            <RowState row={row} />
          </Flex>
        ),
        children: (
          <>
            {row.problem !== undefined && <Alert type="error" showIcon title={row.problem} style={{ marginBottom: 8 }} />}
            {row.preview && (
              <>
                {row.preview.missing.length > 0 && (
                  <p className="soft">{text('missing', { slots: row.preview.missing.join(', ') })}</p>
                )}
                {row.preview.extra.length > 0 && <p className="soft">{text('extra', { slots: row.preview.extra.join(', ') })}</p>}
                <DifferenceTable preview={row.preview} />
              </>
            )}
          </>
        ),
      }))}
    />
  );
}

function RowState({ row: { state, preview } }: { row: Row }) {
  const text = useText();
  if (state === 'waiting' || state === 'copying') return <Tag>{text('waiting')}</Tag>;
  if (state === 'done') return <Tag color="green">{text('done')}</Tag>;
  if (state === 'failed' || !preview) return <Tag color="red">{text('failed')}</Tag>;
  if (preview.problems.length > 0) return <Tag color="red">{text('cannot')}</Tag>;
  if (preview.slots.length === 0) return <Tag color="green">{text('alike')}</Tag>;
  return <span className="soft">{text('summary', { slots: preview.slots.length, pieces: preview.taken_out })}</span>;
}
