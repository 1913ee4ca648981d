import {
  answerFailure,
  calls,
  FieldError,
  type Fields,
  listEnvelope,
  type Page,
  payStyleNumbers,
  readPage,
  toSeconds,
} from '@polyvend/protocols/smart-vending';
import { cabinetStock, goodsItem, lineItem, machineState, siteItem, tradeItem } from './render-answers.ts';
import type { UpstreamGoods, UpstreamLine, UpstreamMachine, UpstreamTrade } from './state.ts';

export interface UpstreamWorld {
  readonly goods: readonly UpstreamGoods[];
  readonly lines: readonly UpstreamLine[];
  readonly machines: readonly UpstreamMachine[];
  readonly trades: readonly UpstreamTrade[];
}

export interface AnswerContext {
  readonly world: UpstreamWorld;
  readonly key: string;
  readonly now: Date;
  readonly startedAt: Date;
  readonly nonce: () => string;
}

/** The calls that a customer fills its gaps with. */
export const polled = {
  [calls.tradeList.path]: answerTrades,
  [calls.status.path]: answerStatus,
  [calls.lines.path]: answerLines,
  [calls.sites.path]: answerSites,
  [calls.goods.path]: answerGoods,
} as const satisfies Record<string, (context: AnswerContext, params: Fields) => object>;

/** What the platform answers to verified parameters; FAIL when a field is wrong. */
export function answerCall(path: keyof typeof polled, context: AnswerContext, params: Fields): object {
  try {
    return polled[path](context, params);
  } catch (error) {
    if (error instanceof FieldError) return answerFailure('fieldInvalid', error.message);
    throw error;
  }
}

function answerTrades({ world, key, nonce }: AnswerContext, params: Fields): object {
  const { assetId, startTime = 0, endTime = Number.POSITIVE_INFINITY, payStyles, ...page } = calls.tradeList.read(params);
  const found = world.trades.filter(({ machine, createdAt, payStyle }) => {
    const at = toSeconds(createdAt);
    const ours = assetId === undefined || machine.assetId === assetId;
    return ours && at >= startTime && at <= endTime && (payStyles?.includes(payStyle) ?? true);
  });
  return enveloped(found, page, (trade) => tradeItem(trade, nonce(), key));
}

function answerStatus({ world, now }: AnswerContext, params: Fields): object {
  const { assetId, ...page } = calls.status.read(params);
  if (assetId === undefined) return enveloped(world.machines, page, (machine) => machineState(machine, now));
  const machine = world.machines.find((one) => one.assetId === assetId);
  if (machine === undefined) return answerFailure('machineNotFound');
  return { ...machineState(machine, now), ...enveloped([machine], page, cabinetStock) };
}

function answerLines({ world, startedAt }: AnswerContext, params: Fields): object {
  const { lineName, areaName, ...page } = calls.lines.read(params);
  const found = world.lines.filter((line) => isOf(line, lineName, areaName));
  return cut(found, page).map((line) => lineItem(line, startedAt));
}

function answerSites({ world }: AnswerContext, params: Fields): object {
  const { lineName, areaName, ...page } = calls.sites.read(params);
  return cut(
    world.machines.filter(({ line }) => isOf(line, lineName, areaName)),
    page,
  ).map(siteItem);
}

function answerGoods({ world }: AnswerContext, params: Fields): object {
  return enveloped(world.goods, readPage(params), goodsItem);
}

const isOf = (line: UpstreamLine, lineName?: string, areaName?: string): boolean =>
  (lineName === undefined || line.name === lineName) && (areaName === undefined || line.areaName === areaName);

const cut = <T>(rows: readonly T[], { cursor, limit }: Page): T[] => rows.slice(cursor, cursor + limit);

const enveloped = <T, Item>(rows: readonly T[], page: Page, show: (row: T) => Item) =>
  listEnvelope(cut(rows, page).map(show), page, rows.length);

/** Where a trade is pushed to: prizes go their own way. */
export const pushOf = ({ payStyle }: UpstreamTrade): 'trade' | 'prize' =>
  payStyle === payStyleNumbers.prize ? 'prize' : 'trade';
