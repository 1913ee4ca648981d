import { Button, DatePicker, Flex } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { defineText } from './text.ts';

const useText = defineText('check-day', { en: { check: 'Check now' }, zh: { check: '立即核对' } });

/** A day to choose, and to check now. Days are `YYYY-MM-DD`. */
export function CheckDay({
  label,
  first,
  busy,
  check,
}: {
  label: string;
  /** Chosen to begin with. */
  first: string;
  busy: boolean;
  check: (day: string) => void;
}) {
  const text = useText();
  const [day, setDay] = useState(first);
  return (
    <Flex gap="small" wrap>
      <DatePicker
        aria-label={label}
        allowClear={false}
        value={dayjs(day)}
        onChange={(value) => setDay(value?.format('YYYY-MM-DD') ?? day)}
      />
      <Button type="primary" loading={busy} onClick={() => check(day)}>
        {text('check')}
      </Button>
    </Flex>
  );
}
