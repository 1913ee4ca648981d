import { PrinterOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useSession } from '../../api/session.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded, Page } from '../../shared/page.tsx';
import { useText } from './text.ts';
import './refill.css';
import { LinkButton } from '../../shared/link-button.tsx';

type PickList = Answer<'GET /pick-list'>;

/** What to take along, to be ticked off: in the warehouse by goods, at each machine by slot. It is made for paper. */
export default function PickListPage() {
  const text = useText();
  const format = useFormat();
  const [params] = useSearchParams();
  const enough = Number(params.get('enough'));
  const query = { machines: params.get('machines') ?? '0', ...(enough > 0 && { enough_for_days: enough }) };
  const read = useRead('GET /pick-list', { query });
  const ticks = useTicks(`${query.machines} ${enough}`);
  return (
    <Page
      title={text('pickTitle')}
      extra={
        <>
          <LinkButton to="/refill">{text('back')}</LinkButton>
          <Button type="primary" icon={<PrinterOutlined />} onClick={() => window.print()}>
            {text('print')}
          </Button>
        </>
      }
    >
      <Loaded read={read} isEmpty={({ wanted }) => wanted === 0} empty={text('pickEmpty')}>
        {(list) => (
          <div className="pick-lists">
            <div className="soft">
              {format.time(Date.now())} · {text('pieces', { count: list.wanted })} {text('ofGoods', { count: list.goods.length })}
              {' · '}
              {enough > 0 ? text('enoughFor', { count: enough }) : text('toFull')}
            </div>
            <ByGoods list={list} ticks={ticks} />
            {list.machines.map((machine) => (
              <AtMachine key={machine.id} machine={machine} ticks={ticks} />
            ))}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

/** What is ticked off, each as a text. */
interface Ticks {
  has(what: string): boolean;
  turn(what: string): void;
}

/** Kept until the browser's tab is closed: of whoever is signed in, for one list, on one day. */
function useTicks(list: string): Ticks {
  const { user } = useSession();
  const place = `polyvend.ticks.${user.id}.${new Date().toDateString()}.${list}`;
  const [ticked, setTicked] = useState(() => new Set(sessionStorage.getItem(place)?.split(',')));
  return {
    has: (what) => ticked.has(what),
    turn(what) {
      const next = new Set(ticked);
      if (!next.delete(what)) next.add(what);
      sessionStorage.setItem(place, [...next].join(','));
      setTicked(next);
    },
  };
}

/** It is ticked off at a quantity: where another is wanted, it has to be looked at again. */
function Tick({ ticks, what, label }: { ticks: Ticks; what: string; label: string }) {
  return (
    <td className="tick">
      <input type="checkbox" aria-label={label} checked={ticks.has(what)} onChange={() => ticks.turn(what)} />
    </td>
  );
}

function ByGoods({ list, ticks }: { list: PickList; ticks: Ticks }) {
  const text = useText();
  return (
    <section className="panel pick-goods">
      <h2>{text('warehouse')}</h2>
      <div className="scroll">
        <table className="pick-table">
          <thead>
            <tr>
              <th className="tick" />
              <th className="short">{text('number')}</th>
              <th>{text('goods')}</th>
              <th className="number">{text('inMachines')}</th>
              <th className="number">{text('quantity')}</th>
            </tr>
          </thead>
          <tbody>
            {list.goods.map((goods) => (
              <tr key={goods.id}>
                <Tick ticks={ticks} what={`goods ${goods.id} ${goods.wanted}`} label={goods.name} />
                <td>{goods.number}</td>
                <td>{goods.name}</td>
                <td className="number">{goods.machines}</td>
                <td className="number wanted">
                  {goods.wanted} {goods.unit}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Lines that fit on a sheet together; more than these may be parted. */
const onOneSheet = 24;

function AtMachine({ machine, ticks }: { machine: PickList['machines'][number]; ticks: Ticks }) {
  const text = useText();
  const where = [machine.machine_no, machine.site_name, machine.address].filter(Boolean).join(' · ');
  return (
    <section className={`panel pick-machine${machine.slots.length > onOneSheet ? ' is-long' : ''}`}>
      <h2>{machine.name}</h2>
      <div className="soft" style={{ marginBottom: 6 }}>
        {where}
        {' · '}
        {machine.wanted > 0 ? text('pieces', { count: machine.wanted }) : text('withoutSlots')}
      </div>
      {machine.slots.length > 0 && (
        <div className="scroll">
          <table className="pick-table">
            <thead>
              <tr>
                <th className="tick" />
                <th className="short">{text('slot')}</th>
                <th>{text('goods')}</th>
                <th className="number">{text('stock')}</th>
                <th className="number">{text('quantity')}</th>
              </tr>
            </thead>
            <tbody>
              {machine.slots.map((slot) => (
                <tr key={slot.id}>
                  <Tick ticks={ticks} what={`slot ${slot.id} ${slot.wanted}`} label={`${machine.name} ${slot.name}`} />
                  <td>{slot.name}</td>
                  <td>
                    {slot.goods?.name}
                    {slot.is_faulty && ` (${text('slotFaulty')})`}
                  </td>
                  <td className="number">
                    {slot.on_hand}/{slot.capacity}
                  </td>
                  <td className="number wanted">{slot.wanted}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
