import { Segmented } from 'antd';
import { useMemo, useState } from 'react';
import type { Answer } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { Chart, type ChartOption } from '../../shared/chart.tsx';
import { useFormat } from '../../shared/format.ts';
import { Loaded } from '../../shared/page.tsx';
import { useMachineText } from './machine-text.ts';

const kinds = ['temperature', 'humidity', 'rssi'] as const;
const units = { temperature: '°C', humidity: '%', rssi: 'dBm' } as const;
const periods = { day: 1, week: 7, month: 30, quarter: 90 } as const;
type Period = keyof typeof periods;
const day = 86_400_000;

/** What the machine read: a line of the means, and between the least and the most a band. */
export function Telemetry({ machineId }: { machineId: number }) {
  const text = useMachineText();
  const format = useFormat();
  const [kind, setKind] = useState<(typeof kinds)[number]>('temperature');
  const [period, setPeriod] = useState<Period>('day');
  // By its end the hub's own time: whose clock is wrong still sees what is newest.
  const read = useRead(
    'GET /machines/{machine}/telemetry',
    { params: { machine: machineId }, query: { kind, days: periods[period] } },
    { every: 60_000 },
  );
  return (
    <section className="panel">
      <h2>
        <Segmented
          value={kind}
          onChange={setKind}
          options={kinds.map((one) => ({ value: one, label: text(one) }))}
          aria-label={text('telemetry')}
        />
        <Segmented
          size="small"
          value={period}
          onChange={setPeriod}
          options={(Object.keys(periods) as Period[]).map((one) => ({ value: one, label: text(one) }))}
          aria-label={text('period')}
        />
      </h2>
      <Loaded
        read={read}
        isEmpty={({ points }) => points.length === 0}
        empty={
          <div className="soft" style={{ height: 240, display: 'grid', placeItems: 'center' }}>
            {text('noReadings', { date: read.data ? format.date(read.data.kept_since) : '' })}
          </div>
        }
      >
        {(telemetry) => <Drawn telemetry={telemetry} kind={kind} days={periods[period]} />}
      </Loaded>
    </section>
  );
}

type Read = Answer<'GET /machines/{machine}/telemetry'>;

function Drawn({ telemetry: { points, step, to }, kind, days }: { telemetry: Read; kind: keyof typeof units; days: number }) {
  const text = useMachineText();
  const format = useFormat();
  const unit = units[kind];
  const option = useMemo((): ChartOption => {
    const end = new Date(to).getTime();
    const number = (value: number) => format.number(Math.round(value * 10) / 10);
    const shown = withGaps(points, step);
    return {
      aria: { enabled: true },
      animation: false,
      grid: { left: 44, right: 16, top: 16, bottom: 28 },
      tooltip: {
        trigger: 'axis',
        formatter(params) {
          const [first] = [params].flat();
          const point = points.find(({ at }) => at === (first?.data as { at?: string } | undefined)?.at);
          if (!point) return '';
          const range = point.min === point.max ? '' : `<br>${text('range')} ${number(point.min)} – ${number(point.max)} ${unit}`;
          return `${format.time(point.at)}<br>${text('mean')} <b>${number(point.mean)} ${unit}</b>${range}`;
        },
      },
      xAxis: {
        type: 'time',
        min: end - days * day,
        max: end,
        axisLabel: { hideOverlap: true, formatter: (at: number) => (days <= 1 ? format.clock(at).slice(0, 5) : format.date(at)) },
      },
      yAxis: { type: 'value', scale: true, axisLabel: { formatter: (value: number) => `${value}` }, name: unit, nameGap: 4 },
      series: [
        // The band is the least, unseen, with what is between it and the most on top.
        {
          ...{ type: 'line', stack: 'band', symbol: 'none', silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } },
          data: shown.map(({ time, point }) => [time, point?.min ?? null]),
        },
        {
          ...{ type: 'line', stack: 'band', symbol: 'none', silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } },
          ...{ areaStyle: { color: '#0f766e', opacity: 0.15 }, stackStrategy: 'all' },
          data: shown.map(({ time, point }) => [time, point ? point.max - point.min : null]),
        },
        {
          ...{
            type: 'line',
            symbol: 'circle',
            symbolSize: 3,
            showSymbol: points.length < 60,
            lineStyle: { width: 1.6, color: '#0f766e' },
          },
          itemStyle: { color: '#0f766e' },
          data: shown.map(({ time, point }) => ({ value: [time, point?.mean ?? null], at: point?.at })) as never,
        },
      ],
    };
  }, [points, step, to, days, format, unit, text]);
  const last = points.at(-1);
  return <Chart option={option} label={`${text(kind)}: ${last ? `${last.mean} ${unit}, ${format.time(last.at)}` : ''}`} />;
}

/** Where nothing was read for longer than usual, the line has a gap. */
function withGaps(points: Read['points'], step: number) {
  const times = points.map(({ at }) => new Date(at).getTime());
  const between = times
    .slice(1)
    .map((time, n) => time - (times[n] ?? time))
    .sort((a, b) => a - b);
  const usual = Math.max(step * 1000, between[Math.floor(between.length / 2)] ?? 0);
  return points.flatMap((point, n) => {
    const time = times[n] ?? 0;
    const before = times[n - 1];
    const here = [{ time: time + step * 500, point: point as Read['points'][number] | undefined }];
    return before !== undefined && time - before > usual * 4 ? [{ time: before + step * 1000, point: undefined }, ...here] : here;
  });
}
