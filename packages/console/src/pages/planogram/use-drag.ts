import { type PointerEvent, useEffect, useRef, useState } from 'react';

export interface Drag<T> {
  what: T;
  x: number;
  y: number;
  /** The slot that it is held over. */
  over: string | undefined;
}

/** So many pixels before it is a drag, and no click. */
const threshold = 6;

const slotAt = (x: number, y: number): string | undefined =>
  document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-slot]')?.dataset.slot;

/**
 * Dragging by mouse or pen onto what bears `data-slot`. Fingers scroll: on a phone a good is chosen, and then the slot. Answers what is under
 * way, and what begins it.
 */
export function useDrag<T>(drop: (what: T, slot: string) => void) {
  const [drag, setDrag] = useState<Drag<T>>();
  const latest = useRef(drop);
  latest.current = drop;
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);

  function begin(event: PointerEvent, what: T): void {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    const from = { x: event.clientX, y: event.clientY };
    let moved = false;
    const move = ({ clientX: x, clientY: y }: globalThis.PointerEvent) => {
      if (!moved && Math.hypot(x - from.x, y - from.y) < threshold) return;
      moved = true;
      setDrag({ what, x, y, over: slotAt(x, y) });
    };
    const end = (last: globalThis.PointerEvent) => {
      stop.current?.();
      if (!moved || last.type !== 'pointerup') return;
      // The click that follows is not one.
      window.addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0);
      const slot = slotAt(last.clientX, last.clientY);
      if (slot !== undefined) latest.current(what, slot);
    };
    const cancel = (key: KeyboardEvent) => {
      if (key.key === 'Escape') stop.current?.();
    };
    stop.current = () => {
      setDrag(undefined);
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
      window.removeEventListener('pointercancel', end);
      window.removeEventListener('keydown', cancel);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
    window.addEventListener('pointercancel', end);
    window.addEventListener('keydown', cancel);
  }
  return { drag, begin };
}

function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}
