import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { type FrontSlot, Goods } from './machine-front.tsx';
import { useText } from './text.ts';
import type { Drop } from './use-feed.ts';

type Fallen = Drop & { slot: FrontSlot };

interface Props {
  fallen: readonly Fallen[];
  /** The lane that something falls out of. */
  from: (slotId: number) => HTMLElement | undefined;
  take: () => void;
}

/** Where what falls comes to lie. */
export function Tray({ fallen, from, take }: Props) {
  const text = useText();
  const last = fallen.at(-1);
  return (
    <section className="vm-tray" aria-label={text('tray')}>
      <span className="vm-tray-name">{text('tray')}</span>
      <div className="vm-tray-floor">
        {fallen.map((one) => (
          <FallenGoods key={one.n} one={one} from={from} />
        ))}
      </div>
      <span className="vm-said" role="status">
        {last ? text('fell', { goods: last.slot.goods_name || last.slot.name }) : text('trayEmpty')}
      </span>
      {fallen.length > 0 && (
        <Button size="small" onClick={take}>
          {text('take')}
        </Button>
      )}
    </section>
  );
}

/** Milliseconds of a fall. */
const fall = 900;

function FallenGoods({ one, from }: { one: Fallen; from: Props['from'] }) {
  const ref = useRef<HTMLSpanElement>(null);
  const lane = useRef(from(one.slot.id));
  useEffect(() => {
    const element = ref.current;
    if (!element || !lane.current || window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const start = lane.current.getBoundingClientRect();
    const end = element.getBoundingClientRect();
    const x = start.left + start.width / 2 - (end.left + end.width / 2);
    const y = start.top - end.top;
    const moved = element.animate(
      [
        { transform: `translate(${x}px, ${y}px) rotate(0deg)`, easing: 'ease-out' },
        { transform: `translate(${x}px, ${y + 14}px) rotate(0deg)`, offset: 0.2, easing: 'cubic-bezier(.5, 0, .9, .6)' },
        { transform: `translate(${x * 0.4}px, 0px) rotate(70deg)`, offset: 0.75, easing: 'ease-out' },
        { transform: `translate(${x * 0.15}px, -14px) rotate(84deg)`, offset: 0.86, easing: 'ease-in' },
        { transform: 'translate(0px, 0px) rotate(90deg)' },
      ],
      { duration: fall },
    );
    return () => moved.cancel();
  }, []);
  return (
    <span ref={ref} className="vm-fallen" data-order={one.order_id ?? ''}>
      <Goods name={one.slot.goods_name} url={one.slot.picture_url} />
    </span>
  );
}
