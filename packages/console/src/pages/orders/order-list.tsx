import { Button, Checkbox, DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useRead } from '../../api/hooks.ts';
import { useFormat } from '../../shared/format.ts';
import { Paged } from '../../shared/paged.tsx';
import { type OrderRow, OrderTable } from './order-table.tsx';
import { useText } from './text.ts';
import { endOfDay, startOfDay } from './zone.ts';

const states = ['paid', 'refunded', 'unpaid', 'expired', 'closed', 'revoked', 'payment_failed', 'fetched'] as const;

/** Orders, newest first, of a machine, a state, a channel, a period, or those in trouble: as the address of the page says. */
export function OrderList() {
  const text = useText();
  const { timeZone } = useFormat();
  const [asked, setAsked] = useSearchParams();
  // A page is a place in a list: another list has no such place.
  const cursor = asked.get('cursor') ?? undefined;
  const set = (name: string, value: string | undefined) => {
    const next = new URLSearchParams(asked);
    if (name !== 'cursor') next.delete('cursor');
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
    setAsked(next);
  };
  const [machine, state, channel] = [asked.get('machine'), asked.get('state'), asked.get('channel')];
  const [from, to, trouble] = [asked.get('from'), asked.get('to'), asked.get('trouble') === 'true'];
  const read = useRead(
    'GET /orders',
    {
      query: {
        limit: 50,
        ...(cursor && { cursor }),
        ...(machine && { machine: Number(machine) }),
        ...(state && { state: state as OrderRow['state'] }),
        ...(channel && { channel: Number(channel) }),
        ...(from && { from: startOfDay(from, timeZone) }),
        ...(to && { to: endOfDay(to, timeZone) }),
        ...(trouble && { trouble }),
      },
    },
    cursor ? {} : { live: ['order', 'dispense'] },
  );
  const isFiltered = [machine, state, channel, from, to].some(Boolean) || trouble;
  return (
    <>
      <div className="order-filters">
        <MachineSelect machine={machine} choose={(value) => set('machine', value)} />
        <Select
          aria-label={text('state')}
          value={state ?? ''}
          onChange={(value) => set('state', value)}
          options={[{ value: '', label: text('anyState') }, ...states.map((value) => ({ value, label: text(value) }))]}
        />
        <ChannelSelect channel={channel} choose={(value) => set('channel', value)} />
        {(['from', 'to'] as const).map((name) => (
          <DatePicker
            key={name}
            aria-label={text(name)}
            placeholder={text(name)}
            value={asked.get(name) ? dayjs(asked.get(name)) : null}
            onChange={(day) => set(name, day?.format('YYYY-MM-DD'))}
          />
        ))}
        <Checkbox checked={trouble} onChange={({ target }) => set('trouble', target.checked ? 'true' : undefined)}>
          {text('trouble')}
        </Checkbox>
        {isFiltered && (
          <Button type="link" onClick={() => setAsked({})}>
            {text('clear')}
          </Button>
        )}
      </div>
      <Paged read={read} empty={text('none')} cursor={cursor} go={(to) => set('cursor', to)}>
        {(items) => <OrderTable orders={items} />}
      </Paged>
    </>
  );
}

/** Of ten thousand machines those that have what is typed in number or name. */
function MachineSelect({ machine, choose }: { machine: string | null; choose: (machine: string | undefined) => void }) {
  const text = useText();
  const [typed, setTyped] = useState('');
  const found = useRead('GET /machines', { query: { limit: 20, ...(typed && { text: typed }) } });
  const chosen = useRead('GET /machines/{machine}', { params: { machine: Number(machine) } }, { enabled: machine !== null });
  const options = (found.data?.items ?? []).map(({ id, name, machine_no: no }) => ({
    value: String(id),
    label: `${name} ${no}`,
  }));
  if (machine !== null && !options.some(({ value }) => value === machine)) {
    options.unshift({ value: machine, label: chosen.data?.name ?? machine });
  }
  return (
    <Select
      aria-label={text('machine')}
      placeholder={text('anyMachine')}
      allowClear
      value={machine}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      onChange={(value: string | undefined) => choose(value)}
      options={options}
    />
  );
}

function ChannelSelect({ channel, choose }: { channel: string | null; choose: (channel: string | undefined) => void }) {
  const text = useText();
  const { data } = useRead('GET /order-channels', {});
  if (!data || data.items.length === 0) return null;
  const options = data.items.map(({ id, name }) => ({ value: String(id), label: name }));
  return (
    <Select
      aria-label={text('channel')}
      value={channel ?? ''}
      onChange={choose}
      options={[{ value: '', label: text('anyChannel') }, ...options]}
    />
  );
}
