import { Tabs } from 'antd';
import { useSearchParams } from 'react-router';
import { Page } from '../../shared/page.tsx';
import { Endpoints } from './endpoints.tsx';
import { InboundList } from './inbound-list.tsx';
import { NotificationList } from './notification-list.tsx';
import { Polls } from './polls.tsx';
import { useText } from './text.ts';

/** What the outside was told, what others told us, and what became of both. */
export default function Notifications() {
  const text = useText();
  const [query, setQuery] = useSearchParams();
  return (
    <Page title={text('title')}>
      <Endpoints />
      <Tabs
        activeKey={query.get('tab') ?? 'out'}
        onChange={(tab) => setQuery({ tab }, { replace: true })}
        items={[
          { key: 'out', label: text('out'), children: <NotificationList /> },
          { key: 'in', label: text('in'), children: <InboundList /> },
          { key: 'polls', label: text('polls'), children: <Polls /> },
        ]}
      />
    </Page>
  );
}
