import { cancelStale } from './dispensing/cancel-stale.ts';
import { giveUpSilent } from './dispensing/give-up-silent.ts';
import type { Ledger } from './ledger.ts';
import { expireOrders } from './orders/expire-orders.ts';
import { expirePickupCodes } from './pickup-codes/expire-pickup-codes.ts';

/** What is due by the clock, once a second: a few indexed statements, however many orders there are. Answers how much was done. */
export async function sweepLedger(ledger: Ledger): Promise<number> {
  let done = 0;
  for (const sweep of [expireOrders, giveUpSilent, cancelStale, expirePickupCodes]) done += await sweep(ledger);
  return done;
}
