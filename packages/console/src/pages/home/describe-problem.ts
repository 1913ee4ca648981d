import type { Answer } from '../../api/client.ts';
import type { useText } from './text.ts';

export type Problem = Answer<'GET /problems'>['problems'][number];
type Say = ReturnType<typeof useText>;
type Key = Parameters<Say>[0];

/** A problem in words: what it is, where one sees why, and where one does something about it. */
export interface Described {
  what: string;
  /** Its cause. */
  path: string;
  /** Where the fitting action is; undefined where it is done here. */
  actionPath?: string;
}

interface SlotFact {
  id: number;
  name: string;
  goods: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const list = <T>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : []);

/** A few names, and that there are more. */
const named = (names: readonly string[], count: number, mark: string): string =>
  names.join(mark) + (count > names.length ? ' …' : '');

const query = (path: string, asked: Record<string, string | number | undefined>): string => {
  const given = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return `${path}?${new URLSearchParams(given)}`;
};

export function describeProblem(problem: Problem, say: Say, language: 'zh' | 'en'): Described {
  const { kind, machine, order_id: order, count, facts } = problem;
  const mark = language === 'zh' ? '、' : ', ';
  const machinePath = machine ? `/machines/${machine.id}` : '/machines';
  const refillPath = machine ? `/refill/${machine.id}` : '/refill';
  const slots = list<SlotFact>(facts.slots);
  const slotNames = named(
    slots.map(({ name, goods }) => (goods ? `${name} ${goods}` : name)),
    count,
    mark,
  );
  const ordersPath = (trouble: boolean) =>
    order
      ? `/orders/${order}`
      : query('/orders', { ...(machine && { machine: machine.id }), ...(trouble && { trouble: 'true' }) });

  switch (kind) {
    case 'machine-offline':
      return { what: say(facts.seen_at ? 'offlineWhat' : 'neverSeen'), path: machinePath, actionPath: machinePath };
    case 'slot-fault': {
      const [first] = slots;
      const path = first ? `${machinePath}/slots/${first.id}` : machinePath;
      return { what: say('faultWhat', { count, slots: slotNames }), path: machinePath, actionPath: path };
    }
    case 'sold-out': {
      const actionPath = problem.action === 'refill' ? refillPath : machinePath;
      return { what: say('soldOutWhat', { count, slots: slotNames }), path: machinePath, actionPath };
    }
    case 'slot-short': {
      const names = named(list<string>(facts.slots), count, mark);
      return {
        what: say('shortWhat', { count, missing: number(facts.missing), slots: names }),
        path: machinePath,
        actionPath: refillPath,
      };
    }
    case 'paid-without-goods': {
      const why = (['failed', 'held', 'unasked'] as const)
        .filter((name) => number(facts[name]) > 0)
        .map((name) => say(name, { count: number(facts[name]) }))
        .join(mark);
      return { what: say('paidWhat', { count, why }), path: ordersPath(true), actionPath: ordersPath(true) };
    }
    case 'remote-order-undecided':
      return { what: say('remoteWhat', { count }), path: ordersPath(false), actionPath: ordersPath(false) };
    case 'conflict': {
      const what = say(text(facts.conflict).replace('conflict.', '') as Key);
      const [latest] = list<number>(facts.order_ids);
      return {
        what: count > 1 ? say('conflictWhat', { what, count }) : what,
        path: latest ? `/orders/${latest}` : machinePath,
      };
    }
    case 'notifications-failing': {
      const endpoint = text(facts.endpoint);
      const given = number(facts.given_up) > 0;
      const path = given
        ? query('/notifications', { state: 'failed', integration: number(facts.integration_id) })
        : '/notifications';
      return {
        what: say(facts.disabled_at ? 'disabledWhat' : 'failingWhat', { count, endpoint: endpoint.replace(/^https?:\/\//, '') }),
        path,
        actionPath: path,
      };
    }
    case 'imports-stuck': {
      const problemText = say(text(facts.problem) as Key) + (text(facts.subject) ? ` (${text(facts.subject)})` : '');
      const path = query('/books', { set: number(facts.set_id) });
      return { what: say('importsWhat', { count, set: text(facts.set), problem: problemText }), path, actionPath: path };
    }
    case 'mirror-failing': {
      const path = `/integrations/${number(facts.integration_id)}`;
      return { what: say('mirrorWhat', { name: text(facts.name) }), path, actionPath: path };
    }
    case 'books-differ': {
      const path = query('/bills', { shop: number(facts.shop_id), view: 'checks' });
      return { what: say('booksWhat', { count, shop: text(facts.sn), day: text(facts.day) }), path, actionPath: path };
    }
    case 'messages-refused': {
      const path = query('/notifications', { tab: 'in', integration: number(facts.integration_id), unapplied: 'true' });
      return { what: say('refusedWhat', { count, name: text(facts.name) }), path, actionPath: path };
    }
  }
}
