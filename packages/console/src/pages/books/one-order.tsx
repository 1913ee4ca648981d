import { Alert, App, Button, Flex, Popconfirm, Table, Timeline } from 'antd';
import { Link } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useChange, useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { Problem, useProblem } from '../../shared/problem.tsx';
import { Side } from '../../shared/side.tsx';
import { useLanguage } from '../../shared/text.ts';
import type { BookSet } from './books.tsx';
import { ImportState } from './orders.tsx';
import { problemsZh, useText } from './text.ts';

type Shown = Answer<'GET /books/{set}/orders/{order}'>;

/** One order with every attempt, and what a person may do about it. */
export function OneOrder({ set, order, close }: { set: BookSet; order: number; close: () => void }) {
  const text = useText();
  const format = useFormat();
  const params = { set: set.id, order };
  const read = useRead('GET /books/{set}/orders/{order}', { params }, { live: ['books'] });
  return (
    <Side title={read.data?.trans_id ?? ' '} onClose={close} size={640}>
      <Loaded read={read}>
        {(shown) => (
          <Flex vertical gap="middle">
            <dl className="facts">
              <div>
                <dt>{text('state')}</dt>
                <dd>
                  <ImportState order={shown} />
                </dd>
              </div>
              <div>
                <dt>{text('placed')}</dt>
                <dd>{format.time(shown.ordered_at)}</dd>
              </div>
              <div>
                <dt>{text('device')}</dt>
                <dd>
                  {shown.device_name} <span className={shown.device_name === null ? '' : 'soft'}>{shown.dev_id}</span>
                </dd>
              </div>
              <div>
                <dt>{text('amount')}</dt>
                <dd>{format.money(shown.total_cents)}</dd>
              </div>
              {shown.bill_code !== null && (
                <div>
                  <dt>{text('bill')}</dt>
                  <dd>{shown.bill_code}</dd>
                </div>
              )}
            </dl>
            {shown.refunded_after_import_at !== null && <Alert type="warning" showIcon title={text('creditNote')} />}
            {shown.unsettled_at !== null && (
              <Alert type="info" showIcon title={text('since', { time: format.time(shown.unsettled_at) })} />
            )}
            <Actions set={set} shown={shown} />
            {shown.order_id !== null && <Link to={`/orders/${shown.order_id}`}>{text('seeOrder')}</Link>}
            <Table
              size="small"
              rowKey={({ barcode, name }) => `${barcode} ${name}`}
              dataSource={shown.products}
              pagination={false}
              scroll={{ x: 440 }}
              columns={[
                { title: text('barcode'), dataIndex: 'barcode', width: 150, render: (code: string) => code || '–' },
                { title: text('name'), dataIndex: 'name' },
                { title: text('quantity'), dataIndex: 'quantity', align: 'right', className: 'number', width: 80 },
                {
                  title: text('amount'),
                  dataIndex: 'amount_cents',
                  align: 'right',
                  className: 'number',
                  width: 100,
                  render: format.money,
                },
              ]}
            />
            <Attempts shown={shown} />
          </Flex>
        )}
      </Loaded>
    </Side>
  );
}

function Attempts({ shown: { attempts } }: { shown: Shown }) {
  const text = useText();
  const format = useFormat();
  const language = useLanguage();
  if (attempts.length === 0) return <span className="soft">{text('noAttempts')}</span>;
  const colours = { imported: 'green', found: 'green', failed: 'red', unknown: 'orange' };
  return (
    <section>
      <h3 style={{ fontSize: 14, margin: '0 0 12px' }}>{text('attempts')}</h3>
      <Timeline
        items={attempts.map(({ attempt, by, began_at, outcome, problem, detail }) => ({
          key: attempt,
          color: outcome === null ? 'blue' : colours[outcome],
          content: (
            <>
              <div>
                {outcome === null ? text('underWay') : text(`outcome-${outcome}`)} <span className="soft">{by}</span>
              </div>
              <div className="soft">{format.time(began_at)}</div>
              {problem !== null && (
                <div>
                  {(language === 'zh' ? problemsZh[problem]?.[0] : undefined) ?? problem} <code>{detail}</code>
                </div>
              )}
            </>
          ),
        }))}
      />
    </section>
  );
}

function Actions({ set, shown }: { set: BookSet; shown: Shown }) {
  const text = useText();
  const may = useMay();
  const { message } = App.useApp();
  const problem = useProblem();
  const options = {
    makesOld: ['GET /books'],
    // What was tried and failed stands among the attempts by now.
    failed: problem.failed,
  };
  const retry = useChange('POST /books/{set}/orders/{order}/retry', {
    ...options,
    done: ({ bill_code }) => void message.success(text('importedNow', { code: bill_code })),
  });
  const reset = useChange('POST /books/{set}/orders/{order}/reset', { ...options, said: text('wasReset') });
  const withdraw = useChange('POST /books/{set}/orders/{order}/withdraw', { ...options, said: text('wasReset') });
  if (!may('books.write')) return null;
  const input = { params: { set: set.id, order: shown.id } };
  const run = (change: typeof retry | typeof reset | typeof withdraw) => {
    problem.forget();
    change.mutate(input);
  };
  const isImported = shown.import_state === 'imported';
  return (
    <Flex vertical gap="small">
      <Flex gap="small" wrap>
        {!isImported && shown.status === 100 && (
          <Button type="primary" loading={retry.isPending} onClick={() => run(retry)}>
            {text('importNow')}
          </Button>
        )}
        {isImported && set.erp_kind === 'file' && (
          <Popconfirm title={text('withdrawAsk')} onConfirm={() => run(withdraw)} styles={{ root: { maxWidth: 320 } }}>
            <Button danger loading={withdraw.isPending}>
              {text('withdraw')}
            </Button>
          </Popconfirm>
        )}
        {isImported && set.erp_kind !== 'file' && (
          <Popconfirm title={text('resetAsk')} onConfirm={() => run(reset)} styles={{ root: { maxWidth: 320 } }}>
            <Button loading={reset.isPending}>{text('reset')}</Button>
          </Popconfirm>
        )}
      </Flex>
      <Problem said={problem.said} marginBottom={0} />
    </Flex>
  );
}
