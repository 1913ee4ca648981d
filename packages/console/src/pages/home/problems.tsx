import { CheckCircleOutlined } from '@ant-design/icons';
import { Button, Flex, Tag } from 'antd';
import { useState } from 'react';
import { useRead } from '../../api/hooks.ts';
import { useMay } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { problemsAsked } from './ask-ahead.ts';
import type { Problem } from './describe-problem.ts';
import { ProblemRow } from './problem-row.tsx';
import { useText } from './text.ts';

const firstRows = problemsAsked.query.limit;
const mostRows = 200;

/** What is wrong now, the dearest first; where there is no machine, nothing can be. It follows what happens, and empties itself as things are mended. */
export function Problems({ noMachines }: { noMachines: boolean }) {
  const text = useText();
  const format = useFormat();
  const [kind, setKind] = useState<Problem['kind']>();
  const [limit, setLimit] = useState(firstRows);
  // Not with every sale: what a sale changes here is heard as a slot's, a machine's or a filling's change, or found by the next look.
  const live = ['slot', 'machine', 'stock', 'refill', 'endpoint', 'books', 'conflict', 'integration', 'pos'];
  const options = { live, every: 15_000 };
  const all = useRead('GET /problems', problemsAsked, options);
  const some = useRead(
    'GET /problems',
    { query: { limit, ...(kind && { kind }) } },
    { ...options, enabled: kind !== undefined || limit > firstRows },
  );
  const read = kind !== undefined || limit > firstRows ? some : all;
  const kinds = Object.entries(all.data?.by_kind ?? {}) as [Problem['kind'], number][];
  return (
    <section className="panel problems" aria-labelledby="wrong">
      <Flex wrap gap="small" align="baseline" justify="space-between">
        <h2 id="wrong">{text('wrong')}</h2>
        {all.data && all.data.total > 0 && (
          <span className="soft">
            {[
              all.data.day_cents > 0 && text('costsDay', { money: format.money(all.data.day_cents) }),
              all.data.once_cents > 0 && text('costsOnce', { money: format.money(all.data.once_cents) }),
            ]
              .filter(Boolean)
              .join(' + ')}
          </span>
        )}
      </Flex>
      <Loaded
        read={read}
        isEmpty={({ total }) => total === 0 && kind === undefined}
        empty={noMachines ? text('noMachines') : <Calm />}
      >
        {({ problems, total }) => (
          <>
            {kinds.length > 1 && (
              <Flex wrap gap={4} className="problem-kinds" role="group" aria-label={text('wrong')}>
                <Tag.CheckableTag checked={kind === undefined} onChange={() => setKind(undefined)}>
                  {text('all')} {all.data?.total}
                </Tag.CheckableTag>
                {kinds.map(([one, count]) => (
                  <Tag.CheckableTag key={one} checked={kind === one} onChange={(on) => setKind(on ? one : undefined)}>
                    {text(one)} {count}
                  </Tag.CheckableTag>
                ))}
              </Flex>
            )}
            <ul className="problem-list" aria-live="polite">
              {problems.map((problem) => (
                <ProblemRow key={problem.key} problem={problem} />
              ))}
            </ul>
            {total > problems.length && (
              <Flex gap="small" align="center" justify="center">
                <span className="soft">{text('more', { count: total - problems.length })}</span>
                {limit < mostRows && (
                  <Button size="small" type="link" onClick={() => setLimit(mostRows)}>
                    {text('moreOf')}
                  </Button>
                )}
              </Flex>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

/** Of orders only who may see them is told anything. */
function Calm() {
  const text = useText();
  const may = useMay();
  return (
    <div className="calm">
      <CheckCircleOutlined aria-hidden />
      <div>
        <b>{text('calm')}</b>
        <p className="soft">
          {text('calmWhy')} {may('orders.read') && text('calmPaid')}
        </p>
      </div>
    </div>
  );
}
