import { Button, Tag } from 'antd';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { Side } from '../../shared/side.tsx';
import '../integrations/integrations.css';
import { IntegrationLink } from './integration-choice.tsx';
import { useReplay } from './notification-list.tsx';
import { StateTag } from './state-tag.tsx';
import { useText } from './text.ts';

type Whole = Answer<'GET /notifications/{notification}'>;

/** What is sent, and each attempt with its answer. */
export function NotificationDrawer({ id, close }: { id: number; close: () => void }) {
  const text = useText();
  const may = useMay();
  const read = useRead('GET /notifications/{notification}', { params: { notification: id } }, { every: 5_000 });
  const replay = useReplay(() => void read.refetch());
  const state = read.data?.notification.state;
  const isDone = state === 'delivered' || state === 'failed';
  return (
    <Side
      onClose={close}
      size={620}
      title={`${text('title')} ${id}`}
      extra={
        may('notifications.replay') && (
          <Button disabled={!isDone} loading={replay.isPending} onClick={() => replay.mutate({ body: { ids: [id] } })}>
            {text('replay')}
          </Button>
        )
      }
    >
      <Loaded read={read}>{(whole) => <Details whole={whole} />}</Loaded>
    </Side>
  );
}

function Details({ whole: { notification, headers, body, attempts } }: { whole: Whole }) {
  const text = useText();
  const format = useFormat();
  const {
    url,
    method,
    state,
    order_id: order,
    integration_id: integration,
    next_attempt_at: next,
    last_error: error,
  } = notification;
  return (
    <div className="stack">
      <dl className="facts">
        <div>
          <dt>{text('what')}</dt>
          <dd>{method}</dd>
        </div>
        <div>
          <dt>{text('where')}</dt>
          <dd>{url}</dd>
        </div>
        <div>
          <dt>{text('state')}</dt>
          <dd>
            <StateTag state={state} />
            {state === 'waiting' && `${text('next')} ${format.time(next)}`} {error}
          </dd>
        </div>
        <div>
          <dt>{text('integration')}</dt>
          <dd>
            <IntegrationLink id={integration} />
          </dd>
        </div>
        {order !== null && (
          <div>
            <dt>{text('order')}</dt>
            <dd>
              <Link to={`/orders/${order}`}>{order}</Link>
            </dd>
          </div>
        )}
      </dl>
      <section>
        <h3 className="sub">{text('attemptList')}</h3>
        <ol className="attempts">
          {attempts.toReversed().map((attempt) => (
            <Attempt key={attempt.number} attempt={attempt} />
          ))}
        </ol>
      </section>
      <section>
        <h3 className="sub">{text('request')}</h3>
        <p className="soft">{text('requestAbout')}</p>
        <pre className="code-text">{[...headers.map(({ name, value }) => `${name}: ${value}`), '', pretty(body)].join('\n')}</pre>
      </section>
    </div>
  );
}

const colors = { running: 'blue', delivered: 'green', failed: 'red', interrupted: 'gold' } as const;

function Attempt({ attempt }: { attempt: Whole['attempts'][number] }) {
  const text = useText();
  const format = useFormat();
  const { number, started_at: at, outcome, status, error, answer } = attempt;
  return (
    <li>
      <strong>{text('attempt', { number })}</strong> {format.time(at)}{' '}
      <Tag color={colors[outcome]}>{text(outcome === 'failed' ? 'notTaken' : outcome)}</Tag>{' '}
      <span className="soft">
        {status === null ? text('noAnswer') : `HTTP ${status}`} {error === `HTTP ${status}` ? '' : error}
      </span>
      {answer !== '' && <pre className="code-text">{answer}</pre>}
    </li>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
