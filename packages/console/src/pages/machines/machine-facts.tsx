import type { ReactNode } from 'react';
import { useFormat } from '../../shared/format.ts';
import type { Machine } from './machine.tsx';
import { useMachineText } from './machine-text.ts';

/** What is known of a machine now; what it never said is left out. */
export function MachineFacts({ machine }: { machine: Machine }) {
  const text = useMachineText();
  return (
    <section className="panel">
      <h2>{text('state')}</h2>
      <dl className="facts">
        {useFacts(machine).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Said said={machine.configuration} />
    </section>
  );
}

function useFacts(machine: Machine): [string, ReactNode][] {
  const text = useMachineText();
  const format = useFormat();
  const { condition, sales_today: sales, uptime_minutes: uptime, configuration: _, ...rest } = machine;
  const time = (at: string | null) => at !== null && <span title={format.time(at)}>{format.ago(at)}</span>;
  const read = (value: number | null, unit: string, at: string | null) =>
    value !== null && (
      <>
        {format.number(value)} {unit} <span className="soft">{at !== null && format.ago(at)}</span>
      </>
    );
  const network = [rest.network_type.toUpperCase(), rest.network_rssi !== null && `${rest.network_rssi} dBm`]
    .filter(Boolean)
    .join(', ');
  const coins = condition.coins5_jiao !== undefined || condition.coins1_yuan !== undefined;
  const facts: [string, ReactNode][] = [
    [text('salesToday'), `${format.money(sales.amount_cents)} · ${text('pieces', { count: sales.units })}`],
    [text('held'), rest.held_units > 0 && format.number(rest.held_units)],
    [text('network'), network],
    [text('temperature'), read(rest.temperature, '°C', rest.temperature_at)],
    [text('humidity'), read(rest.humidity, '%', rest.humidity_at)],
    [text('booted'), time(rest.booted_at)],
    [text('heartbeat'), time(rest.heartbeat_at)],
    [text('uptime'), uptime !== null && text('hours', { hours: Math.floor(uptime / 60), minutes: uptime % 60 })],
    [
      text('offlineSince'),
      rest.offline_at !== null && (
        <>
          {time(rest.offline_at)} <span className="soft">{rest.offline_reason}</span>
        </>
      ),
    ],
    [text('door'), condition.door && text(condition.door)],
    [text('selling'), condition.selling !== undefined && text(condition.selling ? 'yes' : 'no')],
    [text('vmc'), condition.vmc_online !== undefined && text(condition.vmc_online ? 'reached' : 'notReached')],
    [text('coins'), coins && text('coinsOf', { five: condition.coins5_jiao ?? 0, one: condition.coins1_yuan ?? 0 })],
    [text('firmware'), condition.firmware],
    [
      text('versions'),
      condition.versions?.map(({ cabinet, of, version }) => [cabinet, of, version].filter(Boolean).join(' ')).join(', '),
    ],
    [text('apps'), condition.apps?.map(({ name, version }) => `${name} ${version}`).join(', ')],
    [
      text('sim'),
      condition.modem && [condition.modem.net, condition.modem.phone, condition.modem.iccid].filter(Boolean).join(' · '),
    ],
    [text('vendor'), rest.vendor],
    [text('gateway'), rest.gateway_no],
  ];
  return facts.filter(([, value]) => value !== false && value !== undefined && value !== '' && value !== null);
}

/** Word for word, and folded away: what it means is the machine's affair. */
function Said({ said }: { said: Record<string, unknown> }) {
  const text = useMachineText();
  const { saidAt: _, ...fields } = said;
  const entries = Object.entries(fields);
  if (entries.length === 0) return null;
  return (
    <details style={{ marginTop: 12 }}>
      <summary>{text('configuration')}</summary>
      <dl className="facts" style={{ marginTop: 8 }}>
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
