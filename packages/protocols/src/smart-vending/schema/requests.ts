import {
  FieldError,
  type Fields,
  optionalInteger,
  optionalText,
  readInteger,
  readText,
  type TextRule,
} from '../../shared/fields.ts';
import { defaultPage } from './values.ts';

// What calls are asked with. Fields may come as texts or as numbers; every reader throws FieldError naming the field.

const name: TextRule = { max: 128 };
/** A pickup code as somebody may type it: other malls' codes need not be digits. */
const code: TextRule = { max: 64, pattern: /^[0-9A-Za-z_-]+$/, shape: 'letters and digits' };
const lastSecond = 9_999_999_999;

export interface Page {
  /** Offset of the first row. */
  readonly cursor: number;
  /** Most rows: clients send 100000, and are served. */
  readonly limit: number;
}

/** Defaults 0 and 30. */
export const readPage = (params: Fields): Page => ({
  cursor: optionalInteger(params, 'cursor', { min: 0 }) ?? defaultPage.cursor,
  limit: optionalInteger(params, 'limit', { min: 0 }) ?? defaultPage.limit,
});

/** Seconds, both ends inclusive; undefined where it is open. */
export interface Period {
  readonly startTime: number | undefined;
  readonly endTime: number | undefined;
}

const time = { min: 0, max: lastSecond } as const;

export function readPeriod(params: Fields): Period {
  const startTime = optionalInteger(params, 'startTime', time);
  const endTime = optionalInteger(params, 'endTime', time);
  if (startTime !== undefined && endTime !== undefined) inOrder(startTime, endTime);
  return { startTime, endTime };
}

function inOrder(startTime: number, endTime: number): void {
  if (endTime < startTime) throw new FieldError('endTime', 'must not be before startTime');
}

/** A list with commas, Chinese ones too; blanks and repeats left out. */
const readList = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,，]/)
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ),
];

export interface TradeListRequest extends Page, Period {
  readonly assetId: string | undefined;
  /** Any of these; undefined for all. */
  readonly payStyles: readonly number[] | undefined;
}

export function readTradeListRequest(params: Fields): TradeListRequest {
  const styles = optionalText(params, 'payStyle', name);
  return {
    ...readPage(params),
    ...readPeriod(params),
    assetId: optionalText(params, 'assetId', name),
    payStyles: styles === undefined ? undefined : readList(styles).map(payStyleNumber),
  };
}

function payStyleNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new FieldError('payStyle', 'must be numbers with commas between');
  return Number(text);
}

export interface StatisticRequest {
  /** At least one. */
  readonly assetIds: readonly string[];
  /** Seconds, inclusive. */
  readonly startTime: number;
  readonly endTime: number;
}

/** Machines of one statistic (ours). */
const maxAssets = 2_000;

export function readStatisticRequest(params: Fields): StatisticRequest {
  const assetIds = readList(readText(params, 'assetIds', { max: 65_536 }));
  if (assetIds.length === 0) throw new FieldError('assetIds', 'is required');
  if (assetIds.length > maxAssets) throw new FieldError('assetIds', `must name at most ${maxAssets} machines`);
  const startTime = readInteger(params, 'startTime', time);
  const endTime = readInteger(params, 'endTime', time);
  inOrder(startTime, endTime);
  return { assetIds, startTime, endTime };
}

/** router/status: without assetId, all machines. */
export interface StatusRequest extends Page {
  readonly assetId: string | undefined;
}

export const readStatusRequest = (params: Fields): StatusRequest => ({
  ...readPage(params),
  assetId: optionalText(params, 'assetId', name),
});

export const readSalesRequest = (params: Fields) => ({ assetId: readText(params, 'assetId', name) });

/** router/lines and router/sites: names must match exactly. */
export interface PlacesRequest extends Page {
  readonly lineName: string | undefined;
  readonly areaName: string | undefined;
}

export const readPlacesRequest = (params: Fields): PlacesRequest => ({
  ...readPage(params),
  lineName: optionalText(params, 'lineName', name),
  areaName: optionalText(params, 'areaName', name),
});

/** refill/message; the period is of refillTime. */
export interface RefillMessagesRequest extends Period {
  readonly assetId: string | undefined;
  readonly siteNumber: string | undefined;
}

export const readRefillMessagesRequest = (params: Fields): RefillMessagesRequest => ({
  ...readPeriod(params),
  assetId: optionalText(params, 'assetId', name),
  siteNumber: optionalText(params, 'siteNumber', name),
});

/** code/create; what is given is checked when the code is typed. */
export interface CreateCodeRequest extends Period {
  readonly assetId: string | undefined;
  readonly productCode: string | undefined;
}

export const readCreateCodeRequest = (params: Fields): CreateCodeRequest => ({
  ...readPeriod(params),
  assetId: optionalText(params, 'assetId', name),
  productCode: optionalText(params, 'productCode', name),
});

export interface CheckCodeRequest {
  readonly code: string;
  readonly assetId: string;
  /** 商品编码. */
  readonly goodsNum: string | undefined;
}

export const readCheckCodeRequest = (params: Fields): CheckCodeRequest => ({
  code: readText(params, 'code', code),
  assetId: readText(params, 'assetId', name),
  goodsNum: optionalText(params, 'goodsNum', name),
});

/** pickupcode/use. The vendor's table has the code alone; an assetId is taken where one comes. */
export interface UseCodeRequest {
  readonly code: string;
  readonly assetId: string | undefined;
}

export const readUseCodeRequest = (params: Fields): UseCodeRequest => ({
  code: readText(params, 'code', code),
  assetId: optionalText(params, 'assetId', name),
});
