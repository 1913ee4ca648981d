import { webhookHeadersOf } from '@polyvend/protocols/native';
import type { LedgerEvent } from '../../ledger/events/event.ts';
import type { Directory } from '../../ledger/integrations/directory.ts';
import { getIntegration } from '../../ledger/integrations/get-integration.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { NotificationDraft, OutboundDialect } from '../../notifications/outbound-dialect.ts';
import { dialect, webhookRole, webhookSecretsOf, webhookSettings } from './integration.ts';
import { typeOf, webhookData, webhookKinds } from './map/webhook.ts';

export const wants = webhookKinds;

/** The ledger's own events, to the URLs that merchants named: what happened, as it was when it was told first. */
export function outbound(ledger: Ledger, directory: Directory): OutboundDialect {
  return {
    dialect,
    wants,

    async render(event) {
      // Most merchants have none: nothing is read for them.
      const integrations = await directory.ofMerchant(dialect, webhookRole, event.merchantId);
      const type = typeOf(event.kind);
      const wanting = integrations.filter((one) => {
        const { url, events } = webhookSettings(one);
        return url !== '' && (events.length === 0 || events.includes(type));
      });
      if (wanting.length === 0) return [];
      const data = await webhookData(ledger, event);
      if (data === undefined) return [];
      const body = JSON.stringify({ type, timestamp: event.at.toISOString(), data });
      return wanting.map((one) => draftOf(event, one.id, webhookSettings(one).url, type, body));
    },

    async prepare({ merchantId, integrationId, eventId, body }) {
      const integration = await getIntegration(ledger, merchantId, integrationId);
      if (!integration) throw new Error('no such integration');
      const timestamp = String(Math.floor(ledger.clock.now().getTime() / 1000));
      return { headers: webhookHeadersOf({ id: idOf(eventId), timestamp, body }, webhookSecretsOf(integration)), body };
    },
  };
}

/** The same for each attempt, so that a receiver knows a repetition for what it is. */
const idOf = (eventId: number): string => `evt_${eventId}`;

function draftOf(event: LedgerEvent, integrationId: number, url: string, type: string, body: string): NotificationDraft {
  const { merchantId, id, orderId, machineId } = event;
  // Those of one order, or else of one machine, stay in their order.
  const of = orderId !== null ? `order:${orderId}` : machineId !== null ? `machine:${machineId}` : 'merchant';
  return {
    ...{ merchantId, integrationId, eventId: id, orderId, lineId: null, method: type, url, body },
    jobKey: `${dialect}:${integrationId}:${id}`,
    orderKey: `${dialect}:${integrationId}:${of}`,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  };
}
