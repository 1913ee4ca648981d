import { App, Button, Flex, Input, Segmented, Select, Table, Typography } from 'antd';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Paged } from '../../shared/paged.tsx';
import { IntegrationChoice, IntegrationLink } from './integration-choice.tsx';
import { NotificationDrawer } from './notification-drawer.tsx';
import { ReplayAll } from './replay-all.tsx';
import { StateTag } from './state-tag.tsx';
import { useText } from './text.ts';

type Notification = Answer<'GET /notifications'>['items'][number];

const states = ['waiting', 'sending', 'delivered', 'failed'] as const;
const periods = { today: 86_400, week: 7 * 86_400 } as const;

/** Of one integration, or of all; filters stand in the address, so that a view can be passed on. */
export function NotificationList({ integration }: { integration?: number }) {
  const text = useText();
  const may = useMay();
  const [query, setQuery] = useSearchParams();
  const [cursor, setCursor] = useState<string>();
  const [open, setOpen] = useState<number>();
  const [selected, setSelected] = useState<number[]>([]);
  const chosen = integration ?? (Number(query.get('integration')) || undefined);
  const state = states.find((one) => one === query.get('state'));
  const order = Number(query.get('order')) || undefined;
  const period = query.get('period') as keyof typeof periods | null;
  // The same for as long as the filter stays: else each look would be another question.
  const from = useMemo(() => (period ? new Date(Date.now() - (periods[period] ?? 0) * 1000).toISOString() : undefined), [period]);
  const read = useRead(
    'GET /notifications',
    {
      query: {
        ...(chosen && { integration: chosen }),
        ...(state && { state }),
        ...(order && { order }),
        ...(from && { from }),
        ...(cursor && { cursor }),
      },
    },
    { live: ['endpoint', 'trade', 'dispense', 'refill'], every: 15_000 },
  );
  const replay = useReplay(() => setSelected([]));
  function filter(name: string, value: string | number | undefined) {
    const next = new URLSearchParams(query);
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, String(value));
    setCursor(undefined);
    setSelected([]);
    setQuery(next, { replace: true });
  }
  return (
    <>
      <Flex wrap gap="small" style={{ marginBottom: 12 }} align="center">
        {integration === undefined && <IntegrationChoice value={chosen} onChange={(id) => filter('integration', id)} />}
        <div className="scroll">
          <Segmented
            value={state ?? ''}
            onChange={(value) => filter('state', value)}
            options={[{ value: '', label: text('every') }, ...states.map((value) => ({ value, label: text(value) }))]}
          />
        </div>
        <Select
          aria-label={text('period')}
          style={{ width: 160 }}
          value={period ?? ''}
          onChange={(value) => filter('period', value)}
          options={[
            { value: '', label: text('anytime') },
            { value: 'today', label: text('today') },
            { value: 'week', label: text('week') },
          ]}
        />
        <Input.Search
          aria-label={text('order')}
          placeholder={text('order')}
          defaultValue={order}
          inputMode="numeric"
          allowClear
          style={{ width: 150 }}
          onSearch={(value) => filter('order', /^\d+$/.test(value.trim()) ? value.trim() : undefined)}
        />
        {may('notifications.replay') && (
          <>
            {selected.length > 0 && (
              <Button type="primary" loading={replay.isPending} onClick={() => replay.mutate({ body: { ids: selected } })}>
                {text('selected', { count: selected.length })}
              </Button>
            )}
            <ReplayAll integration={chosen} />
          </>
        )}
      </Flex>
      <Paged read={read} empty={text('none')} cursor={cursor} go={setCursor}>
        {(items) => (
          <Rows items={items} ofOne={integration !== undefined} selected={selected} select={setSelected} open={setOpen} />
        )}
      </Paged>
      {open !== undefined && <NotificationDrawer id={open} close={() => setOpen(undefined)} />}
    </>
  );
}

/** Sends again, and says how many. */
export function useReplay(done: () => void) {
  const text = useText();
  const { message } = App.useApp();
  return useChange('POST /notifications/replay', {
    makesOld: ['GET /notifications', 'GET /integrations', 'GET /endpoints'],
    done: ({ replayed }) => {
      void message.success(text('replayed', { count: replayed }));
      done();
    },
  });
}

interface RowsProps {
  items: Notification[];
  /** Of one integration, which needs no naming. */
  ofOne: boolean;
  selected: number[];
  select: (ids: number[]) => void;
  open: (id: number) => void;
}

function Rows({ items, ofOne, selected, select, open }: RowsProps) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  return (
    <Table<Notification>
      className="panel"
      size="small"
      rowKey="id"
      dataSource={items}
      pagination={false}
      scroll={{ x: ofOne ? 900 : 1060 }}
      {...(may('notifications.replay') && {
        rowSelection: {
          selectedRowKeys: selected,
          onChange: (keys: React.Key[]) => select(keys.map(Number)),
          // What is still on its way is sent anyway.
          getCheckboxProps: ({ state }: Notification) => ({ disabled: state === 'waiting' || state === 'sending' }),
        },
      })}
      columns={[
        { title: text('when'), dataIndex: 'created_at', render: format.time, width: 170 },
        {
          title: text('what'),
          dataIndex: 'method',
          render: (method: string, { id }) => (
            <Button type="link" size="small" style={{ padding: 0 }} onClick={() => open(id)}>
              {method}
            </Button>
          ),
        },
        ...(ofOne
          ? []
          : [
              {
                title: text('integration'),
                dataIndex: 'integration_id',
                width: 160,
                render: (id: number) => <IntegrationLink id={id} />,
              },
            ]),
        {
          title: text('where'),
          dataIndex: 'url',
          render: (url: string) => (
            <Typography.Text ellipsis={{ tooltip: url }} style={{ maxWidth: 260 }}>
              {url}
            </Typography.Text>
          ),
        },
        { title: text('state'), dataIndex: 'state', render: (state: Notification['state']) => <StateTag state={state} /> },
        { title: text('attempts'), dataIndex: 'attempts', align: 'right', width: 90 },
        {
          title: text('error'),
          dataIndex: 'last_error',
          render: (error: string) => (
            <Typography.Text type="secondary" ellipsis={{ tooltip: error }} style={{ maxWidth: 220 }}>
              {error}
            </Typography.Text>
          ),
        },
      ]}
    />
  );
}
