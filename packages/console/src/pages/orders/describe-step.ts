import { useFormat } from '../../shared/format.ts';
import { useLanguage } from '../../shared/text.ts';
import { problemsZh } from '../books/text.ts';
import { useMachineWords } from '../machines/commands/machine-errors.ts';
import { useText as useSlotText } from '../machines/slot-check/text.ts';
import { useSalesWords } from '../sales/words.ts';
import type { Trace } from './order.tsx';
import { useStepText } from './text.ts';

export type Step = Trace['steps'][number];

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
const joined = (...parts: string[]): string => parts.filter(Boolean).join(' · ');

/** Reasons of the journal of stock whose own names mean something else in the words of a slot. */
const slotWords: Readonly<Record<string, string>> = { order: 'ordered', dispensed: 'dropped', failed: 'notDropped' };

/** A step in words, and what there is to know of it beside. */
export function useDescribeStep(): (step: Step) => { title: string; detail: string } {
  const [say, slotText] = [useStepText(), useSlotText()];
  const language = useLanguage();
  const format = useFormat();
  const { payStyle } = useSalesWords();
  const machine = useMachineWords();

  /** What the ledger calls it, where there is no better word. */
  function word(prefix: string, name: string): string {
    const key = `${prefix}-${name}`;
    const words = say(key as Parameters<typeof say>[0]);
    return words === key ? name : words;
  }
  const money = (cents: unknown) => (typeof cents === 'number' ? format.money(cents) : '');
  const change = (name: 'onHand' | 'promised', by: unknown) =>
    typeof by === 'number' && by !== 0 ? say(name, { change: by > 0 ? `+${by}` : `−${-by}` }) : '';

  return ({ what, title, detail, by }) => {
    switch (what) {
      case 'event': {
        const who = text(detail.madeBy ?? detail.takenBackBy);
        const issued = title === 'order.made-good' && detail.made === 'pickup-code';
        return {
          title: issued ? say('codesIssued', { count: Number(detail.units) }) : word('event', title.replaceAll('.', '-')),
          detail: joined(issued ? '' : money(detail.amountCents), who === by ? '' : who, word('reason', text(detail.reason))),
        };
      }
      case 'payment':
        return {
          title: `${say(title === 'refund' ? 'refund' : 'payment')} ${money(detail.amount_cents)}`,
          detail: joined(payStyle(text(detail.style)), text(detail.reference)),
        };
      case 'stock': {
        const changes = [change('onHand', detail.on_hand), change('promised', detail.reserved)].filter(Boolean);
        const reason = slotText((slotWords[title] ?? title) as 'count');
        return {
          title: `${text(detail.slot)} ${changes.join(say('and')) || say('unchanged')}`,
          detail: joined(reason, text(detail.note)),
        };
      }
      case 'command':
        return { title: say('command', { quantity: text(detail.quantity) }), detail: word('command', text(detail.state)) };
      case 'answer': {
        const told = text(detail.error);
        const fault = typeof detail.fault_code === 'number' && detail.fault_code !== 1 ? machine.fault(detail.fault_code) : '';
        const error = told === '' || told === 'failed' ? '' : machine.error(told);
        return {
          title: say(detail.dispensed === true ? 'dropped' : 'notDropped'),
          detail: joined(error || fault, title === 'applied' ? '' : word('effect', title)),
        };
      }
      case 'outcome':
        return { title: say('outcome', { source: word('source', text(detail.source)) }), detail: word('effect', title) };
      case 'code':
        return { title: say('code'), detail: word('usedBy', text(detail.used_by)) };
      case 'notification':
        return { title: say('notification'), detail: joined(text(detail.url), word('notification', text(detail.state))) };
      case 'attempt':
        return {
          title: say('attempt', { number: title.replace('attempt ', '') }),
          detail: joined(text(detail.status), text(detail.error)),
        };
      case 'bill':
        return {
          title: say('bill', { version: text(detail.version) }),
          detail: joined(text(detail.shop), text(detail.business_day)),
        };
      case 'import': {
        const problem = text(detail.problem);
        const said = (language === 'zh' ? problemsZh[problem]?.[0] : undefined) ?? problem;
        return {
          title: say('import'),
          detail: joined(text(detail.set), text(detail.bill_code), word('import', title), said, text(detail.subject)),
        };
      }
    }
  };
}
