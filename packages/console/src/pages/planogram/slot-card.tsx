import { useFormat } from '../../shared/format.ts';
import { useMachineWords } from '../machines/commands/machine-errors.ts';
import type { DraftSlot } from './draft.ts';
import { GoodsPicture } from './goods-picture.tsx';
import { useText } from './text.ts';

/** A slot as it will be, marked where that is not as it is. */
export function SlotCard({
  slot,
  selected,
  over,
  ...handlers
}: {
  slot: DraftSlot;
  selected: boolean;
  /** Something is held over it. */
  over: boolean;
  onClick?: (event: React.MouseEvent) => void;
  onKeyDown?: (event: React.KeyboardEvent) => void;
  onPointerDown?: (event: React.PointerEvent) => void;
}) {
  const text = useText();
  const format = useFormat();
  const words = useMachineWords();
  const { name, goods, on_hand: onHand, capacity, before } = slot;
  const price = format.money(slot.price_cents);
  const label = text('slotLabel', { slot: name, goods: goods?.name ?? text('empty'), price, onHand, capacity });
  const isLow = goods !== null && onHand <= slot.alert_threshold;
  const isRepriced = goods !== null && slot.price_cents !== before.price_cents;
  const classes = [
    'slot-card',
    selected && 'is-selected',
    over && 'is-over',
    slot.changed && 'is-changed',
    !slot.on_sale && 'is-off',
  ];
  return (
    <button
      type="button"
      className={classes.filter(Boolean).join(' ')}
      data-slot={name}
      aria-pressed={selected}
      aria-label={slot.changed ? `${label}, ${text('changedLabel')}` : label}
      title={goods?.name}
      {...handlers}
    >
      <span className="slot-top">
        <b>{name}</b>
        {slot.reported.fault_code !== 1 && (
          <span className="slot-fault">{text('fault', { fault: words.fault(slot.reported.fault_code) })}</span>
        )}
        {!slot.on_sale && <span className="slot-off">{text('offSale')}</span>}
      </span>
      {goods ? (
        <GoodsPicture name={goods.name} url={goods.picture_url} />
      ) : (
        <span className="goods-picture is-empty" aria-hidden />
      )}
      <span className="slot-goods">{goods?.name ?? text('empty')}</span>
      {goods && (
        <span className="slot-price">
          {isRepriced && before.goods?.id === goods.id && <s>{format.money(before.price_cents)}</s>} {price}
        </span>
      )}
      <span className={isLow ? 'slot-stock is-low' : 'slot-stock'}>
        <span className="slot-bar" aria-hidden>
          <span style={{ width: `${capacity > 0 ? Math.min(100, (100 * onHand) / capacity) : 0}%` }} />
        </span>
        {onHand}/{capacity}
      </span>
    </button>
  );
}
