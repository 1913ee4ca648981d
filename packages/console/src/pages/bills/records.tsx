import { Button, Flex, Table, Tag } from 'antd';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { Paged } from '../../shared/paged.tsx';
import { Side } from '../../shared/side.tsx';
import type { SalesQuery } from '../sales/use-sales-query.ts';
import type { Shop } from './bills.tsx';
import { useText } from './text.ts';

export const kinds = ['bill', 'handover', 'day-end', 'take-out'] as const;
type Kind = (typeof kinds)[number];
type Head = Answer<'GET /pos/records'>['items'][number];

/** A shop's records of a kind, the latest first. */
export function Records({ shop, kind, query }: { shop: Shop; kind: Kind; query: SalesQuery }) {
  const text = useText();
  const format = useFormat();
  const [from, to, cursor] = [query.get('from'), query.get('to'), query.get('cursor')];
  const open = Number(query.get('open')) || undefined;
  const read = useRead(
    'GET /pos/records',
    { query: { shop: shop.id, kind, limit: 50, ...(from && { from }), ...(to && { to }), ...(cursor && { cursor }) } },
    { live: ['pos'] },
  );
  return (
    <>
      <Paged read={read} empty={text('none')} cursor={cursor} go={(to) => query.set({ cursor: to })}>
        {(items) => (
          <Table<Head>
            className="panel"
            size="small"
            rowKey="id"
            dataSource={items}
            loading={read.isPlaceholderData}
            pagination={false}
            scroll={{ x: 640 }}
            columns={[
              { title: text('time'), dataIndex: 'at', render: format.time, width: 168 },
              {
                title: text('number'),
                render: (_, { id, key }) => (
                  <Button type="link" size="small" style={{ padding: 0 }} onClick={() => query.set({ open: String(id) })}>
                    {key}
                  </Button>
                ),
              },
              { title: text('staff'), dataIndex: 'staff_name', render: (name: string) => name || '–', ellipsis: true },
              ...(kind === 'day-end' ? [{ title: text('day'), dataIndex: 'business_day', width: 120 }] : []),
              {
                title: text('version'),
                width: 130,
                render: (_, { version, doubts }) => (
                  <Flex gap="small" wrap>
                    {version > 0 && kind === 'bill' && <Tag>{text('changed', { count: version })}</Tag>}
                    {doubts.length > 0 && <Tag color="gold">{text('doubts')}</Tag>}
                  </Flex>
                ),
              },
              {
                title: text('amount'),
                dataIndex: 'amount_cents',
                align: 'right',
                className: 'number',
                width: 120,
                render: format.money,
              },
            ]}
          />
        )}
      </Paged>
      {open !== undefined && <OneRecord record={open} close={() => query.set({ open: undefined })} />}
    </>
  );
}

function OneRecord({ record, close }: { record: number; close: () => void }) {
  const text = useText();
  const format = useFormat();
  const read = useRead('GET /pos/records/{record}', { params: { record } });
  const title = ({ kind, key }: Head) =>
    kind === 'bill'
      ? text('billNo', { key })
      : kind === 'handover'
        ? text('handoverNo', { key })
        : kind === 'day-end'
          ? text('dayEndNo', { key })
          : key;
  return (
    <Side title={read.data ? title(read.data) : ' '} onClose={close} size={640}>
      <Loaded read={read}>
        {(found) => (
          <Flex vertical gap="middle">
            <dl className="facts">
              {[
                [text('time'), format.time(found.at)],
                [text('staff'), found.staff_name || '–'],
                ...(found.business_day === null ? [] : [[text('day'), found.business_day]]),
                [text('amount'), format.money(found.amount_cents)],
                [text('source'), text(found.source)],
              ].map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
            {!found.latest && <span className="soft">{text('superseded')}</span>}
            {found.doubts.map((doubt) => (
              <Tag key={doubt} color="gold" style={{ whiteSpace: 'normal' }}>
                {doubt}
              </Tag>
            ))}
            {found.kind === 'bill' && found.source === 'ledger' && <Link to={`/orders/${found.key}`}>{text('order')}</Link>}
            <div>
              <div className="soft">{text('document')}</div>
              <pre style={{ overflowX: 'auto', fontSize: 12, maxHeight: '50vh' }}>{JSON.stringify(found.document, null, 2)}</pre>
            </div>
          </Flex>
        )}
      </Loaded>
    </Side>
  );
}
