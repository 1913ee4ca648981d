import { ConfigError } from '../config.ts';
import type { Cause } from '../ledger/events/event.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { getMerchant, type Merchant } from '../ledger/merchants/get-merchant.ts';
import { listMerchants } from '../ledger/merchants/list-merchants.ts';

/** Who did it: someone at the command line. */
export const person: Cause = { by: 'person', call: 'polyvend' };

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

export function wholeNumber(text: string, name: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ConfigError(`${name} must be a whole number, not ${text}.`);
  return Number(text);
}

export function isOn(text: string, name: string): boolean {
  if (text !== 'on' && text !== 'off') throw new ConfigError(`${name} must be on or off, not ${text}.`);
  return text === 'on';
}

export async function merchantNamed(ledger: Ledger, text: string): Promise<Merchant> {
  const id = wholeNumber(text, 'merchant');
  const merchants = await listMerchants(ledger);
  if (merchants.some((one) => one.id === id)) return await getMerchant(ledger, id);
  throw new ConfigError(
    `There is no merchant ${id}. There are: ${merchants.map((one) => `${one.id} ${one.name}`).join(', ') || 'none'}.`,
  );
}
