import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { type Period, presetNames, presetOf, useToday } from './period.ts';
import { useText } from './text.ts';

/** Days of the merchant, both included, with those at hand that are asked for most. */
export function PeriodPicker({
  value,
  onChange,
  clearable = false,
}: {
  value: Partial<Period>;
  onChange: (period: Partial<Period>) => void;
  clearable?: boolean;
}) {
  const text = useText();
  const today = useToday();
  const { from, to } = value;
  return (
    <DatePicker.RangePicker
      aria-label={text('period')}
      allowClear={clearable}
      value={[from === undefined ? null : dayjs(from), to === undefined ? null : dayjs(to)]}
      onChange={(days) => {
        const [first, last] = days ?? [];
        onChange(first && last ? { from: first.format('YYYY-MM-DD'), to: last.format('YYYY-MM-DD') } : {});
      }}
      presets={presetNames.map((name) => {
        const period = presetOf(name, today);
        return { label: text(name), value: [dayjs(period.from), dayjs(period.to)] };
      })}
    />
  );
}
