import type { Ref } from 'react';
import type { Answer } from '../../api/client.ts';
import { useFormat } from '../../shared/format.ts';
import { ownPicture } from '../../shared/own-picture.ts';
import { useText } from './text.ts';

export type FrontSlot = Answer<'GET /demo/machines/{machine}'>['slots'][number];

interface Props {
  slots: readonly FrontSlot[];
  selected: number | undefined;
  select: (slot: FrontSlot) => void;
  /** Of a lane, for what falls out of it. */
  laneRef: (id: number) => Ref<HTMLButtonElement>;
}

/** The window of the machine: its cabinets, their rows, the lanes with what lies in them. */
export function MachineFront({ slots, selected, select, laneRef }: Props) {
  const text = useText();
  const cabinets = [...Map.groupBy(slots, ({ cabinet }) => cabinet)];
  return (
    <section className="vm-front" aria-label={text('front')}>
      {cabinets.map(([cabinet, own]) => (
        <div key={cabinet} className="vm-cabinet" style={{ minWidth: laneWidth * widest(own) }}>
          {cabinets.length > 1 && <h3>{cabinet}</h3>}
          {[...Map.groupBy(own, ({ row }) => row)].map(([row, lanes]) => (
            <div key={row} className="vm-row">
              {lanes
                .filter(({ merged_into_id }) => merged_into_id === null)
                .map((slot) => (
                  <Lane
                    key={slot.id}
                    slot={slot}
                    width={1 + lanes.filter(({ merged_into_id }) => merged_into_id === slot.id).length}
                    selected={slot.id === selected}
                    select={select}
                    laneRef={laneRef(slot.id)}
                  />
                ))}
            </div>
          ))}
        </div>
      ))}
    </section>
  );
}

/** Pixels that a lane needs at least; a machine with more of them is scrolled sideways. */
const laneWidth = 52;

const widest = (slots: readonly FrontSlot[]): number =>
  Math.max(
    ...Map.groupBy(slots, ({ row }) => row)
      .values()
      .map((lanes) => lanes.length),
  );

interface LaneProps {
  slot: FrontSlot;
  /** In lanes. */
  width: number;
  selected: boolean;
  select: (slot: FrontSlot) => void;
  laneRef: Ref<HTMLButtonElement>;
}

function Lane({ slot, width, selected, select, laneRef }: LaneProps) {
  const text = useText();
  const format = useFormat();
  const stock = slot.physical?.stock ?? 0;
  const stuck = slot.physical !== null && slot.physical.status !== 1;
  const marks = [
    stuck && text('jammed'),
    !stuck && slot.fault_code !== 1 && text('faultKnown'),
    !slot.on_sale && text('offSale'),
  ].filter((mark) => mark !== false);
  const named = slot.goods_name || text('nothingIn');
  const label = [slot.name, named, format.money(slot.price_cents), text('left', { count: stock }), ...marks].join(', ');
  return (
    <button
      ref={laneRef}
      type="button"
      className={['vm-lane', stock === 0 && 'vm-empty', marks.length > 0 && 'vm-trouble', selected && 'vm-selected']
        .filter(Boolean)
        .join(' ')}
      style={{ flexGrow: width, flexBasis: 0 }}
      aria-pressed={selected}
      aria-label={label}
      onClick={() => select(slot)}
    >
      <span className="vm-goods" aria-hidden>
        <Goods name={slot.goods_name} url={slot.picture_url} />
      </span>
      <span className="vm-name">{named}</span>
      <span className="vm-tag">{format.money(slot.price_cents)}</span>
      <span className="vm-stock">
        <b>{slot.name}</b> {marks[0] ?? `×${stock}`}
      </span>
    </button>
  );
}

/** The picture of a good, or a can with the beginning of its name, in a colour of its own. */
export function Goods({ name, url }: { name: string; url: string }) {
  const src = ownPicture(url);
  if (src !== '') return <img className="vm-can" src={src} alt="" loading="lazy" draggable={false} />;
  if (name === '') return <span className="vm-can vm-no-can" />;
  return (
    <span className="vm-can" style={{ background: `hsl(${hueOf(name)} 42% 46%)` }}>
      {[...name.trim()].slice(0, 2).join('')}
    </span>
  );
}

const hueOf = (name: string): number => [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
