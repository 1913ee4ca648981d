import type {
  Goods,
  Line,
  ListEnvelope,
  MachineSales,
  MachineState,
  MachineStatus,
  RefillMessages,
  Site,
  Statistic,
  Trade,
} from './schema.ts';
import { type ConnectionOptions, createTransport } from './transport.ts';

export type SmartVendingClientOptions = ConnectionOptions;

/** Where a list begins and how long it is (0 and 30). */
export interface PageParams {
  readonly cursor?: number;
  readonly limit?: number;
}

/** Seconds, both ends inclusive. */
export interface PeriodParams {
  readonly startTime?: number;
  readonly endTime?: number;
}

interface PlaceParams extends PageParams {
  readonly lineName?: string;
  readonly areaName?: string;
}

export type SmartVendingClient = ReturnType<typeof smartVendingClient>;

/**
 * The platform's calls as functions, for its customers. Each answers what the platform answered, or throws SmartVendingError; what `fetch`
 * throws (no connection, time-out) passes through.
 */
export function smartVendingClient(options: SmartVendingClientOptions) {
  const call = createTransport(options);
  return {
    /** Units sold, oldest first. */
    tradeList: (params: PageParams & PeriodParams & { assetId?: string; payStyle?: string | number } = {}) =>
      call<ListEnvelope<Trade>>('tradeList', params),
    /** A row per machine. */
    statistic: (params: { assetIds: readonly string[]; startTime: number; endTime: number }) =>
      call<Statistic[]>('statistic', { ...params, assetIds: params.assetIds.join(',') }),
    /** One machine: its state, and the stock of its cabinets. */
    status: (assetId: string) => call<MachineStatus>('status', { assetId }),
    /** All machines. */
    machines: (params: PageParams = {}) => call<ListEnvelope<MachineState>>('status', params),
    /** What was sold since the last refill. */
    sales: (assetId: string) => call<MachineSales>('sales', { assetId }),
    /** A bare array, or a list envelope from a platform that wraps it. */
    lines: async (params: PlaceParams = {}) => unwrapped(await call<Line[] | ListEnvelope<Line>>('lines', params)),
    /** A machine each, at its site. */
    sites: async (params: PlaceParams = {}) => unwrapped(await call<Site[] | ListEnvelope<Site>>('sites', params)),
    goods: (params: PageParams = {}) => call<ListEnvelope<Goods>>('goods', params),
    /** Notices of refills that could not be delivered. */
    refillMessages: (params: PeriodParams & { assetId?: string; siteNumber?: string } = {}) =>
      call<RefillMessages>('refillMessages', params),
    /** @returns the code, 7 digits. */
    createCode: async (params: PeriodParams & { assetId?: string; productCode?: string } = {}) =>
      (await call<{ code: string }>('createCode', params)).code,
  };
}

const unwrapped = <T>(answer: T[] | ListEnvelope<T>): T[] => (Array.isArray(answer) ? answer : answer.list);
