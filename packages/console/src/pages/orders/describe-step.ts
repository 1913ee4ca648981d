import type { useFormat } from '../../shared/format.ts';
import type { Trace } from './order.tsx';
import type { useStepText } from './text.ts';

export type Step = Trace['steps'][number];
type Say = ReturnType<typeof useStepText>;
type Format = ReturnType<typeof useFormat>;

/** What says again what another step says, or moves with it: left out until all is asked for. */
const besides = new Set([
  ...['dispense.sent', 'dispense.answered', 'order.paid', 'order.refunded', 'order.refunded-part'],
  ...['trade.created', 'trade.changed', 'dispense.settled', 'dispense.queued'],
]);

export const isMain = ({ what, title }: Step): boolean => what !== 'stock' && !(what === 'event' && besides.has(title));

/** How it looks: what went wrong, what contradicts something, what went well. */
export function toneOf({ what, title, detail }: Step): 'good' | 'bad' | 'warn' | 'plain' {
  if (what === 'event' && title.startsWith('conflict.')) return 'warn';
  if (what === 'event' && title === 'dispense.given-up') return 'warn';
  if (what === 'event' && title === 'order.made-good') return 'good';
  if (what === 'answer') return detail.dispensed === true ? 'good' : 'bad';
  if (what === 'attempt') return typeof detail.status === 'number' && detail.status < 300 ? 'good' : 'bad';
  if (what === 'import' && title === 'stuck') return 'warn';
  return 'plain';
}

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
const signed = (value: unknown): string => (typeof value === 'number' && value > 0 ? `+${value}` : text(value) || '0');

/** A step in words, and what there is to know of it beside. */
export function describeStep({ what, title, detail }: Step, say: Say, format: Format): { title: string; detail: string } {
  const cents = typeof detail.amount_cents === 'number' ? format.money(detail.amount_cents) : '';
  switch (what) {
    case 'event': {
      const key = title.replaceAll('.', '-') as Parameters<Say>[0];
      const amount = typeof detail.amountCents === 'number' ? format.money(detail.amountCents) : '';
      return {
        title: said(say, key, title),
        detail: [amount, text(detail.madeBy ?? detail.takenBackBy), text(detail.reason)].filter(Boolean).join(' · '),
      };
    }
    case 'payment':
      return {
        title: `${say(title === 'refund' ? 'refund' : 'payment')} ${cents}`,
        detail: [text(detail.style), text(detail.reference)].filter(Boolean).join(' · '),
      };
    case 'stock': {
      const values = {
        slot: text(detail.slot),
        on_hand: signed(detail.on_hand),
        reserved: signed(detail.reserved),
        reason: title,
      };
      return { title: say('stock', values), detail: text(detail.note) };
    }
    case 'command':
      return { title: say('command', { quantity: text(detail.quantity) }), detail: text(detail.state) };
    case 'answer': {
      const fault = typeof detail.fault_code === 'number' && detail.fault_code !== 1 ? `code ${detail.fault_code}` : '';
      const late = title === 'late' || title === 'applied' ? (title === 'late' ? say('effect_late') : '') : title;
      return {
        title: say(detail.dispensed === true ? 'dropped' : 'notDropped'),
        detail: [text(detail.error), fault, late].filter(Boolean).join(' · '),
      };
    }
    case 'outcome':
      return { title: say('outcome', { source: text(detail.source) }), detail: title };
    case 'code':
      return { title: say('code'), detail: text(detail.used_by) };
    case 'notification':
      return {
        title: `${say('notification')} ${title}`,
        detail: [text(detail.url), text(detail.state)].filter(Boolean).join(' · '),
      };
    case 'attempt':
      return {
        title: say('attempt', { number: title.replace('attempt ', '') }),
        detail: [text(detail.status), text(detail.error)].filter(Boolean).join(' · '),
      };
    case 'bill':
      return {
        title: say('bill', { version: text(detail.version) }),
        detail: [text(detail.shop), text(detail.business_day)].filter(Boolean).join(' · '),
      };
    case 'import': {
      const parts = [text(detail.set), text(detail.bill_code), title, text(detail.problem), text(detail.subject)];
      return { title: say('import'), detail: parts.filter(Boolean).join(' · ') };
    }
  }
}

/** What the ledger calls it, where there is no better word yet. */
function said(say: Say, key: Parameters<Say>[0], fallback: string): string {
  const words = say(key);
  return words === key ? fallback : words;
}
