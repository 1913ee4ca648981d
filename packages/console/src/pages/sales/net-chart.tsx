import dayjs from 'dayjs';
import { useMemo } from 'react';
import type { Answer } from '../../api/client.ts';
import { Chart, type ChartOption } from '../../shared/chart.tsx';
import { useFormat } from '../../shared/format.ts';
import { type Dimension, isTime } from './dimensions.ts';
import { useText } from './text.ts';
import { useSalesWords } from './words.ts';

type Row = Answer<'GET /sales'>['items'][number];

/** Things beyond these are read in the table. */
const mostBars = 10;

/** The net of the rows that are shown, in their order: of times all, of other things the first. */
export function NetChart({ rows, by, whole }: { rows: readonly Row[]; by: Dimension; whole: boolean }) {
  const text = useText();
  const format = useFormat();
  const { words, name } = useSalesWords();
  const time = isTime(by);
  const shown = time ? rows : rows.slice(0, mostBars);
  const title = text(whole && shown.length === rows.length ? 'chart' : 'chartOfPage', { by: words[by].toLowerCase() });
  const option = useMemo((): ChartOption => {
    const bars = by === 'day' ? withEmptyDays(shown) : shown.map((row) => ({ name: name(by, row), cents: row.net_cents }));
    const axis = {
      type: 'category' as const,
      data: bars.map((bar) => bar.name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: '#c9d2d2' } },
      axisLabel: { hideOverlap: time, width: 120, overflow: 'truncate' as const, color: '#5b6b6b' },
    };
    const amounts = {
      type: 'value' as const,
      axisLabel: {
        color: '#5b6b6b',
        hideOverlap: true,
        formatter: (cents: number) => format.number(cents / 10 ** format.moneyDigits),
      },
      splitLine: { lineStyle: { color: '#eef2f2' } },
    };
    return {
      aria: { enabled: true },
      animation: false,
      grid: { left: 8, right: 20, top: 12, bottom: 4, containLabel: true },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: (value) => format.money(Number(value)) },
      // Names of things are read beside their bars, the first at the top.
      ...(time ? { xAxis: axis, yAxis: amounts } : { xAxis: amounts, yAxis: { ...axis, inverse: true } }),
      series: [
        {
          type: 'bar',
          name: words.net,
          data: bars.map(({ cents }) => cents),
          itemStyle: { color: '#0f766e' },
          barMaxWidth: time ? 36 : 16,
        },
      ],
    };
  }, [shown, by, time, format, name, words]);
  if (shown.length < 2) return null;
  return (
    <section className="panel sales-chart">
      <h2>{title}</h2>
      <Chart option={option} label={title} height={time ? 200 : 44 + 26 * shown.length} />
    </section>
  );
}

/** Days on which nothing was sold are days too. */
function withEmptyDays(rows: readonly Row[]): { name: string; cents: number }[] {
  const cents = new Map(rows.map(({ key, net_cents }) => [key, net_cents]));
  const days = [...cents.keys()].sort();
  const [first, last] = [dayjs(days[0]), dayjs(days.at(-1))];
  const all = Array.from({ length: Math.min(last.diff(first, 'day') + 1, 400) }, (_, n) =>
    first.add(n, 'day').format('YYYY-MM-DD'),
  );
  const descending = rows[0]?.key !== days[0];
  return (descending ? all.reverse() : all).map((day) => ({ name: day, cents: cents.get(day) ?? 0 }));
}
