import { DeleteOutlined, MinusOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Flex, Grid, Input, InputNumber, Select } from 'antd';
import { Side } from '../../shared/side.tsx';
import { type DraftLine, outcomeOf, type Slot, type TakenOut } from './draft.ts';
import { takeOutReasons, useText } from './text.ts';

/** What can be done to one slot: filled with one more tap, or counted, emptied and filled by number. */
export function SlotSheet({
  slot,
  line = {},
  changed,
  change,
  close,
}: {
  slot: Slot;
  line: DraftLine | undefined;
  /** What was entered does not count any more; `tooLate`: nor can anything be entered in this visit. */
  changed: 'otherGoods' | 'tooLate' | undefined;
  change: (line: DraftLine | undefined) => void;
  close: () => void;
}) {
  const text = useText();
  const wide = Grid.useBreakpoint().md ?? true;
  const { there, out, room, added, after, problem } = outcomeOf(slot, line);
  const takenOut = line.taken_out ?? [];
  const isTooLate = changed === 'tooLate';
  const setTakenOut = (taken_out: TakenOut[]) => change({ ...line, taken_out });
  const facts = [
    `${slot.on_hand}/${slot.capacity}`,
    ...(slot.reserved > 0 ? [text('promised', { count: slot.reserved })] : []),
    slot.sold_per_day > 0 ? text('perDay', { count: Math.round(slot.sold_per_day * 10) / 10 }) : text('noSales'),
    ...(slot.is_faulty ? [text('slotFaulty')] : []),
    ...(slot.on_sale ? [] : [text('offSale')]),
  ];
  return (
    <Side
      placement={wide ? 'right' : 'bottom'}
      size={wide ? 400 : '74dvh'}
      title={`${slot.name} · ${slot.goods?.name ?? text('noGoods')}`}
      onClose={close}
      footer={
        <Flex gap="small" justify="space-between" align="center">
          <Button onClick={() => change(undefined)} disabled={Object.keys(line).length === 0 && !changed}>
            {text('undo')}
          </Button>
          <span className="soft">{text('after', { count: after, capacity: slot.capacity })}</span>
          <Button type="primary" ghost onClick={close}>
            {text('close')}
          </Button>
        </Flex>
      }
    >
      <Flex vertical gap={18}>
        <div className="soft">{facts.join(' · ')}</div>
        {changed && <Alert type="warning" showIcon title={text(changed)} />}
        <Button
          type="primary"
          size="large"
          block
          disabled={room === 0 || !slot.goods || isTooLate}
          onClick={() => {
            change({ ...line, added: 'full' });
            close();
          }}
        >
          {!slot.goods ? text('noGoods') : room === 0 ? text('isFull') : text('fillSlot', { count: room })}
        </Button>
        <Labelled label={text('add')}>
          <Stepper
            label={text('add')}
            value={added}
            max={slot.goods ? room : 0}
            disabled={isTooLate}
            set={(value) => change({ ...without(line, 'added'), ...(value > 0 && { added: value }) })}
          />
          {problem === 'tooMany' && <Wrong title={text(problem, { count: room })} />}
        </Labelled>
        <Labelled label={text('counted')} hint={text('countHint')}>
          <InputNumber
            aria-label={text('counted')}
            size="large"
            inputMode="numeric"
            min={0}
            max={10_000}
            precision={0}
            placeholder={String(slot.on_hand)}
            disabled={isTooLate}
            value={line.counted ?? null}
            onChange={(value) => change({ ...without(line, 'counted'), ...(value !== null && { counted: value }) })}
          />
        </Labelled>
        <Labelled label={text('takeOut')}>
          <Flex vertical gap="small">
            {takenOut.map((one, n) => (
              <TakenOutRow
                // biome-ignore lint/suspicious/noArrayIndexKey: a row has nothing but its place.
                key={n}
                one={one}
                set={(changed) => setTakenOut(takenOut.toSpliced(n, 1, ...(changed ? [changed] : [])))}
              />
            ))}
            {takenOut.length < 5 && (
              <Button
                icon={<MinusOutlined />}
                disabled={out >= there || isTooLate}
                onClick={() => setTakenOut([...takenOut, { quantity: 1, reason: 'expired' }])}
              >
                {text('takeOutMore')}
              </Button>
            )}
          </Flex>
          {problem === 'tooFew' && <Wrong title={text(problem, { count: there })} />}
        </Labelled>
      </Flex>
    </Side>
  );
}

function Wrong({ title }: { title: string }) {
  return <Alert type="error" showIcon title={title} role="alert" style={{ marginTop: 8 }} />;
}

function TakenOutRow({ one, set }: { one: TakenOut; set: (changed: TakenOut | undefined) => void }) {
  const text = useText();
  return (
    <Flex vertical gap="small" className="taken-out">
      <Flex gap="small">
        <Stepper label={text('takeOut')} value={one.quantity} min={1} set={(quantity) => set({ ...one, quantity })} />
        <Button aria-label={text('remove')} size="large" icon={<DeleteOutlined />} onClick={() => set(undefined)} />
      </Flex>
      <Flex gap="small">
        <Select
          aria-label={text('reason')}
          style={{ flex: 1, minWidth: 0 }}
          value={one.reason}
          options={takeOutReasons.map((reason) => ({ value: reason, label: text(reason) }))}
          onChange={(reason) => set({ ...one, reason })}
        />
        {one.reason === 'other' && (
          <Input
            aria-label={text('note')}
            placeholder={text('note')}
            style={{ flex: 1, minWidth: 0 }}
            maxLength={200}
            value={one.note ?? ''}
            onChange={({ target }) => set({ ...one, note: target.value })}
          />
        )}
      </Flex>
    </Flex>
  );
}

function Stepper({
  label,
  value,
  min = 0,
  max = 10_000,
  disabled = false,
  set,
}: {
  label: string;
  value: number;
  min?: number;
  max?: number;
  disabled?: boolean;
  set: (value: number) => void;
}) {
  const text = useText();
  return (
    <Flex gap="small" style={{ flex: 1 }}>
      <Button
        aria-label={`${label}: ${text('less')}`}
        size="large"
        icon={<MinusOutlined />}
        disabled={disabled || value <= min}
        onClick={() => set(value - 1)}
      />
      <InputNumber
        aria-label={label}
        size="large"
        style={{ flex: 1 }}
        inputMode="numeric"
        controls={false}
        min={min}
        max={10_000}
        precision={0}
        disabled={disabled}
        value={value}
        onChange={(next) => set(next ?? min)}
      />
      <Button
        aria-label={`${label}: ${text('more')}`}
        size="large"
        icon={<PlusOutlined />}
        disabled={disabled || value >= max}
        onClick={() => set(value + 1)}
      />
    </Flex>
  );
}

function Labelled({ label, hint, children }: { label: string; hint?: string; children: React.ReactNode }) {
  return (
    <div>
      <div style={{ marginBottom: 4 }}>
        <b>{label}</b> {hint !== undefined && <span className="soft">{hint}</span>}
      </div>
      {children}
    </div>
  );
}

function without<K extends keyof DraftLine>(line: DraftLine, key: K): Omit<DraftLine, K> {
  const { [key]: _, ...rest } = line;
  return rest;
}
