import { ConfigError } from '../config.ts';
import { listExceptions } from '../ledger/exceptions/list-exceptions.ts';
import { listMerchants } from '../ledger/merchants/list-merchants.ts';
import { traceOrder } from '../ledger/orders/trace-order.ts';
import { enableEndpoint, listNotifications as list, replayFailedSince, replayNotification } from '../notifications/index.ts';
import { merchantNamed, person, say, wholeNumber } from './arguments.ts';
import { withLedger } from './open-ledger.ts';
import { describeOrder } from './show-order.ts';

export async function showOrder(id: string, { merchant, json }: { merchant?: string; json?: boolean }): Promise<void> {
  await withLedger(async (ledger) => {
    const order = await traceOrder(ledger, id, merchant === undefined ? undefined : (await merchantNamed(ledger, merchant)).id);
    if (!order) throw new ConfigError(`There is no order ${id}.`);
    if (json) return say(JSON.stringify(order, null, 2));
    say(describeOrder(order, (await merchantNamed(ledger, String(order.merchantId))).timeZone));
  });
}

export async function showExceptions({ merchant }: { merchant?: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const merchants = merchant === undefined ? await listMerchants(ledger) : [await merchantNamed(ledger, merchant)];
    let count = 0;
    for (const { id, name } of merchants) {
      for (const { kind, since, orderId, machineNo, detail } of await listExceptions(ledger, id)) {
        count += 1;
        const about = [machineNo && `machine ${machineNo}`, orderId && `order ${orderId}`].filter(Boolean).join(' ');
        say(`${since.toISOString()}  ${name}  ${kind.padEnd(18)} ${about}  ${detail}`);
      }
    }
    if (count === 0) say('Nothing is wrong.');
  });
}

export async function listNotifications({ merchant, failed }: { merchant?: string; failed?: boolean }): Promise<void> {
  await withLedger(async (ledger) => {
    const merchantId = merchant === undefined ? undefined : (await merchantNamed(ledger, merchant)).id;
    for (const one of await list(ledger, { merchantId, failed: failed ?? false })) {
      say(
        `${one.id}  merchant ${one.merchantId}  ${one.createdAt.toISOString()}  ${one.state.padEnd(9)} attempts ${one.attempts}  ` +
          `order ${one.orderId ?? '-'}  ${one.method} -> ${one.url}${one.lastError === '' ? '' : `  (${one.lastError})`}`,
      );
    }
  });
}

export async function replayOne(id: string): Promise<void> {
  await withLedger(async (ledger) => {
    const found = (await list(ledger, { id: wholeNumber(id, 'id') }))[0];
    const done = found && (await replayNotification(ledger, ledger.clock, { merchantId: found.merchantId, id: found.id }));
    if (!done) throw new ConfigError(`Notification ${id} is not there, or is still on its way.`);
    say('It is sent again.');
  });
}

export async function replayFailed({ merchant, since }: { merchant: string; since: string }): Promise<void> {
  const time = new Date(since);
  if (Number.isNaN(time.getTime())) throw new ConfigError(`since must be a time, not ${since}.`);
  await withLedger(async (ledger) => {
    const count = await replayFailedSince(ledger, ledger.clock, {
      merchantId: (await merchantNamed(ledger, merchant)).id,
      since: time,
    });
    say(`${count} are sent again.`);
  });
}

export async function enable(endpoint: string, { merchant }: { merchant: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const done = await enableEndpoint(
      ledger,
      ledger.clock,
      { merchantId: (await merchantNamed(ledger, merchant)).id, endpoint },
      person,
    );
    say(done ? 'It is on again.' : 'It was not switched off.');
  });
}
