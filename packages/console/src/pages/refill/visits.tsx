import { Collapse, Flex, Tag } from 'antd';
import { useState } from 'react';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Paged } from '../../shared/paged.tsx';
import { useText } from './text.ts';

type Visit = Answer<'GET /machines/{machine}/visits'>['items'][number];

/** Without the slots to which nothing was done: they were full already. */
export function slotsDone<S extends Pick<Visit['slots'][number], 'counted' | 'taken_out' | 'added'>>(slots: readonly S[]): S[] {
  return slots.filter(({ counted, taken_out, added }) => counted !== null || taken_out.length > 0 || added > 0);
}

/** Who was here before, read when somebody wants to know. */
export function Visits({ machine }: { machine: number }) {
  const text = useText();
  return (
    <Collapse
      ghost
      className="no-print"
      style={{ marginTop: 16 }}
      items={[{ key: 'history', label: text('history'), children: <History machine={machine} /> }]}
      destroyOnHidden
    />
  );
}

function History({ machine }: { machine: number }) {
  const text = useText();
  const [cursor, setCursor] = useState<string>();
  const query = { limit: 10, ...(cursor !== undefined && { cursor }) };
  const read = useRead('GET /machines/{machine}/visits', { params: { machine }, query }, { live: ['refill', 'stock'] });
  return (
    <Paged read={read} empty={text('noVisits')} cursor={cursor} go={setCursor}>
      {(items) => (
        <Flex vertical gap="small">
          {items.map((visit) => (
            <OneVisit key={visit.id} visit={visit} />
          ))}
        </Flex>
      )}
    </Paged>
  );
}

function OneVisit({ visit: { visitor, done_at, slots, settlement } }: { visit: Visit }) {
  const text = useText();
  const format = useFormat();
  return (
    <div className="panel" style={{ padding: 12 }}>
      <Flex wrap gap="small" justify="space-between">
        <span>
          <b>{visitor}</b> <span className="soft">{format.time(done_at)}</span>
        </span>
        {settlement && <span>{text('settled', { units: settlement.units, money: format.money(settlement.amount_cents) })}</span>}
      </Flex>
      <Flex wrap gap={4} style={{ marginTop: 6 }}>
        {slotsDone(slots).map((slot) => (
          <Tag key={slot.slot_id}>
            {[
              slot.name,
              ...(slot.counted === null ? [] : [text('summaryCounted', { count: slot.counted })]),
              ...slot.taken_out.map((one) => `−${one.quantity} ${text(one.reason)}${one.note ? ` (${one.note})` : ''}`),
              ...(slot.added > 0 ? [`+${slot.added}`] : []),
            ].join(' ')}
          </Tag>
        ))}
      </Flex>
    </div>
  );
}
