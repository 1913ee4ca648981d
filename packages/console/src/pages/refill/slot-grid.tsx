import { WarningFilled } from '@ant-design/icons';
import type { Draft, Slot } from './draft.ts';
import { doesNothing, lineOf, outcomeOf } from './draft.ts';
import { useText } from './text.ts';

/** A cabinet as it looks from the front: a row for each shelf, each slot in its column and as wide as it is. */
export function SlotGrid({
  slots,
  draft,
  open,
}: {
  slots: readonly Slot[];
  draft: Draft | undefined;
  open: (slot: Slot) => void;
}) {
  const text = useText();
  const rows = [...new Set(slots.map(({ x }) => x))].sort((a, b) => a - b);
  const columns = [...new Set(slots.map(({ y }) => y))].sort((a, b) => a - b);
  const widest = Math.max(...slots.map(({ y, span }) => columns.indexOf(y) + span));
  return (
    <div className="slot-scroll">
      <div className="slot-grid" style={{ gridTemplateColumns: `repeat(${widest}, minmax(58px, 150px))` }}>
        {slots.map((slot) => {
          const line = lineOf(slot, draft);
          // What was sent may be in the books already.
          const outcome = outcomeOf(slot, draft?.isSent ? undefined : line);
          const isIdle = !draft?.isSent && line !== undefined && doesNothing(line, outcome);
          const isDone = draft?.lines[slot.id] !== undefined && !isIdle;
          const isWrong = outcome.problem !== undefined || (isDone && !line && !draft?.isSent);
          const name = slot.goods?.name ?? text('noGoods');
          const change = outcome.after - slot.on_hand;
          const place = {
            gridRow: rows.indexOf(slot.x) + 1,
            gridColumn: `${columns.indexOf(slot.y) + 1} / span ${slot.span}`,
          };
          return (
            <button
              key={slot.id}
              type="button"
              style={place}
              className={`slot need-${slot.need}${isDone ? ' is-done' : ''}${isWrong ? ' is-wrong' : ''}`}
              aria-label={`${slot.name} ${name} ${outcome.after}/${slot.capacity}`}
              onClick={() => open(slot)}
            >
              <span className="slot-head">
                {slot.name}
                {change !== 0 && <em>{change > 0 ? `+${change}` : `−${-change}`}</em>}
                {slot.is_faulty && <WarningFilled className="slot-fault" title={text('slotFaulty')} />}
              </span>
              <span className="slot-goods">{slot.on_sale || !slot.goods ? name : `${name} · ${text('offSale')}`}</span>
              <span className="slot-count">
                <b>{outcome.after}</b>/{slot.capacity}
                {slot.reserved > 0 && <span className="slot-promised" title={text('promised', { count: slot.reserved })} />}
              </span>
              <span className="slot-bar" aria-hidden>
                <i style={{ width: `${Math.min(100, (outcome.after / Math.max(1, slot.capacity)) * 100)}%` }} />
              </span>
            </button>
          );
        })}
      </div>
    </div>
  );
}

const legend = [
  ['sold-out', 'legendEmpty'],
  ['soon', 'legendSoon'],
  ['low', 'legendLow'],
  ['some', 'legendSome'],
  ['full', 'legendFull'],
] as const;

export function Legend() {
  const text = useText();
  return (
    <div className="slot-legend" aria-hidden>
      {legend.map(([need, key]) => (
        <span key={need} className={`need-${need}`}>
          <i />
          {text(key)}
        </span>
      ))}
    </div>
  );
}
