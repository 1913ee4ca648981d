import { type Bill, type BohType, formatDate, formatTime } from '@polyvend/protocols/qianhub';
import { type Clock, realClock } from '../shared/clock.ts';
import { type Random, randomStream, type Seed } from '../shared/random.ts';
import { makeBill, refundBill } from './make-bill.ts';
import { makeStatistic } from './make-statistic.ts';

export interface CashRegisterOptions {
  /** The hub's address. */
  readonly url: string;
  /** Of the hub's native API. */
  readonly token: string;
  /** The shop's own number, known to the hub. */
  readonly sn: string;
  /** Tells its bills from those of other registers (1). */
  readonly number?: number;
  /** Asia/Shanghai */
  readonly timeZone?: string;
  readonly clock?: Clock;
  readonly seed?: Seed;
  readonly fetch?: typeof globalThis.fetch;
  /** The chance that a call is made once more although it was answered, and that what waits is sent in another order (0). */
  readonly repeats?: number;
  readonly shuffles?: number;
}

export interface SentRecord {
  readonly sn: string;
  readonly staff_id: number;
  readonly staff_name: string;
  readonly boh_type: BohType;
  readonly json: object;
  readonly create_on?: string;
}

export interface CashRegister {
  /** A bill, settled now. */
  sell(): Bill;
  /** Gives all of a bill back: it comes again with the next undo_index. */
  refund(billId: number): Bill;
  /** Counts the bills since the last handover. */
  handOver(): SentRecord;
  /** Counts the bills of the day, and begins another. */
  endDay(): SentRecord;
  /** What waits to be sent. */
  readonly waiting: readonly SentRecord[];
  /** Its own book: each bill as it is now. */
  readonly bills: ReadonlyMap<number, Bill>;
  /**
   * Sends what waits, some hundred at a time, and answers what the hub said of each record. What got no answer goes on waiting: nothing is
   * forgotten, and nothing is counted twice by a hub that keeps its word.
   */
  send(): Promise<Result[]>;
}

export interface Result {
  readonly outcome: string;
  readonly warnings: readonly string[];
  readonly error?: { readonly code: string; readonly message: string; readonly field?: string };
}

/** Most records of one call. */
const atOnce = 200;

const staff = { id: 1436, name: '王店' };

/** A shop's cash register: it keeps its own book, tells the hub everything, and may do so twice and in disorder. */
export function createCashRegister(options: CashRegisterOptions): CashRegister {
  const { sn, number = 1, timeZone = 'Asia/Shanghai', clock = realClock, seed = 1, repeats = 0, shuffles = 0 } = options;
  const random = randomStream(seed, 'cash-register', sn, number);
  const bills = new Map<number, Bill>();
  const shift = new Set<number>();
  const day = new Set<number>();
  let waiting: SentRecord[] = [];
  const now = (): string => formatTime(clock.now(), timeZone);

  function tell(boh_type: BohType, json: object, create_on?: string): SentRecord {
    const record = {
      sn,
      staff_id: staff.id,
      staff_name: staff.name,
      boh_type,
      json,
      ...(create_on !== undefined && { create_on }),
    };
    waiting.push(record);
    return record;
  }

  function keep(bill: Bill): Bill {
    for (const open of [shift, day]) open.add(bill.bill_id);
    bills.set(bill.bill_id, bill);
    tell('cashier.finish', bill);
    return bill;
  }

  const statisticOf = (ids: ReadonlySet<number>) => makeStatistic([...ids].flatMap((id) => bills.get(id) ?? []));

  async function post(records: readonly SentRecord[]): Promise<Result[]> {
    const answer = await (options.fetch ?? globalThis.fetch)(`${options.url.replace(/\/+$/, '')}/v1/pos/records`, {
      method: 'POST',
      headers: { authorization: `Bearer ${options.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(records),
      signal: AbortSignal.timeout(30_000),
    });
    const { results } = (await answer.json()) as { results?: Result[] };
    if (!answer.ok || !results) throw new Error(`The hub answered ${answer.status}.`);
    return results;
  }

  return {
    bills,
    get waiting() {
      return waiting;
    },
    sell() {
      const billId = number * 1_000_000_000 + bills.size + 1;
      const at = now();
      const billSn = `${at.slice(0, 10).replaceAll('-', '')}${String(bills.size + 1).padStart(4, '0')}`;
      return keep(makeBill({ billId, sn: billSn, at, staff, random }));
    },
    refund(billId) {
      const bill = bills.get(billId);
      if (!bill) throw new Error(`The register has no bill ${billId}.`);
      return keep(refundBill(bill, now()));
    },
    handOver() {
      const record = tell('handover.stat', statisticOf(shift), now());
      shift.clear();
      return record;
    },
    endDay() {
      const record = tell('dayend.stat', { businessDay: formatDate(clock.now(), timeZone), ...statisticOf(day) }, now());
      day.clear();
      return record;
    },
    async send() {
      const results: Result[] = [];
      if (random() < shuffles) waiting = shuffled(waiting, random);
      while (waiting.length > 0) {
        const records = waiting.slice(0, atOnce);
        const answered = await post(records);
        const answeredAgain = random() < repeats ? await post(records) : [];
        waiting = waiting.filter((record) => !records.includes(record));
        results.push(...answered, ...answeredAgain);
      }
      return results;
    },
  };
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = items.map((item) => ({ item, at: random() }));
  return order.sort((one, other) => one.at - other.at).map(({ item }) => item);
}
