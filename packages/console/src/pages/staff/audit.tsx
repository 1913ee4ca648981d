import { DatePicker, Flex, Input, Select, Table, Typography } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { changeWords } from '../../../../server/src/console/words/changes.ts';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Page } from '../../shared/page.tsx';
import { Paged } from '../../shared/paged.tsx';
import { defineText, useLanguage } from '../../shared/text.ts';
import { endOfDay, startOfDay } from '../orders/zone.ts';

const useText = defineText('audit', {
  en: {
    title: 'Audit log',
    when: 'When',
    who: 'Who',
    what: 'What was done',
    subject: 'To what',
    before: 'Before',
    after: 'After',
    find: 'Machine, order, good or person',
    anybody: 'Anybody',
    day: 'Any day',
    none: 'Nobody has changed anything.',
    noneSuch: 'Nothing of that was changed.',
    machine: 'Machine {{name}}',
    slot: 'Slot {{name}}',
    order: 'Order {{name}}',
    user: 'Person {{name}}',
    good: 'Good {{name}}',
    site: 'Site {{name}}',
    line: 'Line {{name}}',
    integration: 'Integration {{name}}',
    token: 'Token {{name}}',
  },
  zh: {
    title: '操作日志',
    when: '时间',
    who: '操作人',
    what: '操作',
    subject: '对象',
    before: '变更前',
    after: '变更后',
    find: '机器、订单、商品或员工',
    anybody: '全部操作人',
    day: '全部日期',
    none: '还没有任何变更。',
    noneSuch: '没有符合条件的变更。',
    machine: '机器 {{name}}',
    slot: '货道 {{name}}',
    order: '订单 {{name}}',
    user: '员工 {{name}}',
    good: '商品 {{name}}',
    site: '点位 {{name}}',
    line: '线路 {{name}}',
    integration: '接入 {{name}}',
    token: '令牌 {{name}}',
  },
});

type Entry = Answer<'GET /audit'>['items'][number];

/** Who changed what, with what it was before and is after: of anybody and any day, or as the address of the page says. */
export default function Audit() {
  const text = useText();
  const language = useLanguage();
  const format = useFormat();
  const [query, setQuery] = useSearchParams();
  const [cursor, setCursor] = useState<string>();
  const [q, user, day] = [query.get('q') ?? '', query.get('user'), query.get('day')];
  const set = (name: string, value: string | undefined) => {
    const next = new URLSearchParams(query);
    next.delete(name);
    if (value) next.set(name, value);
    setCursor(undefined);
    setQuery(next);
  };
  const read = useRead('GET /audit', {
    query: {
      ...(q && { q }),
      ...(user && { user: Number(user) }),
      ...(day && { from: startOfDay(day, format.timeZone), to: endOfDay(day, format.timeZone) }),
      ...(cursor && { cursor }),
    },
  });
  return (
    <Page
      title={text('title')}
      extra={
        <>
          <People user={user} choose={(value) => set('user', value)} />
          <DatePicker
            aria-label={text('day')}
            placeholder={text('day')}
            value={day ? dayjs(day) : null}
            onChange={(value) => set('day', value?.format('YYYY-MM-DD'))}
          />
          <Input.Search
            key={q}
            style={{ width: 260 }}
            defaultValue={q}
            placeholder={text('find')}
            aria-label={text('find')}
            allowClear
            maxLength={200}
            onSearch={(value) => set('q', value.trim())}
          />
        </>
      }
    >
      <Paged read={read} empty={text(q || user || day ? 'noneSuch' : 'none')} cursor={cursor} go={setCursor}>
        {(items) => (
          <Table<Entry>
            className="panel"
            size="small"
            rowKey="id"
            dataSource={items}
            pagination={false}
            scroll={{ x: 720 }}
            expandable={{ expandedRowRender: (entry) => <Difference entry={entry} /> }}
            columns={[
              { title: text('when'), dataIndex: 'at', render: format.time, width: 180 },
              { title: text('who'), dataIndex: 'who', width: 160 },
              {
                title: text('what'),
                dataIndex: 'action',
                render: (action: string) => changeWords[action.replace(' /v1', ' ')]?.[language === 'zh' ? 1 : 0] ?? action,
              },
              { title: text('subject'), key: 'subject', render: (_, entry) => <Subject entry={entry} /> },
            ]}
          />
        )}
      </Paged>
    </Page>
  );
}

/** Those who may sign in, for whoever may know of them. */
function People({ user, choose }: { user: string | null; choose: (user: string | undefined) => void }) {
  const text = useText();
  const may = useMay();
  const { data } = useRead('GET /users', {}, { enabled: may('staff.read') });
  if (!data) return null;
  return (
    <Select
      aria-label={text('who')}
      style={{ minWidth: 140 }}
      value={user ?? ''}
      onChange={choose}
      options={[
        { value: '', label: text('anybody') },
        ...data.items.map(({ id, name, login }) => ({ value: String(id), label: name || login })),
      ]}
    />
  );
}

/** What was changed by its name, and the way to it where it has a page. */
function Subject({ entry: { about, subject } }: { entry: Entry }) {
  const text = useText();
  if (!about) return subject;
  const said = text(about.kind as 'machine', { name: about.name });
  const pages: Readonly<Record<string, string>> = {
    ...{
      machine: `/machines/${about.id}`,
      slot: `/machines/${about.machine_id}/slots/${about.id}`,
      order: `/orders/${about.id}`,
    },
    ...{ integration: `/integrations/${about.id}`, user: '/staff', token: '/staff', good: '/goods' },
  };
  const to = pages[about.kind];
  return to === undefined ? said : <Link to={to}>{said}</Link>;
}

/** What it was and is, and the call by which it was done, for whoever looks for it in a log. */
function Difference({ entry: { before, after, action, subject, request_id: request } }: { entry: Entry }) {
  const text = useText();
  return (
    <>
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
      <div className="soft">
        <code>{[action, subject, request].join(' · ')}</code>
      </div>
    </>
  );
}
