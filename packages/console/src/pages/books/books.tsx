import { Alert, Flex, Select, Switch, Tabs } from 'antd';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { PageOfOne } from '../../shared/page-of-one.tsx';
import { useSalesQuery } from '../sales/use-sales-query.ts';
import { DayChecks } from './day-checks.tsx';
import { Devices } from './devices.tsx';
import { Orders } from './orders.tsx';
import { Queue } from './queue.tsx';
import { useText } from './text.ts';
import './books.css';

export type BookSet = Answer<'GET /books'>['items'][number];

const views = ['queue', 'orders', 'check', 'devices'] as const;

/** Orders on their way into an ERP: what waits, for what, and what can be done about it. */
export default function Books() {
  const text = useText();
  const query = useSalesQuery();
  const read = useRead('GET /books', {}, { live: ['books'], every: 60_000 });
  const view = views.find((one) => one === query.get('view')) ?? 'queue';
  return (
    <PageOfOne title={text('title')} read={read} asked={query.get('set')} none={text('noSets')} remedy={text('noSetsAbout')}>
      {(set, sets) => (
        <>
          <SetBar sets={sets} set={set} choose={(id) => query.set({ set: String(id), page: undefined })} />
          <Tabs
            activeKey={view}
            onChange={(key) => query.set({ view: key, page: undefined })}
            items={views.map((key) => ({ key, label: text(key) }))}
            tabBarStyle={{ marginBottom: 0 }}
          />
          {view === 'queue' && <Queue set={set} query={query} />}
          {view === 'orders' && <Orders set={set} query={query} />}
          {view === 'check' && <DayChecks set={set} />}
          {view === 'devices' && <Devices set={set} query={query} />}
        </>
      )}
    </PageOfOne>
  );
}

function SetBar({ sets, set, choose }: { sets: readonly BookSet[]; set: BookSet; choose: (id: number) => void }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const change = useChange('PATCH /books/{set}', {
    makesOld: ['GET /books'],
    said: text(set.auto_import ? 'autoOff' : 'autoOn'),
  });
  const source = set.source_kind === 'none' || set.source_kind === 'ledger' ? text(`source-${set.source_kind}`) : set.source_kind;
  return (
    <div className="panel">
      <Flex wrap gap="12px 32px" align="center">
        <Select
          aria-label={text('set')}
          style={{ minWidth: 160 }}
          value={set.id}
          onChange={choose}
          options={sets.map(({ id, number }) => ({ value: id, label: number }))}
        />
        <span>
          <span className="soft">{text('erp')}</span> {set.erp_kind}
        </span>
        <span>
          <span className="soft">{text('source')}</span> {source}
        </span>
        <Flex gap="small" align="center">
          <Switch
            size="small"
            aria-label={text('auto')}
            checked={set.auto_import}
            disabled={!may('books.write')}
            loading={change.isPending}
            onChange={(auto_import) => change.mutate({ params: { set: set.id }, body: { auto_import } })}
          />
          {text('auto')}
        </Flex>
        <div className="books-figures">
          <span>
            <strong>{format.number(set.stuck)}</strong>
            <span className="soft">{text('stuck')}</span>
          </span>
          <span>
            <strong>{format.number(set.due)}</strong>
            <span className="soft">{text('due')}</span>
          </span>
          <span>
            <strong>{format.number(set.imported_today)}</strong>
            <span className="soft">{text('today')}</span>
          </span>
        </div>
      </Flex>
      {!set.active && <Alert style={{ marginTop: 12 }} type="warning" showIcon title={text('inactive')} />}
      {set.active && !set.auto_import && set.due > 0 && (
        <Alert style={{ marginTop: 12 }} type="info" showIcon title={text('idle')} />
      )}
      {set.paused_until !== null && (
        <Alert style={{ marginTop: 12 }} type="warning" showIcon title={text('paused', { time: format.ago(set.paused_until) })} />
      )}
    </div>
  );
}
