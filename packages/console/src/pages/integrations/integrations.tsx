import { PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Flex, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { LinkButton } from '../../shared/link-button.tsx';
import { Loaded, Page } from '../../shared/page.tsx';
import { useText } from './text.ts';
import { useKindWords } from './words.ts';

export type Integration = Answer<'GET /integrations'>['items'][number];

/** Whom the hub speaks with, and how well. */
export default function Integrations() {
  const text = useText();
  const may = useMay();
  const [revoked, setRevoked] = useState(false);
  const [cursor, setCursor] = useState<string>();
  const query = { ...(!revoked && { status: 'active' as const }), ...(cursor && { cursor }), limit: 100 };
  const read = useRead('GET /integrations', { query }, { live: ['integration', 'endpoint'], every: 30_000 });
  return (
    <Page
      title={text('title')}
      extra={
        may('integrations.write') && (
          <LinkButton to="/integrations/new" type="primary" icon={<PlusOutlined />}>
            {text('new')}
          </LinkButton>
        )
      }
    >
      <Checkbox checked={revoked} onChange={({ target }) => setRevoked(target.checked)} style={{ marginBottom: 12 }}>
        {text('showRevoked')}
      </Checkbox>
      <Loaded read={read} isEmpty={({ items }) => items.length === 0} empty={text('none')}>
        {({ items, next_cursor: next }) => (
          <>
            <IntegrationTable items={items} />
            {next !== null && (
              <Button style={{ marginTop: 12 }} onClick={() => setCursor(next)}>
                {text('more')}
              </Button>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function IntegrationTable({ items }: { items: Integration[] }) {
  const text = useText();
  const format = useFormat();
  const words = useKindWords();
  return (
    <Table<Integration>
      className="panel"
      size="small"
      rowKey="id"
      dataSource={items}
      pagination={false}
      scroll={{ x: 860 }}
      columns={[
        {
          title: text('name'),
          dataIndex: 'name',
          render: (name: string, { id, dialect, role }) => (
            <Flex vertical>
              <Link to={`/integrations/${id}`}>{name || words.name(dialect, role)}</Link>
              {name !== '' && <span className="soft">{words.name(dialect, role)}</span>}
            </Flex>
          ),
        },
        { title: text('told'), key: 'told', render: (_, one) => <Told integration={one} /> },
        {
          title: text('lastCall'),
          dataIndex: 'last_call_at',
          render: (at: string | null) => <span className={at ? undefined : 'soft'}>{at ? format.ago(at) : text('never')}</span>,
        },
        {
          title: text('status'),
          dataIndex: 'status',
          render: (status: Integration['status'], { overlap_until: overlap }) => (
            <Flex gap={4} wrap>
              <Tag color={status === 'active' ? 'green' : 'default'}>{text(status)}</Tag>
              {overlap !== null && <Tag color="gold">{text('overlapping')}</Tag>}
            </Flex>
          ),
        },
        {
          title: text('wireId'),
          dataIndex: 'wire_id',
          render: (id: string) => (
            <Typography.Text code ellipsis={{ tooltip: id }} style={{ maxWidth: 200 }}>
              {id}
            </Typography.Text>
          ),
        },
      ]}
    />
  );
}

function Told({ integration: { id, failed, waiting } }: { integration: Integration }) {
  const text = useText();
  if (failed + waiting === 0) return <span className="soft">{text('fine')}</span>;
  return (
    <Flex gap={4} wrap>
      {failed > 0 && (
        <Link to={`/notifications?integration=${id}&state=failed`}>
          <Tag color="red">{text('failing', { count: failed })}</Tag>
        </Link>
      )}
      {waiting > 0 && (
        <Link to={`/notifications?integration=${id}&state=waiting`}>
          <Tag color="gold">{text('waitingCount', { count: waiting })}</Tag>
        </Link>
      )}
    </Flex>
  );
}
