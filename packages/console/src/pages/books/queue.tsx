import { App, Button, Empty, Flex, Tag } from 'antd';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { useLanguage } from '../../shared/text.ts';
import type { SalesQuery } from '../sales/use-sales-query.ts';
import type { BookSet } from './books.tsx';
import { problemsZh, useText } from './text.ts';

type Group = Answer<'GET /books/{set}/problems'>['items'][number];

/** What keeps orders from being imported, each reason once, with what is to be done about it. */
export function Queue({ set, query }: { set: BookSet; query: SalesQuery }) {
  const text = useText();
  const read = useRead('GET /books/{set}/problems', { params: { set: set.id } }, { live: ['books'], every: 30_000 });
  return (
    <Loaded
      read={read}
      isEmpty={({ items }) => items.length === 0}
      empty={
        <div className="panel">
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text('nothingWaits')} />
        </div>
      }
    >
      {({ items }) => (
        <Flex vertical gap="small">
          {items.map((group) => (
            <Problem key={`${group.problem} ${group.subject}`} set={set} group={group} query={query} />
          ))}
        </Flex>
      )}
    </Loaded>
  );
}

/** A device without a configuration is named by its number. */
const deviceOf = ({ problem, subject }: Group): string | undefined =>
  problem === 'import.no-device' && /^\d+$/.test(subject) ? subject : undefined;

function Problem({ set, group, query }: { set: BookSet; group: Group; query: SalesQuery }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const language = useLanguage();
  const { message } = App.useApp();
  const retry = useChange('POST /books/{set}/retry', {
    makesOld: ['GET /books'],
    done: ({ orders }) => void message.success(text('tried', { count: orders })),
  });
  const { problem, subject, kind, orders, amount_cents, oldest, next_try, trans_ids } = group;
  const [said, remedy] = (language === 'zh' ? problemsZh[problem] : undefined) ?? [group.message, group.remedy];
  // Mended perhaps: it is tried with the next round.
  const needsPerson = kind === 'person' && next_try === null;
  const device = needsPerson ? deviceOf(group) : undefined;
  return (
    <article className="panel books-problem">
      <div>
        <h3>
          <Tag color={needsPerson ? 'red' : 'gold'}>{text(needsPerson ? 'person' : 'retry')}</Tag> {said}{' '}
          {subject !== '' && <code>{subject}</code>}
        </h3>
        <div>{remedy}</div>
        <Flex wrap gap="4px 20px" className="soft" style={{ marginTop: 6 }}>
          <span>
            {text('oldest')} {format.time(oldest)}
          </span>
          <span>
            {text('next')}{' '}
            {next_try === null ? text('whenMended') : set.auto_import ? format.time(next_try) : text('notByItself')}
          </span>
          <span>
            {text('examples')}{' '}
            {trans_ids.map((transId, n) => (
              <span key={transId}>
                {n > 0 && ', '}
                <Button
                  type="link"
                  size="small"
                  style={{ padding: 0, height: 'auto' }}
                  onClick={() => query.set({ view: 'orders', find: transId, page: undefined })}
                >
                  {transId}
                </Button>
              </span>
            ))}
          </span>
        </Flex>
      </div>
      <Flex vertical gap="small" align="end">
        <span>
          <strong>{text('ordersCount', { count: orders })}</strong> <span className="number">{format.money(amount_cents)}</span>
        </span>
        {may('books.write') && (
          <Flex gap="small" wrap>
            {device !== undefined && (
              <Button type="primary" onClick={() => query.set({ view: 'devices', device })}>
                {text('addDevice', { id: device })}
              </Button>
            )}
            <Button
              type={device === undefined && needsPerson ? 'primary' : 'default'}
              loading={retry.isPending}
              onClick={() => retry.mutate({ params: { set: set.id }, body: { problem, subject } })}
            >
              {text('tryAll')}
            </Button>
          </Flex>
        )}
      </Flex>
    </article>
  );
}
