import { Flex, Input, Table, Typography } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Page } from '../../shared/page.tsx';
import { Paged } from '../../shared/paged.tsx';
import { defineText } from '../../shared/text.ts';

const useText = defineText('audit', {
  en: {
    title: 'Audit log',
    when: 'When',
    who: 'Who',
    what: 'What was called',
    subject: 'Subject',
    before: 'Before',
    after: 'After',
    find: 'Subject, e.g. machine 12',
    none: 'Nobody has changed anything.',
  },
  zh: {
    title: '操作日志',
    when: '时间',
    who: '操作人',
    what: '操作',
    subject: '对象',
    before: '变更前',
    after: '变更后',
    find: '对象，如 machine 12',
    none: '还没有任何变更。',
  },
});

type Entry = Answer<'GET /audit'>['items'][number];

/** Who changed what, with what it was before and is after. */
export default function Audit() {
  const text = useText();
  const format = useFormat();
  const [query, setQuery] = useSearchParams();
  const subject = query.get('subject') ?? '';
  const [cursor, setCursor] = useState<string>();
  const read = useRead('GET /audit', { query: { ...(subject && { subject }), ...(cursor && { cursor }) } });
  return (
    <Page
      title={text('title')}
      extra={
        <Input.Search
          defaultValue={subject}
          placeholder={text('find')}
          allowClear
          onSearch={(value) => {
            setCursor(undefined);
            setQuery(value ? { subject: value } : {});
          }}
        />
      }
    >
      <Paged read={read} empty={text('none')} cursor={cursor} go={setCursor}>
        {(items) => (
          <Table<Entry>
            className="panel"
            size="small"
            rowKey="id"
            dataSource={items}
            pagination={false}
            scroll={{ x: 720 }}
            expandable={{
              expandedRowRender: (entry) => <Difference entry={entry} />,
              rowExpandable: ({ before, after }) => before !== null || after !== null,
            }}
            columns={[
              { title: text('when'), dataIndex: 'at', render: format.time, width: 180 },
              { title: text('who'), dataIndex: 'who', width: 160 },
              { title: text('subject'), dataIndex: 'subject', width: 200 },
              { title: text('what'), dataIndex: 'action', render: (action: string) => <code>{action}</code> },
            ]}
          />
        )}
      </Paged>
    </Page>
  );
}

function Difference({ entry: { before, after } }: { entry: Entry }) {
  const text = useText();
  return (
    <Flex gap="middle" wrap>
      {[['before', before] as const, ['after', after] as const].map(([name, value]) => (
        <div key={name} style={{ flex: '1 1 280px', minWidth: 0 }}>
          <Typography.Text type="secondary">{text(name)}</Typography.Text>
          <pre style={{ margin: '4px 0 0', overflowX: 'auto', maxHeight: 320 }}>
            {value === null ? '–' : JSON.stringify(value, null, 2)}
          </pre>
        </div>
      ))}
    </Flex>
  );
}
