import { useState } from 'react';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Paged } from '../../shared/paged.tsx';
import { useMachineWords } from './commands/machine-errors.ts';
import { useText as useCommandText } from './commands/text.ts';
import { useEventText, useWhoText } from './event-text.ts';
import { useMachineText } from './machine-text.ts';

type Event = Answer<'GET /machines/{machine}/events'>['items'][number];

/** What happened to a machine, the newest first. */
export function MachineEvents({ machineId }: { machineId: number }) {
  const text = useMachineText();
  const [cursor, setCursor] = useState<string>();
  const input = { params: { machine: machineId }, query: { limit: 50, ...(cursor !== undefined && { cursor: Number(cursor) }) } };
  const live =
    cursor === undefined ? { live: ['machine', 'slot', 'stock', 'dispense', 'planogram', 'refill', 'pickup-code'] } : {};
  const read = useRead('GET /machines/{machine}/events', input, live);
  return (
    <Paged read={read} empty={text('noEvents')} cursor={cursor} go={setCursor}>
      {(items) => (
        <ul className="event-list panel">
          {items.map((event) => (
            <Row key={event.id} event={event} />
          ))}
        </ul>
      )}
    </Paged>
  );
}

function Row({ event: { at, kind, data, cause } }: { event: Event }) {
  const text = useMachineText();
  const eventText = useEventText();
  const whoText = useWhoText();
  const format = useFormat();
  const offline = kind === 'machine.status-changed' && !(data.changes as string[] | undefined)?.includes('online');
  const said = eventText((offline ? 'machine.offline' : kind) as never);
  return (
    <li>
      <time className="soft" dateTime={at}>
        {format.time(at)}
      </time>
      <div>
        {said} <Hint kind={kind} data={data} />
        {Object.keys(data).length > 0 && (
          <details>
            <summary className="soft">{text('details')}</summary>
            <pre style={{ margin: '4px 0 0', overflowX: 'auto', fontSize: 12 }}>
              {JSON.stringify({ kind, ...data, cause }, null, 2)}
            </pre>
          </details>
        )}
      </div>
      <span className="soft">{whoText(cause.by)}</span>
    </li>
  );
}

/** What of it matters at a glance. */
function Hint({ kind, data }: Pick<Event, 'kind' | 'data'>) {
  const eventText = useEventText();
  const commandText = useCommandText();
  const words = useMachineWords();
  const names = useFieldNames();
  const hint = hintOf();
  return hint === '' ? null : <span className="soft">{hint}</span>;

  function hintOf(): string {
    if (kind === 'machine.offline') return data.reason === 'silence' ? eventText('silence') : textOf(data.reason);
    if (kind === 'machine.changed') {
      const fields = Object.entries(data).filter(([name]) => names[name] !== undefined);
      return fields.map(([name, value]) => `${names[name]}: ${textOf(value) || '–'}`).join(', ');
    }
    if (kind.startsWith('machine.command-')) return typeof data.command === 'string' ? commandText(data.command as never) : '';
    if (kind.startsWith('slot.'))
      return [textOf(data.slot), kind === 'slot.fault' && words.fault(Number(data.faultCode))].filter(Boolean).join(' ');
    if (kind.startsWith('dispense.')) return [textOf(data.slot), words.error(textOf(data.error))].filter(Boolean).join(' ');
    return '';
  }
}

const textOf = (value: unknown): string => (['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '');

/** Of a change, as the settings call them. */
function useFieldNames(): Readonly<Record<string, string>> {
  const text = useMachineText();
  const fields = ['name', 'address', 'contact', 'telephone', 'announcement', 'vendor', 'operational'] as const;
  return { ...Object.fromEntries(fields.map((field) => [field, text(field)])), siteName: text('site') };
}
