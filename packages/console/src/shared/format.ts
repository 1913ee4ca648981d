import { useMemo } from 'react';
import { useSession } from '../api/session.tsx';
import { useLanguage } from './text.ts';

type TimeLike = string | number | Date;

/** Money in the merchant's currency, times in the merchant's zone, both as the reader's language writes them. */
export function useFormat() {
  const { merchant } = useSession();
  const language = useLanguage();
  return useMemo(
    () => formats(language === 'zh' ? 'zh-CN' : 'en-GB', merchant.currency, merchant.time_zone),
    [language, merchant],
  );
}

function formats(locale: string, currency: string, timeZone: string) {
  const money = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  const digits = money.resolvedOptions().maximumFractionDigits ?? 2;
  const number = new Intl.NumberFormat(locale);
  const dated = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'short' });
  const timed = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const clock = new Intl.DateTimeFormat(locale, { timeZone, timeStyle: 'medium' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  return {
    locale,
    timeZone,
    /** Of minor units. */
    money: (cents: number): string => money.format(cents / 10 ** digits),
    /** The number of decimals of the currency. */
    moneyDigits: digits,
    number: (value: number): string => number.format(value),
    percent: (share: number): string =>
      new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share),
    date: (time: TimeLike): string => dated.format(new Date(time)),
    time: (time: TimeLike): string => timed.format(new Date(time)),
    clock: (time: TimeLike): string => clock.format(new Date(time)),
    /** "3 min ago"; by the reader's own clock. */
    ago(time: TimeLike): string {
      const seconds = Math.round((new Date(time).getTime() - Date.now()) / 1000);
      const [unit, size] = units.find(([, least]) => Math.abs(seconds) >= least) ?? (['second', 1] as const);
      return relative.format(Math.round(seconds / size), unit);
    },
  };
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;
