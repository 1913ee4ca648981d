import { Table, Typography } from 'antd';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { IntegrationLink } from './integration-choice.tsx';
import { useText } from './text.ts';

type Poll = Answer<'GET /polls'>['items'][number];

/** Platforms that are asked for their lists. */
export function Polls() {
  const text = useText();
  const format = useFormat();
  const read = useRead('GET /polls', {}, { every: 30_000 });
  return (
    <Loaded read={read} isEmpty={({ items }) => items.length === 0} empty={text('none')}>
      {({ items }) => (
        <Table<Poll>
          className="panel"
          size="small"
          rowKey="integration_id"
          dataSource={items}
          pagination={false}
          scroll={{ x: 720 }}
          columns={[
            {
              title: text('platform'),
              dataIndex: 'name',
              render: (_, { integration_id: id }) => <IntegrationLink id={id} />,
            },
            {
              title: text('asked'),
              dataIndex: 'finished_at',
              render: (at: string | null) => (at ? format.ago(at) : text('never')),
            },
            { title: text('due'), dataIndex: 'due_at', render: format.time },
            { title: text('failures'), dataIndex: 'failures', align: 'right' },
            {
              title: text('error'),
              dataIndex: 'error',
              render: (error: string) => <Typography.Text type="secondary">{error}</Typography.Text>,
            },
          ]}
        />
      )}
    </Loaded>
  );
}
