import { type OrderOutcome, outStatuses, outStatusOf } from '@polyvend/protocols/owitho';
import type { OutcomeRow } from '../../../ledger/remote-orders/match-outcome.ts';

/** A row for each unit that is decided; undefined when they do not add up to what the whole is said to be. */
export function outcomeRows({ outStatus, outDetailList }: OrderOutcome): OutcomeRow[] | undefined {
  if (outStatus !== outStatuses.dispensing && outStatusOf(outDetailList) !== outStatus) return undefined;
  return outDetailList.map(({ slotNum, skuCode, status }) => ({
    slot: slotNum,
    goods: skuCode,
    dispensed: status === outStatuses.dispensed,
  }));
}
