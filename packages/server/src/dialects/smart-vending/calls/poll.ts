import {
  buildCall,
  type CallName,
  FieldError,
  type Fields,
  readAnswer,
  readTradeItem,
  SmartVendingError,
  toSeconds,
} from '@polyvend/protocols/smart-vending';
import type { Poll } from '../../../inbound/index.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { listMachineOverviews } from '../../../ledger/machines/list-machine-overviews.ts';
import { putForeignGoods } from '../../../ledger/upstream/put-foreign-goods.ts';
import { putForeignLine } from '../../../ledger/upstream/put-foreign-line.ts';
import { putForeignMachine } from '../../../ledger/upstream/put-foreign-machine.ts';
import { recordForeignStatus } from '../../../ledger/upstream/record-foreign-status.ts';
import { customerSettings, keyOf } from '../integration.ts';
import {
  isRecord,
  rowsOfAnswer,
  sameFaults,
  toldGoodsRow,
  toldLineRow,
  toldSiteRow,
  toldState,
  toldStock,
} from '../map/told-state.ts';
import { type Told, takeRefill, takeTrades, upstreamOf } from './take-told.ts';

const steps = ['goods', 'lines', 'sites', 'machines', 'trades', 'refills'] as const;
type Step = (typeof steps)[number];

/** How far it is, and what the next one begins with. */
interface Progress {
  step: Step;
  /** Rows of this step's list that are done. */
  cursor: number;
  /** When this one began; trades are asked for from `from` on, undefined: all. Seconds. */
  startedAt?: number | undefined;
  from?: number | undefined;
  /** `from` is so far back that the next need not be. */
  far?: boolean;
  /** When the last that was finished began, and the last that looked far back. */
  lastAt?: number;
  lookedBackAt?: number;
}

/** Rows of a page; those of machines need a call each. */
const pageSize: Readonly<Record<Step, number>> = {
  goods: 500,
  lines: 500,
  sites: 500,
  machines: 10,
  trades: 500,
  refills: 1_000,
};

/**
 * Trades are asked for again for a day, since their later pushes may be lost; and once a day for five weeks: refunds come late, and so do
 * trades of machines that were offline. Seconds.
 */
const [overlap, lookBackEvery, lookBack] = [86_400, 86_400, 35 * 86_400];

/** Asks the platform for all that pushes may not have brought, page after page; what it broke off at is gone on with. */
export async function poll(poll: Poll): Promise<void> {
  let progress = begun(readProgress(poll.progress), toSeconds(poll.ledger.clock.now()));
  for (const step of steps.slice(steps.indexOf(progress.step))) {
    if (progress.step !== step) progress = { ...progress, step, cursor: 0 };
    if (step === 'refills') await takeRefills(poll, progress);
    else await takeList(poll, step, progress);
  }
  const { startedAt = 0, far, lookedBackAt = 0 } = progress;
  await poll.step({ step: steps[0], cursor: 0, lastAt: startedAt, lookedBackAt: far ? startedAt : lookedBackAt }, async () => {});
}

function readProgress(stored: unknown): Progress {
  const progress = isRecord(stored) ? (stored as unknown as Progress) : undefined;
  return progress && steps.includes(progress.step) ? progress : { step: steps[0], cursor: 0 };
}

function begun(progress: Progress, now: number): Progress {
  if (progress.startedAt !== undefined) return progress;
  const { lastAt, lookedBackAt = 0 } = progress;
  const far = lookedBackAt <= now - lookBackEvery;
  return { ...progress, startedAt: now, far, from: lastAt && Math.max(0, lastAt - (far ? lookBack : overlap)) };
}

const callOf: Readonly<Record<Exclude<Step, 'refills'>, CallName>> = {
  goods: 'goods',
  lines: 'lines',
  sites: 'sites',
  machines: 'status',
  trades: 'tradeList',
};

async function takeList(poll: Poll, step: Exclude<Step, 'refills'>, from: Progress): Promise<void> {
  const limit = pageSize[step];
  let before: Fields[] = [];
  // The page before is read again where it went on from: trades of one order must not be parted.
  for (let cursor = step === 'trades' ? Math.max(0, from.cursor - limit) : from.cursor; ; ) {
    const askedAt = poll.ledger.clock.now();
    const period = step === 'trades' && from.from ? { startTime: from.from } : {};
    const answer = await ask(poll, callOf[step], { cursor, limit, ...period });
    const page = rowsOfAnswer(answer);
    const repeated = JSON.stringify(page[0]) === JSON.stringify(before[0]);
    // One that knows no pages tells the same for ever.
    if (page.length === 0 || repeated) return;
    const work = await workOf(poll, step, page, before, askedAt);
    cursor += page.length;
    await poll.step({ ...from, cursor }, work);
    before = page;
    const total = isRecord(answer) ? Number(answer.total) : Number.NaN;
    if (Number.isNaN(total) ? page.length < limit : cursor >= total) return;
  }
}

type Work = (ledger: Ledger) => Promise<void>;

async function workOf(
  poll: Poll,
  step: Exclude<Step, 'refills'>,
  page: Fields[],
  before: Fields[],
  askedAt: Date,
): Promise<Work> {
  const { merchantId, upstreamIntegrationId } = upstreamOf(poll);
  switch (step) {
    case 'goods': {
      const goods = readable(poll, page, toldGoodsRow);
      return async (ledger) => void (await putForeignGoods(ledger, { merchantId, upstreamIntegrationId }, goods));
    }
    case 'lines': {
      const lines = readable(poll, page, toldLineRow);
      return async (ledger) => {
        for (const line of lines) await putForeignLine(ledger, { merchantId, ...line });
      };
    }
    case 'sites': {
      const machines = readable(poll, page, toldSiteRow);
      return async (ledger) => {
        for (const one of machines) await putForeignMachine(ledger, { ...upstreamOf(poll), ...one, cause: byPoll });
      };
    }
    case 'machines':
      return await machinesWork(poll, page);
    case 'trades': {
      const orders = new Set(page.map(({ orderNo }) => orderNo));
      const rows = [...before.filter(({ orderNo }) => orders.has(orderNo)), ...page];
      const trades = readable(poll, rows, readTradeItem);
      return async (ledger) => await takeTrades(toldBy(poll, ledger), trades, askedAt);
    }
  }
}

/** A call for each machine tells what lies in it. */
async function machinesWork(poll: Poll, page: Fields[]): Promise<Work> {
  const states: { state: ReturnType<typeof toldState>; stock: ReturnType<typeof toldStock>; askedAt: Date }[] = [];
  for (const state of readable(poll, page, toldState)) {
    const askedAt = poll.ledger.clock.now();
    const { machineNo } = state.machine;
    const answer = await ask(poll, 'status', { assetId: machineNo, cursor: 0, limit: 1_000 });
    const [stock] = isRecord(answer) ? readable(poll, [answer], (fields) => toldStock(fields, machineNo)) : [];
    states.push({ state, stock, askedAt });
  }
  return async (ledger) => {
    const of = upstreamOf(poll);
    for (const { state, stock, askedAt } of states) {
      const machine = { ...of, ...state.machine, saidAt: askedAt, cause: byPoll };
      const machineId = await putForeignMachine(ledger, { ...machine, cabinets: stock?.cabinets });
      const [known] = (await listMachineOverviews(ledger, { merchantId: of.merchantId, machineId })).machines;
      const { condition } = state.status;
      const faults = sameFaults(condition?.faults, known?.condition.faults ?? []) ? undefined : condition?.faults;
      const told = { ...of, ...state.status, saidAt: askedAt, condition: { ...condition, faults } };
      await recordForeignStatus(ledger, { ...told, slots: stock?.slots });
    }
  };
}

/** What the platform could not deliver. Not every platform has this call. */
async function takeRefills(poll: Poll, progress: Progress): Promise<void> {
  const answer = await ask(poll, 'refillMessages', {}).catch((error: unknown) => {
    if (error instanceof SmartVendingError) return undefined;
    throw error;
  });
  const messages = isRecord(answer) && Array.isArray(answer.message) ? answer.message.filter(isRecord) : [];
  await poll.step(progress, async (ledger) => {
    for (const message of messages) {
      try {
        await takeRefill(toldBy(poll, ledger), message);
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        poll.skipped(error.message);
      }
    }
  });
}

const byPoll = { by: 'poll' };

const toldBy = ({ integration }: Poll, ledger: Ledger): Told => ({
  ledger,
  integration,
  saidAt: ledger.clock.now(),
  cause: byPoll,
});

/** A row that is wrong is left out, and keeps no other from its turn. */
function readable<T>(poll: Poll, rows: readonly Fields[], read: (row: Fields) => T): T[] {
  return rows.flatMap((row) => {
    try {
      return [read(row)];
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      poll.skipped(error.message);
      return [];
    }
  });
}

async function ask({ integration, request }: Poll, name: CallName, params: Fields): Promise<unknown> {
  const { baseUrl } = customerSettings(integration);
  const { method, path, body } = buildCall(name, params, { clientId: integration.wireId, key: keyOf(integration) });
  const answer = await request(method, baseUrl.replace(/\/+$/, '') + path, {
    headers: { 'content-type': 'application/json; charset=utf-8' },
    ...(body !== undefined && { body }),
  });
  if (answer.truncated) throw new Error(`${path.split('?')[0]}: the answer is too long, or broke off`);
  return readAnswer(answer.status, answer.body);
}
