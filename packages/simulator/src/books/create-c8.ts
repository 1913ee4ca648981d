import type { ServerResponse } from 'node:http';
import {
  type BillRefusal,
  c8Paths,
  idempotencyHeader,
  parseObject,
  type RetailBill,
  readRetailBill,
  yuanNumber,
} from '@polyvend/protocols/gobox';
import { formatDate } from '@polyvend/protocols/shared';
import { realClock, sleep } from '../shared/clock.ts';
import type { C8Behaviour } from './c8-behaviour.ts';
import { type Asked, answer, serve } from './serve.ts';

export interface C8Bill extends RetailBill {
  readonly retailId: number;
  readonly retailCode: string;
}

export interface C8Options {
  /** What the hub shows (`service-key`). */
  readonly serviceKey?: string;
  /** Of bill_time (Asia/Shanghai). */
  readonly timeZone?: string;
  /** Products that it knows; every one unless told. */
  readonly barcodes?: Iterable<string>;
  /** Sessions of users: by session, the user's name. */
  readonly sessions?: Readonly<Record<string, string>>;
  /** An ERP that breaks its promise: the same key makes another bill. */
  readonly ignoresKeys?: boolean;
  readonly port?: number;
  /** That it has already. */
  readonly bills?: readonly C8Bill[];
  /** A bill was made. */
  readonly onBill?: (bill: C8Bill) => void;
}

export interface C8 {
  readonly url: string;
  readonly serviceKey: string;
  /** Every bill that it has, oldest first. */
  readonly bills: readonly C8Bill[];
  billsOf(transId: string): C8Bill[];
  /** Creations that were asked for, repeats too, by their keys. */
  readonly asked: readonly string[];
  /** How it meets creations from now on: so many times (for ever), then well again. */
  behave(behaviour: C8Behaviour, times?: number): void;
  /** Neither finds nor lists nor sessions are answered while this is on. */
  hideBills(hidden: boolean): void;
  /** A bookkeeper at the ERP. */
  addBarcode(barcode: string): void;
  closePeriod(period: string): void;
  openPeriod(period: string): void;
  /** Refuses a field of the head: `store_id`, with this value. */
  refuseField(field: 'storeId' | 'bankId' | 'memberId' | 'employeeId' | 'billType', value: number): void;
  deleteBill(retailCode: string): void;
  changeBill(retailCode: string, totalCents: number): void;
  addBill(bill: RetailBill): C8Bill;
  /** Resolves when it is about no creation any more: what it makes late is made. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const fieldNames = {
  storeId: 'store_id',
  bankId: 'bank_id',
  memberId: 'member_id',
  employeeId: 'employee_id',
  billType: 'bill_type',
} as const;

const pageSize = 200;

/** A C8 that speaks the wire of ours, and fails in every way in which an ERP does. */
export async function createC8(options: C8Options = {}): Promise<C8> {
  const { serviceKey = 'service-key', timeZone = 'Asia/Shanghai', sessions = {}, ignoresKeys = false, port = 0 } = options;
  const { onBill = () => undefined } = options;
  const barcodes = options.barcodes && new Set(options.barcodes);
  const closed = new Set<string>();
  const refused: { field: keyof typeof fieldNames; value: number }[] = [];
  const asked: string[] = [];
  let bills: C8Bill[] = [...(options.bills ?? [])];
  let lastId = Math.max(1000, ...bills.map(({ retailId }) => retailId));
  let hidden = false;
  let behaviour: C8Behaviour = { kind: 'ok' };
  let left = Number.POSITIVE_INFINITY;
  let creating: Promise<unknown> = Promise.resolve();

  function make(bill: RetailBill): C8Bill {
    const known = ignoresKeys ? undefined : bills.find(({ key }) => key === bill.key);
    if (known) return known;
    lastId += 1;
    const made = { ...bill, retailId: lastId, retailCode: `LS${String(lastId).padStart(8, '0')}` };
    bills.push(made);
    onBill(made);
    return made;
  }

  function refusalOf(bill: RetailBill): { code: BillRefusal; subject: string; errmsg: string } | undefined {
    const unknown = barcodes && bill.lines.find(({ barcode }) => !barcodes.has(barcode));
    if (unknown) return { code: 'unknown_barcode', subject: unknown.barcode, errmsg: `没有商品 ${unknown.barcode}` };
    const period = formatDate(bill.soldAt, timeZone).slice(0, 7);
    if (closed.has(period)) return { code: 'period_closed', subject: period, errmsg: `${period} 已结账` };
    const field = refused.find(({ field, value }) => bill[field] === value)?.field;
    return field && { code: 'unknown_field', subject: fieldNames[field], errmsg: `${fieldNames[field]} 不存在` };
  }

  function nextBehaviour(): C8Behaviour {
    if (left <= 0) return { kind: 'ok' };
    left -= 1;
    return behaviour;
  }

  async function create({ headers, body }: Asked, response: ServerResponse): Promise<void> {
    const bill = readRetailBill(body, timeZone);
    if (!bill || headers[idempotencyHeader.toLowerCase()] !== bill.key) {
      answer(response, 422, { state: 0, code: 'invalid', subject: '', errmsg: '内容有误' });
      return;
    }
    asked.push(bill.key);
    const shown = nextBehaviour();
    if (shown.kind === 'broken') return answer(response, 500, { state: 0, errmsg: '系统错误' });
    if (shown.kind === 'reset') return void response.socket?.resetAndDestroy();
    if (shown.kind === 'late') await sleep(realClock, shown.ms);
    const refusal = refusalOf(bill);
    if (refusal) return answer(response, 422, { state: 0, ...refusal });
    const made = make(bill);
    const done = { state: 1, retail_id: made.retailId, retail_code: made.retailCode };
    switch (shown.kind) {
      case 'made-500':
        return answer(response, 500, { state: 0, errmsg: '系统错误' });
      case 'made-silent':
        return;
      case 'made-reset':
        return void response.socket?.resetAndDestroy();
      case 'made-garbage':
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>C8</html>');
      case 'answers-twice': {
        const text = JSON.stringify(done);
        const raw = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
        return void response.socket?.write(raw + raw);
      }
      default:
        return answer(response, 200, done);
    }
  }

  function list({ query }: Asked, response: ServerResponse): void {
    const [set, key, date] = ['set_of_book', 'key', 'date'].map((name) => query.get(name));
    const page = Number(query.get('page') ?? 1);
    const matching = bills.filter(
      (bill) =>
        bill.setOfBook === set &&
        (key === null || bill.key === key) &&
        (date === null || formatDate(bill.soldAt, timeZone) === date),
    );
    const shown = matching.slice((page - 1) * pageSize, page * pageSize);
    answer(response, 200, {
      state: 1,
      bills: shown.map((bill) => ({
        idempotency_key: bill.key,
        retail_id: bill.retailId,
        retail_code: bill.retailCode,
        total_amount: yuanNumber(bill.totalCents),
      })),
      page: matching.length > page * pageSize ? page + 1 : null,
    });
  }

  const served = await serve(async (request, response) => {
    const { method, path, headers, body } = request;
    if (headers.authorization !== `Bearer ${serviceKey}`) return answer(response, 401, { state: 0, errmsg: '密钥错误' });
    if (method === 'POST' && path === c8Paths.bills) {
      const creation = create(request, response);
      creating = Promise.allSettled([creating, creation]);
      return await creation;
    }
    if (hidden) return answer(response, 503, { state: 0, errmsg: '维护中' });
    if (method === 'GET' && path === c8Paths.bills) return list(request, response);
    if (method === 'POST' && path === c8Paths.session) {
      const { user_name, session } = parseObject(body) ?? {};
      const valid = typeof session === 'string' && Object.hasOwn(sessions, session) && sessions[session] === user_name;
      return answer(response, 200, { state: 1, valid });
    }
    answer(response, 404, { state: 0, errmsg: '接口不存在' });
  }, port);

  return {
    url: served.baseUrl,
    serviceKey,
    get bills() {
      return bills;
    },
    billsOf: (transId) => bills.filter((bill) => bill.transId === transId),
    asked,
    behave(shown, times = Number.POSITIVE_INFINITY) {
      behaviour = shown;
      left = times;
    },
    hideBills(now) {
      hidden = now;
    },
    addBarcode: (barcode) => void barcodes?.add(barcode),
    closePeriod: (period) => void closed.add(period),
    openPeriod: (period) => void closed.delete(period),
    refuseField: (field, value) => void refused.push({ field, value }),
    deleteBill(retailCode) {
      bills = bills.filter((bill) => bill.retailCode !== retailCode);
    },
    changeBill(retailCode, totalCents) {
      bills = bills.map((bill) => (bill.retailCode === retailCode ? { ...bill, totalCents } : bill));
    },
    addBill: make,
    idle: async () => void (await creating),
    close: served.close,
  };
}
