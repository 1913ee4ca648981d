import dayjs, { type Dayjs } from 'dayjs';
import timezone from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';
import { useFormat } from '../../shared/format.ts';

dayjs.extend(utc);
dayjs.extend(timezone);

export interface Period {
  from: string;
  to: string;
}

const face = (day: Dayjs): string => day.format('YYYY-MM-DD');

/** The merchant's own today, whatever the reader's clock says; and from here on what the pickers of days take for today. */
export function useToday(): Dayjs {
  const { timeZone } = useFormat();
  dayjs.tz.setDefault(timeZone);
  return dayjs(new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date()));
}

export const presetNames = ['today', 'yesterday', 'week', 'month', 'lastMonth', 'days90', 'year'] as const;
export type PresetName = (typeof presetNames)[number];

export function presetOf(name: PresetName, today: Dayjs): Period {
  const last = today.subtract(1, 'month');
  const [from, to] = {
    today: [today, today],
    yesterday: [today.subtract(1, 'day'), today.subtract(1, 'day')],
    week: [today.subtract(6, 'day'), today],
    month: [today.startOf('month'), today],
    lastMonth: [last.startOf('month'), last.endOf('month')],
    days90: [today.subtract(89, 'day'), today],
    year: [today.startOf('year'), today],
  }[name] as [Dayjs, Dayjs];
  return { from: face(from), to: face(to) };
}
