import { useFormat } from '../../shared/format.ts';

interface Hour {
  hour: number;
  today: { amount_cents: number };
  last_week: { amount_cents: number };
}

const [width, height, foot, head] = [600, 108, 1, 4];

/** Sales by the hour, last week's behind today's. Drawn by hand: the page that opens in the morning waits for no library. */
export function HourCurve({
  hours,
  at,
  label,
  todayWord,
  weekWord,
}: {
  hours: readonly Hour[];
  /** Now: today's line ends here. */
  at: string;
  label: string;
  todayWord: string;
  weekWord: string;
}) {
  const format = useFormat();
  const now = Number(
    new Intl.DateTimeFormat('en', { timeZone: format.timeZone, hour: '2-digit', hourCycle: 'h23' }).format(new Date(at)),
  );
  const most = Math.max(1, ...hours.flatMap(({ today, last_week }) => [today.amount_cents, last_week.amount_cents]));
  const x = (hour: number) => (hour / 24) * width;
  const y = (cents: number) => head + (height - head - foot) * (1 - cents / most);
  const middle = ({ hour }: Hour, cents: number) => `${x(hour + 0.5).toFixed(1)},${y(cents).toFixed(1)}`;
  const week = hours.map((one) => middle(one, one.last_week.amount_cents));
  const base = y(0);
  const barWidth = (width / 24) * 0.62;
  return (
    <div className="today-sales-curve" role="img" aria-label={label}>
      <div aria-hidden="true" className="legend soft">
        <span>
          <i className="now" /> {todayWord}
        </span>
        <span>
          <i className="week" /> {weekWord}
        </span>
      </div>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <polygon points={`${x(0.5)},${base} ${week.join(' ')} ${x(23.5)},${base}`} fill="#e8eded" />
        <polyline points={week.join(' ')} fill="none" stroke="#8a9a9a" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
        {hours
          .filter(({ hour, today }) => hour <= now && today.amount_cents > 0)
          .map(({ hour, today }) => (
            <rect
              key={hour}
              x={x(hour + 0.5) - barWidth / 2}
              y={y(today.amount_cents)}
              width={barWidth}
              height={base - y(today.amount_cents)}
              fill="#0f766e"
              fillOpacity={hour === now ? 0.55 : 0.9}
            >
              <title>{`${String(hour).padStart(2, '0')}:00  ${todayWord} ${format.money(today.amount_cents)}`}</title>
            </rect>
          ))}
        <line x1="0" x2={width} y1={base} y2={base} stroke="#c9d2d2" strokeWidth="1" vectorEffect="non-scaling-stroke" />
      </svg>
      <div aria-hidden="true" className="ticks soft">
        {[0, 6, 12, 18, 24].map((hour) => (
          <span key={hour}>{`${String(hour).padStart(2, '0')}:00`}</span>
        ))}
      </div>
    </div>
  );
}
