import { ConfigError } from '../config.ts';
import { dialect, integrationOf, newCredentials, role } from '../dialects/active-order/index.ts';
import { changeIntegration } from '../ledger/integrations/change-integration.ts';
import { createIntegration } from '../ledger/integrations/create-integration.ts';
import { createDirectory } from '../ledger/integrations/directory.ts';
import { getIntegration } from '../ledger/integrations/get-integration.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { changeMerchant, type MerchantChange } from '../ledger/merchants/change-merchant.ts';
import { createMerchant } from '../ledger/merchants/create-merchant.ts';
import { isOn, merchantNamed, say, wholeNumber } from './arguments.ts';
import { withLedger } from './open-ledger.ts';

export async function addMerchant(name: string, { timeZone }: { timeZone: string }): Promise<void> {
  if (!isTimeZone(timeZone)) throw new ConfigError(`time-zone must be a name such as Asia/Shanghai, not ${timeZone}.`);
  await withLedger(async (ledger) => {
    const { id, deviceKey } = await createMerchant(ledger, { name, timeZone });
    say(`merchant ${id}\nIts machines sign with ${deviceKey}`);
  });
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export async function setMerchant(id: string, options: Record<string, string>): Promise<void> {
  const { debugMode, pickupCodes, status } = options;
  if (status !== undefined && status !== 'active' && status !== 'unverified' && status !== 'expired') {
    throw new ConfigError(`status must be active, unverified or expired, not ${status}.`);
  }
  const change: MerchantChange = {
    ...(debugMode !== undefined && { debugMode: isOn(debugMode, 'debug-mode') }),
    ...(pickupCodes !== undefined && { pickupCodesEnabled: isOn(pickupCodes, 'pickup-codes') }),
    ...(status !== undefined && { status }),
  };
  if (Object.keys(change).length === 0) throw new ConfigError('Nothing to set: give --debug-mode, --pickup-codes or --status.');
  await withLedger(async (ledger) => {
    await changeMerchant(ledger, (await merchantNamed(ledger, id)).id, change);
    say('Set.');
  });
}

export async function addIntegration({ merchant, name }: { merchant: string; name: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const { id: merchantId, deviceKey } = await merchantNamed(ledger, merchant);
    // A merchant's machines sign with its AppId: the first integration has that one.
    const others = await createDirectory(ledger).ofMerchant(dialect, role, merchantId);
    const credentials = newCredentials(others.length === 0 ? deviceKey : undefined);
    const id = await createIntegration(ledger, { merchantId, name, ...integrationOf(credentials) });
    const { appId, appSecret, appKey } = credentials;
    say(`integration ${id}\nAppid      ${appId}\nAppSecret  ${appSecret}   (told once)\nApp key    ${appKey}   (told once)`);
  });
}

export async function revokeIntegration(id: string, { merchant }: { merchant: string }): Promise<void> {
  await withLedger(async (ledger) => {
    await changeIntegration(ledger, ...(await integrationNamed(ledger, merchant, id)), { status: 'revoked' });
    say('Its credentials count no more.');
  });
}

/** What an integration may be told, and of which type. */
const known: Record<string, 'boolean' | 'number'> = { always200: 'boolean', notifyExpiry: 'boolean', timestampWindow: 'number' };

export async function setIntegration(id: string, pairs: readonly string[], { merchant }: { merchant: string }): Promise<void> {
  const settings = Object.fromEntries(pairs.map(readSetting));
  await withLedger(async (ledger) => {
    await changeIntegration(ledger, ...(await integrationNamed(ledger, merchant, id)), { settings });
    say('Set.');
  });
}

function readSetting(pair: string): [string, boolean | number] {
  const [, name = '', text = ''] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
  if (known[name] === 'boolean' && (text === 'true' || text === 'false')) return [name, text === 'true'];
  if (known[name] === 'number' && /^\d{1,9}$/.test(text)) return [name, Number(text)];
  throw new ConfigError(`${pair} is none of always200=true|false, notifyExpiry=true|false, timestampWindow=seconds.`);
}

async function integrationNamed(ledger: Ledger, merchant: string, text: string): Promise<[merchantId: number, id: number]> {
  const { id: merchantId } = await merchantNamed(ledger, merchant);
  const id = wholeNumber(text, 'id');
  if (!(await getIntegration(ledger, merchantId, id))) throw new ConfigError(`Merchant ${merchantId} has no integration ${id}.`);
  return [merchantId, id];
}
