import { ConfigError } from '../config.ts';
import { integrationOf, newCredentials } from '../dialects/active-order/index.ts';
import type { Cause } from '../ledger/events/event.ts';
import { listExceptions } from '../ledger/exceptions/list-exceptions.ts';
import { changeIntegration } from '../ledger/integrations/change-integration.ts';
import { createIntegration } from '../ledger/integrations/create-integration.ts';
import { changeMachine } from '../ledger/machines/change-machine.ts';
import { clearSlotFault } from '../ledger/machines/clear-slot-fault.ts';
import { findMachine } from '../ledger/machines/find-machine.ts';
import { findSlot } from '../ledger/machines/find-slot.ts';
import { changeMerchant } from '../ledger/merchants/change-merchant.ts';
import { createMerchant } from '../ledger/merchants/create-merchant.ts';
import { getMerchant } from '../ledger/merchants/get-merchant.ts';
import { listMerchants } from '../ledger/merchants/list-merchants.ts';
import { traceOrder } from '../ledger/orders/trace-order.ts';
import { recordCount } from '../ledger/stock/record-count.ts';
import { enableEndpoint, listNotifications as list, replayFailedSince, replayNotification } from '../notifications/index.ts';
import { withLedger } from './open-ledger.ts';
import { describeOrder } from './show-order.ts';

const person: Cause = { by: 'person', call: 'polyvend' };

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function wholeNumber(text: string, name: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ConfigError(`${name} must be a whole number, not ${text}.`);
  return Number(text);
}

function isOn(text: string, name: string): boolean {
  if (text !== 'on' && text !== 'off') throw new ConfigError(`${name} must be on or off, not ${text}.`);
  return text === 'on';
}

export async function showOrder(id: string, { merchant, json }: { merchant?: string; json?: boolean }): Promise<void> {
  await withLedger(async (ledger) => {
    const order = await traceOrder(ledger, id, merchant === undefined ? undefined : wholeNumber(merchant, 'merchant'));
    if (!order) throw new ConfigError(`There is no order ${id}.`);
    if (json) return say(JSON.stringify(order, null, 2));
    say(describeOrder(order, (await getMerchant(ledger, order.merchantId)).timeZone));
  });
}

export async function showExceptions({ merchant }: { merchant?: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const merchants =
      merchant === undefined ? await listMerchants(ledger) : [await getMerchant(ledger, wholeNumber(merchant, 'merchant'))];
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
    const merchantId = merchant === undefined ? undefined : wholeNumber(merchant, 'merchant');
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
    const count = await replayFailedSince(ledger, ledger.clock, { merchantId: wholeNumber(merchant, 'merchant'), since: time });
    say(`${count} are sent again.`);
  });
}

export async function enable(endpoint: string, { merchant }: { merchant: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const done = await enableEndpoint(ledger, ledger.clock, { merchantId: wholeNumber(merchant, 'merchant'), endpoint }, person);
    say(done ? 'It is on again.' : 'It was not switched off.');
  });
}

export async function addIntegration({ merchant, name }: { merchant: string; name: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const merchantId = wholeNumber(merchant, 'merchant');
    const credentials = newCredentials();
    const id = await createIntegration(ledger, { merchantId, name, ...integrationOf(credentials) });
    const { appId, appSecret, appKey } = credentials;
    say(`integration ${id}\nAppid      ${appId}\nAppSecret  ${appSecret}   (told once)\nApp key    ${appKey}   (told once)`);
  });
}

export async function revokeIntegration(id: string, { merchant }: { merchant: string }): Promise<void> {
  await withLedger(async (ledger) => {
    await changeIntegration(ledger, wholeNumber(merchant, 'merchant'), wholeNumber(id, 'id'), { status: 'revoked' });
    say('Its credentials count no more.');
  });
}

export async function setIntegration(id: string, pairs: readonly string[], { merchant }: { merchant: string }): Promise<void> {
  const settings = Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      try {
        return [pair.slice(0, at), JSON.parse(pair.slice(at + 1)) as unknown];
      } catch {
        throw new ConfigError(`${pair} is not of the form name=JSON.`);
      }
    }),
  );
  await withLedger(async (ledger) => {
    await changeIntegration(ledger, wholeNumber(merchant, 'merchant'), wholeNumber(id, 'id'), { settings });
    say('Set.');
  });
}

export async function addMerchant(name: string, { timeZone }: { timeZone: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const { id, deviceKey } = await createMerchant(ledger, { name, timeZone });
    say(`merchant ${id}\nIts machines sign with ${deviceKey}`);
  });
}

export async function setMerchant(id: string, options: Record<string, string>): Promise<void> {
  const { debugMode, pickupCodes, status } = options;
  if (status !== undefined && status !== 'active' && status !== 'unverified' && status !== 'expired') {
    throw new ConfigError(`status must be active, unverified or expired, not ${status}.`);
  }
  await withLedger(async (ledger) => {
    await changeMerchant(ledger, wholeNumber(id, 'merchant'), {
      ...(debugMode !== undefined && { debugMode: isOn(debugMode, 'debug-mode') }),
      ...(pickupCodes !== undefined && { pickupCodesEnabled: isOn(pickupCodes, 'pickup-codes') }),
      ...(status !== undefined && { status }),
    });
    say('Set.');
  });
}

export async function setMachine(
  machineNo: string,
  { merchant, operational }: { merchant: string; operational: string },
): Promise<void> {
  await withLedger(async (ledger) => {
    const change = { operational: isOn(operational, 'operational') };
    const done = await changeMachine(ledger, wholeNumber(merchant, 'merchant'), machineNo, change);
    if (!done) throw new ConfigError(`There is no machine ${machineNo}.`);
    say('Set.');
  });
}

export async function countSlot(
  machineNo: string,
  name: string,
  pieces: string,
  { merchant }: { merchant: string },
): Promise<void> {
  await withLedger(async (ledger) => {
    const merchantId = wholeNumber(merchant, 'merchant');
    const machine = await findMachine(ledger, merchantId, machineNo);
    const slot = await findSlot(ledger, merchantId, machine.id, name);
    const counts = [{ slotId: slot.id, onHand: wholeNumber(pieces, 'pieces') }];
    const countedAt = ledger.clock.now();
    await recordCount(ledger, { merchantId, machineId: machine.id, counts, source: 'count', countedAt, cause: person });
    say('Recorded.');
  });
}

export async function clearFault(machineNo: string, name: string, { merchant }: { merchant: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const merchantId = wholeNumber(merchant, 'merchant');
    const machine = await findMachine(ledger, merchantId, machineNo);
    const slot = await findSlot(ledger, merchantId, machine.id, name);
    await clearSlotFault(ledger, { merchantId, machineId: machine.id, slotId: slot.id, cause: person });
    say('The slot is on sale again.');
  });
}
