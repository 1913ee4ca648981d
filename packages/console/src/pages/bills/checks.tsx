import { App, Checkbox, Flex, Table, Tag } from 'antd';
import { useState } from 'react';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { CheckDay } from '../../shared/check-day.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { useToday } from '../sales/period.ts';
import type { Shop } from './bills.tsx';
import { useText } from './text.ts';

type Check = Answer<'GET /pos/checks'>['items'][number];
type Difference = Check['differences'][number];

/** Whether bills, handovers, day ends and trades of a shop's days agree; a day can be checked now. */
export function Checks({ shop }: { shop: Shop }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const { message } = App.useApp();
  const today = useToday();
  const [differing, setDiffering] = useState(false);
  const read = useRead(
    'GET /pos/checks',
    { query: { shop: shop.id, limit: 100, ...(differing && { differing }) } },
    { live: ['pos'] },
  );
  const check = useChange('POST /pos/checks', {
    makesOld: ['GET /pos'],
    done: ({ business_day, differences }) => void message.info(text('checked', { day: business_day, count: differences.length })),
  });
  return (
    <>
      <Flex wrap gap="small" align="center" justify="space-between">
        <Checkbox checked={differing} onChange={({ target }) => setDiffering(target.checked)}>
          {text('onlyDiffering')}
        </Checkbox>
        {may('books.write') && shop.source === 'ledger' && (
          <CheckDay
            label={text('checkDay')}
            first={shop.open_day ?? today.format('YYYY-MM-DD')}
            busy={check.isPending}
            check={(day) => check.mutate({ body: { shop: shop.id, day } })}
          />
        )}
      </Flex>
      <Loaded read={read} isEmpty={({ items }) => items.length === 0} empty={text('noChecks')}>
        {({ items }) => (
          <Table<Check>
            className="panel"
            size="small"
            rowKey="business_day"
            dataSource={items}
            pagination={false}
            scroll={{ x: 560 }}
            expandable={{
              expandedRowRender: ({ differences }) => <Differences differences={differences} />,
              rowExpandable: ({ differences }) => differences.length > 0,
            }}
            columns={[
              { title: text('day'), dataIndex: 'business_day', width: 130 },
              {
                title: text('state'),
                render: (_, { differences }) =>
                  differences.length === 0 ? (
                    <Tag color="green">{text('agrees')}</Tag>
                  ) : (
                    <Tag color="red">
                      {text('differs')} {differences.length}
                    </Tag>
                  ),
              },
              { title: text('checkedAt'), dataIndex: 'checked_at', render: format.time, width: 180 },
              {
                title: text('since'),
                dataIndex: 'differs_since',
                render: (at: string | null) => (at === null ? '–' : format.time(at)),
                width: 180,
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}

function Differences({ differences }: { differences: readonly Difference[] }) {
  const text = useText();
  const format = useFormat();
  const money = (cents: number | null) => (cents === null ? text('missing') : format.money(cents));
  return (
    <Table<Difference>
      size="small"
      rowKey={({ subject, cause }) => `${subject} ${cause}`}
      dataSource={[...differences]}
      pagination={false}
      columns={[
        { title: text('between'), dataIndex: 'between', render: (one: Difference['between']) => text(one), width: 110 },
        { title: text('subject'), dataIndex: 'subject', width: 140 },
        { title: text('told'), dataIndex: 'told', render: money, align: 'right', className: 'number', width: 110 },
        { title: text('due'), dataIndex: 'due', render: money, align: 'right', className: 'number', width: 110 },
        { title: text('cause'), dataIndex: 'cause' },
      ]}
    />
  );
}
