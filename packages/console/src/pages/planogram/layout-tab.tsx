import { Button, Flex, Grid } from 'antd';
import { type KeyboardEvent, type MouseEvent, useMemo, useRef, useState } from 'react';
import { Side } from '../../shared/side.tsx';
import {
  applyDraft,
  countChanged,
  type Draft,
  type DraftSlot,
  type Goods,
  noDraft,
  type Patch,
  type Planogram,
  patched,
  swapped,
  toChanges,
  widened,
} from './draft.ts';
import { GoodsPalette } from './goods-palette.tsx';
import { GoodsPicture } from './goods-picture.tsx';
import { MachineFront } from './machine-front.tsx';
import { PreviewDrawer } from './preview-drawer.tsx';
import { SlotCard } from './slot-card.tsx';
import { SlotEditor } from './slot-editor.tsx';
import { useText } from './text.ts';
import { useDrag } from './use-drag.ts';

type Held = { goods: Goods } | { slot: DraftSlot };

/** The machine as it should be: what is changed here is pending until it was previewed and applied. */
export function LayoutTab({
  planogram,
  draft,
  setDraft,
  editable,
}: {
  planogram: Planogram;
  draft: Draft;
  setDraft: (draft: Draft) => void;
  editable: boolean;
}) {
  const text = useText();
  const isWide = Grid.useBreakpoint().lg ?? true;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [several, setSeveral] = useState(false);
  const [chosen, setChosen] = useState<Goods>();
  const [previewing, setPreviewing] = useState(false);
  const front = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => applyDraft(planogram, draft), [planogram, draft]);
  const all = [...rows.values()].flat(2);
  const find = (name: string) => all.find((slot) => slot.name === name);
  const change = (patches: ReadonlyMap<string, Patch>, named: Goods[] = []) =>
    setDraft(patched(planogram, draft, patches, named));
  const put = (goods: Goods, slot: string) => change(new Map([[slot, newGoods(goods)]]), [goods]);

  const { drag, begin } = useDrag<Held>((held, name) => {
    const target = find(name);
    if (!target) return;
    if ('goods' in held) put(held.goods, name);
    else if (held.slot.name !== name) change(swapped(held.slot, target));
  });

  function choose(goods: Goods | undefined): void {
    setChosen(goods);
    // On a phone the machine is above the goods.
    if (goods && !isWide) front.current?.scrollIntoView({ block: 'start', behavior: 'smooth' });
  }

  function click(slot: DraftSlot, event: MouseEvent): void {
    if (chosen) {
      put(chosen, slot.name);
      return;
    }
    const together = several || event.ctrlKey || event.metaKey || event.shiftKey;
    const next = new Set(together ? selected : []);
    if (together && selected.has(slot.name)) next.delete(slot.name);
    else next.add(slot.name);
    setSelected(next);
  }

  function press(slot: DraftSlot, event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      setChosen(undefined);
      setSelected(new Set());
    } else if (event.key === 'Delete' && slot.goods) change(new Map([[slot.name, { goods_id: null }]]));
  }

  const shown = all.filter(({ name }) => selected.has(name));
  const [one] = shown;
  const rowOf = one && [...rows.values()].flat().find((row) => row.includes(one));
  const right = one && rowOf?.[rowOf.indexOf(one) + 1];
  const ofSame = one?.goods ? all.filter(({ goods }) => goods?.id === one.goods?.id) : [];
  const only = (names: readonly DraftSlot[]) => setSelected(new Set(names.map(({ name }) => name)));
  const editor = shown.length > 0 && one && (
    <SlotEditor
      slots={shown}
      patch={(patch) => change(new Map(shown.map(({ name }) => [name, patch])))}
      merge={shown.length === 1 && rowOf && right ? () => change(widened(rowOf, one, one.span + right.span)) : undefined}
      split={shown.length === 1 && one.span > 1 ? () => change(new Map([[one.name, { span: 1 }]])) : undefined}
      undo={() => setDraft({ ...draft, changes: new Map([...draft.changes].filter(([name]) => !selected.has(name))) })}
      sameGoods={ofSame.length > 1 ? { count: ofSame.length, select: () => only(ofSame) } : undefined}
      clear={() => setSelected(new Set())}
    />
  );

  return (
    <>
      <div className={editable ? 'planogram' : 'planogram is-read-only'}>
        <div className="planogram-machine" ref={front}>
          {editable && (
            <Flex gap="small" wrap style={{ marginBottom: 8 }}>
              <Button
                size="small"
                type={several ? 'primary' : 'default'}
                aria-pressed={several}
                onClick={() => setSeveral(!several)}
              >
                {text('several')}
              </Button>
              <Button size="small" onClick={() => only(all)}>
                {text('selectAll')}
              </Button>
              {selected.size > 0 && (
                <Button size="small" type="text" onClick={() => setSelected(new Set())}>
                  {text('clear')}
                </Button>
              )}
            </Flex>
          )}
          <MachineFront planogram={planogram} rows={rows}>
            {(slot) => (
              <SlotCard
                slot={slot}
                selected={selected.has(slot.name)}
                over={drag?.over === slot.name}
                {...(editable && {
                  onClick: (event: MouseEvent) => click(slot, event),
                  onKeyDown: (event: KeyboardEvent) => press(slot, event),
                  onPointerDown: (event: React.PointerEvent) => slot.goods && begin(event, { slot }),
                })}
              />
            )}
          </MachineFront>
        </div>
        {editable && (
          <div className="planogram-side">
            {isWide && editor}
            <GoodsPalette chosen={chosen} choose={choose} begin={(event, goods) => begin(event, { goods })} />
          </div>
        )}
      </div>
      {!isWide && (
        <Side
          open={Boolean(editor) && !several}
          placement="bottom"
          size="auto"
          mask={false}
          closable={false}
          onClose={() => setSelected(new Set())}
          styles={{ body: { padding: 8 } }}
        >
          {editor}
        </Side>
      )}
      {!isWide && several && editor}
      {drag && <Ghost held={drag.what} x={drag.x} y={drag.y} />}
      {!isWide && chosen && (
        <div className="pending-bar">
          <span>{text('chosen', { name: chosen.name })}</span>
          <Button size="small" onClick={() => setChosen(undefined)}>
            {text('stop')}
          </Button>
        </div>
      )}
      {draft.changes.size > 0 && !(chosen && !isWide) && (
        <div className="pending-bar">
          <span>{text('pending', { count: countChanged(planogram, draft, rows) })}</span>
          <Flex gap="small">
            <Button onClick={() => setDraft(noDraft)}>{text('discard')}</Button>
            <Button type="primary" onClick={() => setPreviewing(true)}>
              {text('preview')}
            </Button>
          </Flex>
        </div>
      )}
      {previewing && (
        <PreviewDrawer
          machine={planogram.machine_id}
          changes={toChanges(draft)}
          close={() => setPreviewing(false)}
          applied={() => {
            setPreviewing(false);
            setDraft(noDraft);
          }}
        />
      )}
    </>
  );
}

/** Prices that were told of the good before are not of this one. */
const newGoods = ({ id }: Goods): Patch => ({ goods_id: id, price_cents: undefined, original_price_cents: undefined });

function Ghost({ held, x, y }: { held: Held; x: number; y: number }) {
  const goods = 'goods' in held ? held.goods : held.slot.goods;
  if (!goods) return null;
  return (
    <div className="drag-ghost" style={{ left: x + 10, top: y + 10 }}>
      <GoodsPicture name={goods.name} url={goods.picture_url} size={28} /> {goods.name}
    </div>
  );
}
