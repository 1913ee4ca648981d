import { Button, Flex, Result, Spin } from 'antd';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { LinkButton } from '../../shared/link-button.tsx';
import { useText } from './text.ts';
import { slotsDone } from './visits.tsx';

/** What was recorded, and what it settled as soon as that is known. */
export function VisitDone({
  machine,
  done: { visit, is_new, settles },
  again,
}: {
  machine: number;
  done: Answer<'POST /machines/{machine}/visits'>;
  again: () => void;
}) {
  const text = useText();
  const format = useFormat();
  const visits = useRead(
    'GET /machines/{machine}/visits',
    { params: { machine }, query: { cursor: String(visit.id + 1), limit: 1 } },
    // Where an event was missed, it is looked for all the same.
    { live: ['refill'], enabled: settles, every: 4_000 },
  );
  const settlement = visits.data?.items.find(({ id }) => id === visit.id)?.settlement;
  const added = visit.slots.reduce((sum, slot) => sum + slot.added, 0);
  const out = visit.slots.flatMap(({ taken_out }) => taken_out).reduce((sum, { quantity }) => sum + quantity, 0);
  const counted = visit.slots.filter((slot) => slot.counted !== null).length;
  const what = [
    text('summarySlots', { count: slotsDone(visit.slots).length }),
    ...(added > 0 ? [text('summaryIn', { count: added })] : []),
    ...(out > 0 ? [text('summaryOut', { count: out })] : []),
    ...(counted > 0 ? [text('summaryCounted', { count: counted })] : []),
  ];
  return (
    <div className="panel">
      <Result
        status="success"
        title={text('recorded')}
        subTitle={
          <>
            <div>{what.join(' · ')}</div>
            {!is_new && <div>{text('recordedBefore')}</div>}
          </>
        }
        extra={
          <Flex gap="small" justify="center" wrap>
            <LinkButton to="/refill" type="primary">
              {text('back')}
            </LinkButton>
            <Button onClick={again}>{text('another')}</Button>
          </Flex>
        }
      >
        <div style={{ textAlign: 'center' }} role="status">
          {!settles ? (
            text('settlesNothing')
          ) : settlement ? (
            <>
              <b style={{ fontSize: 18 }}>
                {settlement.units > 0
                  ? text('settled', { units: settlement.units, money: format.money(settlement.amount_cents) })
                  : text('settledNone')}
              </b>
              <div className="soft">
                {settlement.previous_at
                  ? text('settledSince', { time: format.time(settlement.previous_at) })
                  : text('settledFirst')}
              </div>
            </>
          ) : (
            <>
              <Spin size="small" /> {text('settling')}
            </>
          )}
        </div>
      </Result>
    </div>
  );
}
