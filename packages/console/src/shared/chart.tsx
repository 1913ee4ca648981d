import { Skeleton } from 'antd';
import type { EChartsType } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import type { ChartOption } from './chart-parts.ts';

export type { ChartOption };

/** A chart, loaded when the first is seen; `label` is what it says to whoever cannot see it. */
export function Chart({ option, label, height = 240 }: { option: ChartOption; label: string; height?: number }) {
  const box = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType>();
  useEffect(() => {
    let made: EChartsType | undefined;
    let gone = false;
    const resized = new ResizeObserver(() => made?.resize());
    void import('./chart-parts.ts').then(({ init }) => {
      if (gone || !box.current) return;
      made = init(box.current, null, { renderer: 'svg' });
      resized.observe(box.current);
      setChart(made);
    });
    return () => {
      gone = true;
      resized.disconnect();
      made?.dispose();
    };
  }, []);
  useEffect(() => {
    chart?.setOption(option, { notMerge: true });
  }, [chart, option]);
  return (
    <div role="img" aria-label={label} style={{ position: 'relative', height }}>
      <div ref={box} style={{ height: '100%' }} />
      {!chart && <Skeleton.Node active style={{ position: 'absolute', inset: 0, width: '100%', height: '100%' }} />}
    </div>
  );
}
