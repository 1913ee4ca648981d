import { Button, Flex, Segmented, Table, Typography } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { Paged } from '../../shared/paged.tsx';
import { Side } from '../../shared/side.tsx';
import { IntegrationChoice, IntegrationLink } from './integration-choice.tsx';
import { StateTag } from './state-tag.tsx';
import { useText } from './text.ts';

type Message = Answer<'GET /inbound-messages'>['items'][number];

/** What other platforms told: as it came, and whether it could be taken. */
export function InboundList() {
  const text = useText();
  const format = useFormat();
  const [query, setQuery] = useSearchParams();
  const [cursor, setCursor] = useState<string>();
  const [open, setOpen] = useState<Message>();
  const integration = Number(query.get('integration')) || undefined;
  const unapplied = query.get('unapplied') === 'true';
  const asked = { ...(integration && { integration }), ...(unapplied && { unapplied }), ...(cursor && { cursor }) };
  const read = useRead('GET /inbound-messages', { query: asked }, { every: 15_000 });
  function filter(name: string, value: string | number | undefined) {
    const next = new URLSearchParams(query);
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, String(value));
    setCursor(undefined);
    setQuery(next, { replace: true });
  }
  return (
    <>
      <Flex wrap gap="small" style={{ marginBottom: 12 }}>
        <IntegrationChoice value={integration} onChange={(id) => filter('integration', id)} />
        <Segmented
          value={String(unapplied)}
          onChange={(value) => filter('unapplied', value === 'true' ? value : undefined)}
          options={[
            { value: 'false', label: text('every') },
            { value: 'true', label: text('unapplied') },
          ]}
        />
      </Flex>
      <Paged read={read} empty={text('none')} cursor={cursor} go={setCursor}>
        {(items) => (
          <Table<Message>
            className="panel"
            size="small"
            rowKey="id"
            dataSource={items}
            pagination={false}
            scroll={{ x: 880 }}
            columns={[
              { title: text('received'), dataIndex: 'received_at', render: format.time, width: 170 },
              {
                title: text('what'),
                dataIndex: 'kind',
                render: (kind: string, message) => (
                  <Button type="link" size="small" style={{ padding: 0 }} onClick={() => setOpen(message)}>
                    {kind}
                  </Button>
                ),
              },
              {
                title: text('integration'),
                dataIndex: 'integration_id',
                width: 160,
                render: (id: number) => <IntegrationLink id={id} />,
              },
              { title: text('state'), dataIndex: 'state', render: (state: Message['state']) => <StateTag state={state} /> },
              { title: text('attempts'), dataIndex: 'attempts', align: 'right' },
              {
                title: text('error'),
                dataIndex: 'error',
                render: (error: string) => (
                  <Typography.Text type="secondary" ellipsis={{ tooltip: error }} style={{ maxWidth: 320 }}>
                    {error}
                  </Typography.Text>
                ),
              },
            ]}
          />
        )}
      </Paged>
      {open && <MessageDrawer id={open.id} close={() => setOpen(undefined)} />}
    </>
  );
}

function MessageDrawer({ id, close }: { id: number; close: () => void }) {
  const text = useText();
  const may = useMay();
  const read = useRead('GET /inbound-messages/{message}', { params: { message: id } });
  const retry = useChange('POST /inbound-messages/{message}/retry', {
    makesOld: ['GET /inbound-messages'],
    said: text('retried'),
  });
  const state = read.data?.message.state;
  return (
    <Side
      onClose={close}
      size={620}
      title={`${read.data?.message.kind ?? ''} ${id}`}
      extra={
        may('notifications.replay') && (
          <Button disabled={state === undefined || state === 'applied'} onClick={() => retry.mutate({ params: { message: id } })}>
            {text('retry')}
          </Button>
        )
      }
    >
      <Loaded read={read}>
        {({ message, query, body }) => (
          <div className="stack">
            <div>
              <StateTag state={message.state} /> {message.error}
            </div>
            <h3 className="sub">{text('body')}</h3>
            {query !== '' && <pre className="code-text">{query}</pre>}
            <pre className="code-text">{body}</pre>
          </div>
        )}
      </Loaded>
    </Side>
  );
}
