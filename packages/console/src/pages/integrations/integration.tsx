import { Alert, Button, Flex, Popconfirm, Tabs, Tag } from 'antd';
import { useParams, useSearchParams } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded, Page } from '../../shared/page.tsx';
import { NotificationList } from '../notifications/notification-list.tsx';
import { Addresses } from './addresses.tsx';
import { Rotate } from './rotate.tsx';
import { Settings } from './settings.tsx';
import './integrations.css';
import { useText } from './text.ts';
import { TryCall } from './try-call.tsx';
import { useKindWords } from './words.ts';
import { Workbench } from './workbench.tsx';

export type Whole = Answer<'GET /integrations/{integration}'>;

/** One that the hub speaks with: what it is given, what is wrong with its requests, and what it was told. */
export default function OneIntegration() {
  const text = useText();
  const words = useKindWords();
  const { integration = '' } = useParams();
  const [query, setQuery] = useSearchParams();
  const params = { integration: Number(integration) };
  const read = useRead('GET /integrations/{integration}', { params }, { live: ['integration'], every: 30_000 });
  const shown = read.data?.integration;
  const title = shown ? shown.name || words.name(shown.dialect, shown.role) : text('integration');
  return (
    <Page title={title}>
      <Loaded read={read}>
        {(whole) => (
          <div className="stack">
            <Facts whole={whole} />
            <Tabs
              activeKey={query.get('tab') ?? 'set-up'}
              onChange={(tab) => setQuery({ tab }, { replace: true })}
              items={tabsOf(whole, text)}
            />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function tabsOf(whole: Whole, text: ReturnType<typeof useText>) {
  const { integration } = whole;
  if (integration.status === 'revoked') {
    return [{ key: 'set-up', label: text('notifications'), children: <NotificationList integration={integration.id} /> }];
  }
  return [
    {
      key: 'set-up',
      label: text('setUp'),
      children: (
        <div className="stack">
          <Addresses integration={integration} />
          <Settings whole={whole} />
        </div>
      ),
    },
    { key: 'workbench', label: text('workbench'), children: <Workbench integration={integration} /> },
    { key: 'try', label: text('tryIt'), children: <TryCall integration={integration} /> },
    { key: 'notifications', label: text('notifications'), children: <NotificationList integration={integration.id} /> },
  ];
}

function Facts({ whole: { integration, kind } }: { whole: Whole }) {
  const text = useText();
  const format = useFormat();
  const words = useKindWords();
  const may = useMay();
  const { id, dialect, role, wire_id: wireId, status, last_call_at: lastCall, failed, waiting } = integration;
  const revoke = useChange('DELETE /integrations/{integration}', { makesOld: ['GET /integrations'] });
  const isOurs = may('integrations.write') && status === 'active';
  return (
    <div className="panel stack">
      <dl className="facts">
        <div>
          <dt>{text('kind')}</dt>
          <dd>
            {words.name(dialect, role)} <Tag color={status === 'active' ? 'green' : 'default'}>{text(status)}</Tag>
          </dd>
        </div>
        <div>
          <dt>{text('wireId')}</dt>
          <dd>
            <code>{wireId}</code>
          </dd>
        </div>
        <div>
          <dt>{text('lastCall')}</dt>
          <dd>{lastCall ? format.time(lastCall) : <span className="soft">{text('never')}</span>}</dd>
        </div>
        <div>
          <dt>{text('told')}</dt>
          <dd>
            <Flex gap="small" wrap>
              {failed > 0 && <Tag color="red">{text('failing', { count: failed })}</Tag>}
              {waiting > 0 && <Tag color="gold">{text('waitingCount', { count: waiting })}</Tag>}
              {failed + waiting === 0 && <span className="soft">{text('fine')}</span>}
            </Flex>
          </dd>
        </div>
      </dl>
      <Overlap whole={{ integration, kind }} />
      {isOurs && (
        <Flex gap="small" wrap>
          {kind && <Rotate integration={integration} kind={kind} />}
          <Popconfirm title={text('revokeAsk')} onConfirm={() => revoke.mutate({ params: { integration: id } })}>
            <Button danger>{text('revoke')}</Button>
          </Popconfirm>
        </Flex>
      )}
    </div>
  );
}

function Overlap({ whole: { integration } }: { whole: Whole }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const end = useChange('POST /integrations/{integration}/end-overlap', {
    makesOld: ['GET /integrations'],
    said: text('ended'),
  });
  if (integration.overlap_until === null) return null;
  const until = format.time(integration.overlap_until);
  return (
    <Alert
      type="info"
      showIcon
      title={text('overlapUntil', { time: until })}
      description={integration.signs_with_old ? text('weSignOld') : undefined}
      action={
        may('integrations.write') && (
          <Popconfirm title={text('endAsk')} onConfirm={() => end.mutate({ params: { integration: integration.id } })}>
            <Button size="small">{text('endNow')}</Button>
          </Popconfirm>
        )
      }
    />
  );
}
