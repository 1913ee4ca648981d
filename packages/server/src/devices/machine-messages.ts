import { encodeToMachine, type Publication } from '@polyvend/protocols/machine';
import type { Ledger } from '../ledger/ledger.ts';
import { markMessagesSent, type WaitingMessage, waitingMessages } from '../ledger/machines/waiting-messages.ts';
import type { MachineLink } from './link.ts';

/** Sends what waits for a machine beside dispensing, when it is online. */
export async function sendMessages(ledger: Ledger, link: MachineLink, merchantId: number, machineId: number): Promise<void> {
  const waiting = await waitingMessages(ledger, merchantId, machineId);
  if (!waiting) return;
  const { machineNo, deviceKey, messages } = waiting;
  const to = { machineNo, machineId: String(machineId), at: ledger.clock.now(), key: deviceKey };
  for (const message of messages) await link.publish(publicationOf(message, to));
  await markMessagesSent(
    ledger,
    merchantId,
    messages.map(({ id }) => id),
  );
}

type To = Parameters<typeof encodeToMachine>[2];

function publicationOf({ method, fields }: WaitingMessage, to: To): Publication {
  switch (method) {
    case 'pickup-code.created': {
      const { id, code, productId, expiresAt } = fields as {
        id: number;
        code: string;
        productId: number;
        expiresAt: string | null;
      };
      const expiry = expiresAt === null ? {} : { expired_at: new Date(expiresAt), expired_day: expiresAt.slice(0, 10) };
      return encodeToMachine(
        'client.pickup_codes.create',
        { id, product_id: productId, code, quantity: 1, used: false, ...expiry },
        to,
      );
    }
    case 'pickup-code.deleted':
      return encodeToMachine('client.pickup_codes.delete', { id: Number(fields.id) }, to);
    case 'pickup-code.answered': {
      const { serial, orderId, reason } = fields as { serial: string; orderId?: number; reason?: string };
      return encodeToMachine(
        'client.pickup_code.result',
        { serial, accepted: orderId !== undefined, order_id: orderId, reason },
        to,
      );
    }
    case 'machine.refresh':
      return encodeToMachine('client.machine.refresh', {}, to);
  }
}
