import { Button, Tag } from 'antd';
import { useState } from 'react';
import type { Answer } from '../../../api/client.ts';
import { useRead } from '../../../api/hooks.ts';
import { useFormat } from '../../../shared/format.ts';
import { Loaded } from '../../../shared/page.tsx';
import { useMachineWords } from './machine-errors.ts';
import { type TextOf, useText } from './text.ts';

export type Command = Answer<'GET /machines/{machine}/commands'>['items'][number];

const colours: Record<Command['state'], string> = {
  queued: 'default',
  sent: 'processing',
  confirmed: 'success',
  failed: 'error',
  void: 'warning',
};

const first = 10;

/** What the machine was told to do, and what became of it; it follows what happens. */
export function CommandList({ machineId }: { machineId: number }) {
  const text = useText();
  const [limit, setLimit] = useState(first);
  const input = { params: { machine: machineId }, query: { limit } };
  const read = useRead('GET /machines/{machine}/commands', input, { live: ['machine', 'dispense'] });
  return (
    <Loaded read={read} isEmpty={({ items }) => items.length === 0} empty={text('nothing')}>
      {({ items, next_cursor }) => (
        <>
          <ul className="commands">
            {items.map((command) => (
              <CommandRow key={`${command.kind} ${command.id}`} command={command} />
            ))}
          </ul>
          {next_cursor !== null && limit < 200 && (
            <Button type="link" size="small" onClick={() => setLimit(Math.min(200, limit + 20))}>
              {text('older')}
            </Button>
          )}
        </>
      )}
    </Loaded>
  );
}

function CommandRow({ command }: { command: Command }) {
  const text = useText();
  const format = useFormat();
  const words = useMachineWords();
  const { kind, state, slot, queued_at, sent_at, due_at, finished_at, asked_by } = command;
  const detail = detailOf(command, text, words);
  const open = state === 'queued' || state === 'sent';
  return (
    <li>
      <div className="command-what">
        <strong>
          {text(kind)}
          {slot !== null && ` ${slot}`}
        </strong>
        <Tag color={colours[state]} variant="filled">
          {text(state)}
        </Tag>
      </div>
      <div className="soft">
        <time dateTime={queued_at}>{format.time(queued_at)}</time>
        {sent_at !== null && sent_at !== queued_at && ` → ${text('sent')} ${format.clock(sent_at)}`}
        {finished_at !== null && ` → ${text(state)} ${format.clock(finished_at)}`}
        {open && due_at !== null && ` · ${text(state === 'queued' ? 'untilVoid' : 'untilFailed', { time: format.time(due_at) })}`}
        {asked_by !== '' && ` · ${text('by', { who: asked_by })}`}
      </div>
      {detail !== '' && <div className={state === 'failed' ? 'command-bad' : 'soft'}>{detail}</div>}
    </li>
  );
}

const reasons = ['silent', 'differs', 'still-faulty', 'unreachable'] as const;
const settingNames = ['price_digits', 'language', 'idle_timeout', 'payment_wait_timeout', 'brightness', 'volume'] as const;

/** Why it did not work; of settings, which, and what the machine has instead. */
function detailOf(command: Command, text: TextOf, words: ReturnType<typeof useMachineWords>): string {
  const known = reasons.find((reason) => reason === command.reason);
  const why = known ? text(known) : words.error(command.reason);
  const wanted = command.settings as Record<string, unknown>;
  const reported = command.reported as Record<string, unknown>;
  const settings = settingNames
    .filter((name) => wanted[name] !== undefined)
    .map((name) => {
      const differs = command.reason === 'differs' && String(reported[name]) !== String(wanted[name]);
      const value = String(reported[name] ?? text('notReported'));
      return `${text(name)} ${String(wanted[name])}${differs ? `（${text('reports', { value })}）` : ''}`;
    })
    .join(' · ');
  return [why, settings].filter((part) => part !== '').join(' ');
}
