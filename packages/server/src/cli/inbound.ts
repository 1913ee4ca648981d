import { ConfigError } from '../config.ts';
import { listMessages, listPolls, retryMessage } from '../inbound/index.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { merchantNamed, say, wholeNumber } from './arguments.ts';
import { withLedger } from './open-ledger.ts';

const idOf = async (ledger: Ledger, merchant: string | undefined): Promise<number | undefined> =>
  merchant === undefined ? undefined : (await merchantNamed(ledger, merchant)).id;

export async function showMessages({ merchant, unapplied }: { merchant?: string; unapplied?: boolean }): Promise<void> {
  await withLedger(async (ledger) => {
    const merchantId = await idOf(ledger, merchant);
    for (const one of await listMessages(ledger, { merchantId, unapplied: unapplied ?? false })) {
      say(
        `${one.id}  merchant ${one.merchantId}  integration ${one.integrationId}  ${one.receivedAt.toISOString()}  ${one.kind.padEnd(8)} ` +
          `${one.state.padEnd(8)} attempts ${one.attempts}${one.error === '' ? '' : `  (${one.error})`}`,
      );
    }
  });
}

export async function showPolls({ merchant }: { merchant?: string }): Promise<void> {
  await withLedger(async (ledger) => {
    for (const one of await listPolls(ledger, await idOf(ledger, merchant))) {
      say(
        `merchant ${one.merchantId}  integration ${one.integrationId} ${one.name}  asked ${one.finishedAt?.toISOString() ?? 'never'}  ` +
          `next ${one.dueAt.toISOString()}${one.failures === 0 ? '' : `  failed ${one.failures} times (${one.error})`}`,
      );
    }
  });
}

export async function retryOne(id: string): Promise<void> {
  await withLedger(async (ledger) => {
    const [found] = await listMessages(ledger, { id: wholeNumber(id, 'id') });
    const done = found && (await retryMessage(ledger, found.merchantId, found.id));
    if (!done) throw new ConfigError(`Message ${id} is not there, or was applied.`);
    say('It is tried again.');
  });
}
