import { Button, Flex, InputNumber, Switch } from 'antd';
import { useId } from 'react';
import { useFormat } from '../../shared/format.ts';
import type { DraftSlot, Patch } from './draft.ts';
import { useText } from './text.ts';

export interface SlotEditorProps {
  /** Those that are selected: one or several. */
  slots: readonly DraftSlot[];
  patch: (patch: Patch) => void;
  /** Of one slot alone, where there is a lane to its right. */
  merge: (() => void) | undefined;
  split: (() => void) | undefined;
  undo: () => void;
  /** How many slots have the good of this one; selects them. */
  sameGoods: { count: number; select: () => void } | undefined;
  clear: () => void;
}

/** Price, capacity and what else there is of the selected slots, all at once where they are several. */
export function SlotEditor({ slots, patch, merge, split, undo, sameGoods, clear }: SlotEditorProps) {
  const text = useText();
  const { moneyDigits } = useFormat();
  const names = slots.map(({ name }) => name);
  const shown = names.length > 6 ? `${names.slice(0, 6).join(', ')} …` : names.join(', ');
  const one = slots.length === 1 ? slots[0] : undefined;
  const unit = 10 ** moneyDigits;
  const filled = slots.filter(({ goods }) => goods !== null);
  return (
    <section className="panel slot-editor" aria-label={text('selected', { count: slots.length, slots: shown })}>
      <Flex justify="space-between" align="baseline" gap={8}>
        <b>{text('selected', { count: slots.length, slots: shown })}</b>
        <Button size="small" type="text" onClick={clear} aria-label={text('clear')}>
          ✕
        </Button>
      </Flex>
      {one && <div className="soft">{one.goods?.name ?? text('empty')}</div>}
      <div className="slot-fields" key={names.join(' ')}>
        <Field
          label={text('price')}
          values={slots.map(({ price_cents }) => price_cents / unit)}
          precision={moneyDigits}
          disabled={filled.length === 0}
          set={(value) => value !== null && patch({ price_cents: Math.round(value * unit) })}
        />
        <Field
          label={text('originalPrice')}
          values={slots.map(({ original_price_cents }) => (original_price_cents === null ? null : original_price_cents / unit))}
          precision={moneyDigits}
          empty={text('ofGoods')}
          disabled={filled.length === 0}
          set={(value) => patch({ original_price_cents: value === null ? null : Math.round(value * unit) })}
        />
        <Field
          label={text('capacity')}
          values={slots.map(({ capacity }) => capacity)}
          set={(value) => value !== null && patch({ capacity: value })}
        />
        <Field
          label={text('threshold')}
          values={slots.map(({ alert_threshold }) => alert_threshold)}
          set={(value) => value !== null && patch({ alert_threshold: value })}
        />
        <div className="slot-field">
          <span>{text('onSale')}</span>
          <Switch
            size="small"
            aria-label={text('onSale')}
            checked={slots.every(({ on_sale }) => on_sale)}
            onChange={(on_sale) => patch({ on_sale })}
          />
        </div>
      </div>
      <Flex vertical gap={6}>
        {sameGoods && sameGoods.count > slots.length && (
          <Button size="small" onClick={sameGoods.select}>
            {text('sameGoods', { count: sameGoods.count })}
          </Button>
        )}
        {filled.length > 0 && (
          <Button size="small" onClick={() => patch({ goods_id: null })}>
            {text('takeGoods')}
          </Button>
        )}
        {merge && (
          <Button size="small" onClick={merge}>
            {text('merge')}
          </Button>
        )}
        {split && one && (
          <Button size="small" onClick={split}>
            {text('split', { count: one.span })}
          </Button>
        )}
        {slots.some(({ changed }) => changed) && (
          <Button size="small" onClick={undo}>
            {text('undo')}
          </Button>
        )}
      </Flex>
    </section>
  );
}

interface FieldProps {
  label: string;
  values: readonly (number | null)[];
  precision?: number;
  /** What nothing means. */
  empty?: string;
  disabled?: boolean;
  set: (value: number | null) => void;
}

/** A number of all selected slots; where they differ it is empty until one is told for all. */
function Field({ label, values, precision = 0, empty, disabled = false, set }: FieldProps) {
  const text = useText();
  const id = useId();
  const same = values.every((value) => value === values[0]);
  const value = same ? (values[0] ?? null) : null;
  return (
    <div className="slot-field">
      <label htmlFor={id}>{label}</label>
      <InputNumber
        id={id}
        size="small"
        min={0}
        max={precision > 0 ? 1e7 : 10_000}
        precision={precision}
        controls={false}
        disabled={disabled}
        value={value}
        placeholder={same ? empty : text('mixed')}
        onFocus={({ target }) => target.select()}
        onChange={(next) => {
          if (next !== null || empty !== undefined) set(next);
        }}
      />
    </div>
  );
}
