import { FieldError, readText } from '@polyvend/protocols/active-order';
import { refuse } from '../../../ledger/errors.ts';
import { findMachine, type Machine } from '../../../ledger/machines/find-machine.ts';
import type { Call } from './call.ts';

/** As readMachine, and it must be offered on this integration: what is sold from here on. */
export async function readOfferedMachine({ ledger, merchantId, integration, params }: Call): Promise<Machine> {
  return await findMachine(ledger, merchantId, readText(params, 'machine_no', { max: 64 }), integration.id);
}

/** The machine that the parameters name; another merchant's is as unknown as none. */
export async function readMachine({ ledger, merchantId, params }: Call): Promise<Machine> {
  return await findMachine(ledger, merchantId, readText(params, 'machine_no', { max: 64 }));
}

/** An id in the path. What is no number names no record. */
export function readPathId({ path }: Call, name: string): number {
  const text = path[name] ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : refuse('order.unknown', `${name} ${text}`);
}

/** Refuses a URL that we would not call, before anything is stored. */
export function readNotifyUrl({ params, checkUrl }: Call): string {
  const url = readText(params, 'notify_url', { max: 2048 });
  const reason = checkUrl(url);
  if (reason !== undefined) throw new FieldError('notify_url', reason);
  return url;
}
