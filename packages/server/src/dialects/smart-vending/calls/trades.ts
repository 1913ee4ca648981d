import {
  calls,
  fromSeconds,
  listEnvelope,
  newNonce,
  type readPeriod,
  type StatisticRequest,
  withSign,
} from '@polyvend/protocols/smart-vending';
import { refuse } from '../../../ledger/errors.ts';
import { findMachineIds } from '../../../ledger/machines/find-machine-ids.ts';
import { listTrades } from '../../../ledger/sales/list-trades.ts';
import { salesStatistic } from '../../../ledger/sales/sales-statistic.ts';
import { keyOf, platformSettings } from '../integration.ts';
import { statisticOf } from '../map/statistic.ts';
import { tradeItem } from '../map/trade.ts';
import { payStyleOfNumber } from '../map/values.ts';
import type { Handlers } from './call.ts';

export const tradeCalls: Handlers<'tradeList' | 'statistic'> = {
  tradeList: async ({ ledger, merchantId, integration, params }) => {
    const { cursor, limit, assetId, startTime, endTime, payStyles } = calls.tradeList.read(params);
    const settings = platformSettings(integration);
    const machineId = assetId === undefined ? undefined : await machineIdOf(ledger, merchantId, assetId);
    const { trades, total } = await listTrades(
      ledger,
      merchantId,
      {
        machineId,
        ...periodOf({ startTime, endTime }),
        payStyles: payStyles?.map((number) => payStyleOfNumber(number, settings.payNumbers)),
      },
      { cursor, limit },
    );
    const items = trades.map((trade) => withSign({ ...tradeItem(trade, settings), nonce_str: newNonce() }, keyOf(integration)));
    return listEnvelope(items, { cursor, limit }, total);
  },

  statistic: async ({ ledger, merchantId, params }) => {
    const asked: StatisticRequest = calls.statistic.read(params);
    const { assetIds, startTime, endTime } = asked;
    const ids = await findMachineIds(ledger, merchantId, assetIds);
    const unknown = assetIds.find((assetId) => !ids.has(assetId));
    if (unknown !== undefined) refuse('machine.unknown', unknown);
    const period = { merchantId, machineIds: [...ids.values()], from: fromSeconds(startTime), to: fromSeconds(endTime) };
    const rows = new Map((await salesStatistic(ledger, period)).map((row) => [row.machineId, row]));
    return assetIds.flatMap((assetId) => {
      const row = rows.get(ids.get(assetId) ?? 0);
      return row ? statisticOf(assetId, { startTime, endTime }, row) : [];
    });
  },
};

async function machineIdOf(ledger: Parameters<typeof findMachineIds>[0], merchantId: number, assetId: string): Promise<number> {
  return (await findMachineIds(ledger, merchantId, [assetId])).get(assetId) ?? refuse('machine.unknown', assetId);
}

/** As the ledger wants it. */
export function periodOf({ startTime, endTime }: ReturnType<typeof readPeriod>): { from?: Date; to?: Date } {
  return {
    ...(startTime !== undefined && { from: fromSeconds(startTime) }),
    ...(endTime !== undefined && { to: fromSeconds(endTime) }),
  };
}
