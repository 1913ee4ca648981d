import { ConfigError } from '../config.ts';
import { changeMerchant, type MerchantChange } from '../ledger/merchants/change-merchant.ts';
import { createMerchant } from '../ledger/merchants/create-merchant.ts';
import { isOn, merchantNamed, say } from './arguments.ts';
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
