import { Link } from 'react-router';
import { useMachineWords } from './commands/machine-errors.ts';
import type { Machine } from './machine.tsx';
import { useMachineText } from './machine-text.ts';

type Slot = Machine['cabinets'][number]['slots'][number];

const works = 1;

/** Every slot where it is in the machine, and how it is. */
export function SlotGrid({ machine }: { machine: Machine }) {
  const text = useMachineText();
  const cabinets = machine.cabinets.filter(({ slots }) => slots.length > 0);
  return (
    <section className="panel">
      <h2>{text('slots')}</h2>
      {cabinets.length === 0 && <span className="soft">{text('noSlots')}</span>}
      {cabinets.map(({ id, name, slots }) => {
        const shown = slots.filter(({ merged_into_id: merged }) => merged === null);
        const rows = [...new Set(slots.map(({ x }) => x))].sort((a, b) => a - b);
        const first = Math.min(...slots.map(({ y }) => y));
        const columns = Math.max(...slots.map(({ y }) => y)) - first + 1;
        return (
          <div key={id} style={{ marginBottom: 12 }}>
            {cabinets.length > 1 && <div className="soft">{name}</div>}
            <div className="scroll" style={{ paddingBottom: 4 }}>
              <div className="cabinet-grid" style={{ gridTemplateColumns: `repeat(${columns}, minmax(56px, 1fr))` }}>
                {shown.map((slot) => (
                  <div
                    key={slot.id}
                    style={{
                      gridRow: rows.indexOf(slot.x) + 1,
                      gridColumn: `${slot.y - first + 1} / span ${1 + slots.filter((one) => one.merged_into_id === slot.id).length}`,
                      display: 'grid',
                    }}
                  >
                    <Cell machine={machine} slot={slot} />
                  </div>
                ))}
              </div>
            </div>
          </div>
        );
      })}
      {cabinets.length > 0 && <div className="soft">{text('legend')}</div>}
    </section>
  );
}

function Cell({ machine, slot }: { machine: Machine; slot: Slot }) {
  const text = useMachineText();
  const words = useMachineWords();
  const [kind, said] =
    slot.fault_code !== works
      ? (['faulty', text('slotFault', { fault: words.fault(slot.fault_code) })] as const)
      : slot.goods === null
        ? (['empty', text('noGoods')] as const)
        : slot.on_sale
          ? slot.sold_out_at !== null
            ? (['sold-out', text('slotSoldOut')] as const)
            : (['', ''] as const)
          : (['off', text('slotOff')] as const);
  const share = slot.capacity > 0 ? Math.min(1, slot.on_hand / slot.capacity) : 0;
  const content = (
    <>
      <b>{slot.name}</b>{' '}
      <span className="soft">
        {slot.on_hand}/{slot.capacity}
      </span>
      <span className="name">{slot.goods?.name ?? text('noGoods')}</span>
      {said !== '' && said !== text('noGoods') && <span className="name">{said}</span>}
      <span className="level" style={{ width: `${share * 100}%` }} />
    </>
  );
  const title = [slot.name, slot.goods?.name, said].filter(Boolean).join(' · ');
  // What lies in another platform's machine is looked after there.
  if (machine.upstream_integration_id !== null) {
    return (
      <div className={`slot-cell ${kind}`} title={title}>
        {content}
      </div>
    );
  }
  return (
    <Link to={`/machines/${machine.id}/slots/${slot.id}`} className={`slot-cell ${kind}`} title={title}>
      {content}
    </Link>
  );
}
