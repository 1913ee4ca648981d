import type { KeyboardEvent, ReactNode } from 'react';
import type { DraftSlot, Planogram } from './draft.ts';
import { useText } from './text.ts';

/** The machine as it looks: cabinets, rows from the top, lanes from the left, wide ones wide. Arrow keys go from slot to slot. */
export function MachineFront({
  planogram,
  rows,
  children,
}: {
  planogram: Planogram;
  rows: ReadonlyMap<number, DraftSlot[][]>;
  children: (slot: DraftSlot, row: readonly DraftSlot[]) => ReactNode;
}) {
  const text = useText();
  return (
    <div className="front-cabinets">
      {planogram.cabinets.map(({ id, name }) => {
        const lanes = rows.get(id) ?? [];
        const most = Math.max(1, ...lanes.map((row) => row.reduce((sum, { span }) => sum + span, 0)));
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move among the buttons within.
          <div className="front-cabinet" key={id} style={{ flexGrow: most, flexBasis: most * 88 }} onKeyDown={moveFocus}>
            <div className="front-name">{text('cabinet', { name })}</div>
            <div className="scroll">
              <div className="front-rows" style={{ minWidth: most * 76 }}>
                {lanes.map((row) => (
                  <div className="front-row" key={row[0]?.id}>
                    {row.map((slot) => (
                      <div className="front-lane" key={slot.id} style={{ flexGrow: slot.span, flexBasis: 0 }}>
                        {children(slot, row)}
                      </div>
                    ))}
                  </div>
                ))}
              </div>
            </div>
          </div>
        );
      })}
    </div>
  );
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const from = (event.target as HTMLElement).closest('.front-lane');
  const row = from?.parentElement;
  if (!from || !row) return;
  const at = [...row.children].indexOf(from);
  const vertical = (next: Element | null) => next?.children[Math.min(at, next.children.length - 1)] ?? null;
  const ways: Readonly<Record<string, () => Element | null>> = {
    ArrowLeft: () => from.previousElementSibling,
    ArrowRight: () => from.nextElementSibling,
    ArrowUp: () => vertical(row.previousElementSibling),
    ArrowDown: () => vertical(row.nextElementSibling),
  };
  const to = ways[event.key]?.();
  const button = to?.querySelector<HTMLElement>('button');
  if (!button) return;
  event.preventDefault();
  button.focus();
}
