import { FieldError, type PushName, pushes, readSigned } from '@polyvend/protocols/smart-vending';
import { type InboundDialect, InboundRefusal } from '../../inbound/index.ts';
import { LedgerError } from '../../ledger/errors.ts';
import { poll } from './calls/poll.ts';
import { takers } from './calls/take-told.ts';
import { customerSettings, dialect, roles } from './integration.ts';

/** What the platforms whose customer we are push to us, and are asked for. */
export const inbound: InboundDialect = {
  dialect,
  role: roles.customer,

  async apply(ledger, { integration, id, kind, query, body, receivedAt, attempts }) {
    const message = readSigned({ query, body });
    if (!message.ok || !Object.hasOwn(pushes, kind)) throw new InboundRefusal('not a message of this protocol');
    const cause = { by: 'push', call: kind, requestId: `inbound ${id}` };
    try {
      await takers[kind as PushName]({ ledger, integration, saidAt: receivedAt, attempts, cause }, message.params);
    } catch (error) {
      if (error instanceof FieldError || error instanceof LedgerError) throw new InboundRefusal(error.message, { cause: error });
      throw error;
    }
  },

  pollEvery(integration) {
    const { baseUrl, pollMinutes } = customerSettings(integration);
    return baseUrl === '' ? undefined : pollMinutes * 60;
  },

  poll,
};
