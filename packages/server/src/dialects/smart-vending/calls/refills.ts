import { calls, type Refill, type RefillMessages } from '@polyvend/protocols/smart-vending';
import { refuse } from '../../../ledger/errors.ts';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { findMachineIds } from '../../../ledger/machines/find-machine-ids.ts';
import { listMachineOverviews } from '../../../ledger/machines/list-machine-overviews.ts';
import { listSettledRefills, listSettlements, type SettlementFilter } from '../../../ledger/sales/list-settlements.ts';
import { deliveredKeys } from '../../../notifications/index.ts';
import { refillOf } from '../map/refill.ts';
import { refillKey } from '../outbound.ts';
import type { Handlers } from './call.ts';
import { periodOf } from './trades.ts';

export const refillCalls: Handlers<'refillMessages'> = {
  refillMessages: async ({ ledger, merchantId, integration, params }): Promise<RefillMessages> => {
    const { assetId, siteNumber, startTime, endTime } = calls.refillMessages.read(params);
    const asked = assetId === undefined ? undefined : await findMachineIds(ledger, merchantId, [assetId]);
    if (asked?.size === 0) refuse('machine.unknown', assetId);
    const { machines } = await listMachineOverviews(ledger, { merchantId });
    const wanted = new Map(
      machines
        .filter(
          ({ id, site }) =>
            (siteNumber === undefined || site?.number === siteNumber) && (!asked || asked.get(assetId ?? '') === id),
        )
        .map((machine) => [machine.id, machine]),
    );
    const refillIds = await undelivered(ledger, integration, {
      machineIds: [...wanted.keys()],
      ...periodOf({ startTime, endTime }),
    });
    const settlements = await listSettlements(ledger, merchantId, { refillIds, limit: mostNotices });
    return {
      message: settlements.flatMap((settlement): Refill[] => {
        const machine = wanted.get(settlement.machineId);
        return machine ? [refillOf(settlement, machine)] : [];
      }),
    };
  },
};

/** Told of at once; who takes them and asks again gets the next. */
const mostNotices = 1_000;

/** The oldest settlements whose notice this customer has not received, also because it wants none. */
async function undelivered(ledger: Ledger, { id, merchant }: Integration, filter: SettlementFilter): Promise<number[]> {
  const found: number[] = [];
  let last: { refillId: number; refilledAt: Date } | undefined;
  while (found.length < mostNotices) {
    const refills = await listSettledRefills(ledger, merchant.id, filter, last);
    last = refills.at(-1);
    if (!last) break;
    const keys = refills.map(({ refillId }) => refillKey(id, refillId));
    const delivered = await deliveredKeys(ledger, merchant.id, keys);
    found.push(...refills.map(({ refillId }) => refillId).filter((refillId) => !delivered.has(refillKey(id, refillId))));
  }
  return found.slice(0, mostNotices);
}
