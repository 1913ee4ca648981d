import { eachApart } from './apart.ts';
import { cancelStale } from './dispensing/cancel-stale.ts';
import { giveUpSilent } from './dispensing/give-up-silent.ts';
import { releaseOverdueExternalCodes } from './external-codes/release-external-code.ts';
import { endOverlaps } from './integrations/end-overlap.ts';
import type { Ledger } from './ledger.ts';
import { endOverdueMachineCommands } from './machine-commands/end-overdue-machine-commands.ts';
import { noticeSilence } from './machines/notice-silence.ts';
import { tellChanges } from './machines/tell-changes.ts';
import { expireOrdersApart } from './orders/expire-orders.ts';
import { expirePickupCodes } from './pickup-codes/expire-pickup-codes.ts';
import { lookAfterRemoteOrders } from './remote-orders/look-after-remote-orders.ts';

const sweeps = [
  expireOrdersApart,
  giveUpSilent,
  cancelStale,
  expirePickupCodes,
  releaseOverdueExternalCodes,
  lookAfterRemoteOrders,
  noticeSilence,
  endOverdueMachineCommands,
  tellChanges,
  endOverlaps,
];

/** So often at most in one go: what is left over waits for the next second. */
const mostRounds = 50;

/**
 * What is due by the clock, once a second: a few indexed statements, however many orders there are. Answers how much was done; one
 * sweep that fails keeps no other from its turn.
 */
export async function sweepLedger(ledger: Ledger): Promise<number> {
  let done = 0;
  await eachApart(sweeps, async (sweep) => {
    for (let round = 0; round < mostRounds; round += 1) {
      const swept = await sweep(ledger);
      done += swept;
      if (swept === 0) return;
    }
  });
  return done;
}
