import {
  type CallName,
  calls,
  codes,
  encodeEnvelope,
  OwithoError,
  readAnswer,
  writeMachineLayout,
  writeSkuSync,
} from '@polyvend/protocols/owitho';
import { readOwnGoods } from '../../ledger/catalog/read-own-goods.ts';
import { refuseChannelToken } from '../../ledger/channel-links/refuse-channel-token.ts';
import { LedgerError } from '../../ledger/errors.ts';
import type { EventKind, LedgerEvent } from '../../ledger/events/event.ts';
import type { Directory } from '../../ledger/integrations/directory.ts';
import { getIntegration } from '../../ledger/integrations/get-integration.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { offeredMachineNo } from '../../ledger/machines/offered-machine-no.ts';
import type { ToldUnit } from '../../ledger/orders/tell-channel-outcome.ts';
import type { GuardedHttp } from '../../notifications/index.ts';
import type { NotificationDraft, OutboundDialect, StoredNotification } from '../../notifications/outbound-dialect.ts';
import { isOfOrders, orderTelling, tellsOrders } from './calls/tell-orders.ts';
import { tokenOf } from './calls/tokens.ts';
import { dialect, roles, thirdPartySettings } from './integration.ts';
import { emptyLayout, layoutOf } from './map/layout.ts';
import { callbackOf } from './map/outcome.ts';
import { skuOf } from './map/products.ts';

export const wants = [
  'order.outcome',
  'goods.changed',
  'catalogue.due',
  'machine.status-changed',
  'machine.layout-changed',
  'listing.changed',
  ...tellsOrders,
] as const satisfies readonly EventKind[];

/** Products in one call: far below what a body may be long. */
const skusAtOnce = 500;

/**
 * What a third party is told of our orders; and what a platform that sells our machines is told: products, machines, outcomes. Of products and machines a notification says which, and an
 * attempt tells how they are then: what waited for hours is not old, and the last that arrives is the latest.
 */
export function outbound(ledger: Ledger, directory: Directory, http: Pick<GuardedHttp, 'request'>): OutboundDialect {
  const thirdParty = thirdPartyOutbound(ledger, directory);
  const orders = orderTelling(ledger);
  /** Which token an attempt was signed with. */
  const signedWith = new WeakMap<StoredNotification, number>();

  return {
    dialect,
    wants,
    async render(event) {
      if (!tellsOrders.some((kind) => kind === event.kind)) return await thirdParty.render(event);
      const integration = await getIntegration(ledger, event.merchantId, Number(event.data.integrationId ?? 0));
      const isOurs = integration?.dialect === dialect && integration.role === roles.platform;
      return isOurs ? orders.render(event, integration) : [];
    },

    async prepare(notification) {
      const { merchantId, integrationId } = notification;
      const integration = await getIntegration(ledger, merchantId, integrationId);
      if (!integration) throw new Error('no such integration');
      if (isOfOrders(notification)) return { headers: {}, body: await orders.bodyOf(notification, integration) };
      const data = await thirdParty.dataOf(integration, notification);
      const { id, token } = await tokenOf(ledger, http, integration);
      signedWith.set(notification, id);
      const utc = ledger.clock.now().getTime();
      return { headers: {}, body: encodeEnvelope(data, { appId: integration.wireId, tokens: [token], utc }) };
    },

    async accepted({ status, body }, notification) {
      if (isOfOrders(notification)) return orders.accepted({ status, body }, notification);
      try {
        readAnswer(status, body);
        return true;
      } catch (error) {
        if (!(error instanceof OwithoError)) throw error;
        const tokenId = signedWith.get(notification);
        if (error.code === codes.signatureInvalid.code && tokenId !== undefined) {
          await refuseChannelToken(ledger, notification.merchantId, notification.integrationId, tokenId);
        }
        return error.code === undefined ? error.message : `${error.code} ${error.message}`.slice(0, 200);
      }
    },

    async answered(notification, answer) {
      if (isOfOrders(notification)) await orders.answered(notification, answer);
    },

    async gaveUp(notification) {
      if (isOfOrders(notification)) await orders.gaveUp(notification);
    },
  };
}

/** notifications.method is the call's path. */
type Told = { orderKey: string; jobKey: string; call: CallName; body: unknown; orderId?: number | null };

function thirdPartyOutbound(ledger: Ledger, directory: Directory) {
  function draft(event: LedgerEvent, { id, settings }: Integration, told: Told): NotificationDraft[] {
    const { platformUrl } = thirdPartySettings({ settings });
    if (platformUrl === '') return [];
    const { path } = calls[told.call];
    return [
      {
        merchantId: event.merchantId,
        integrationId: id,
        eventId: event.id,
        jobKey: `${dialect}:${id}:${told.jobKey}`,
        orderKey: `${dialect}:${id}:${told.orderKey}`,
        orderId: told.orderId ?? null,
        lineId: null,
        method: path,
        url: platformUrl + path,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(told.body),
      },
    ];
  }

  function skuDrafts(event: LedgerEvent, integration: Integration, numbers: readonly string[]): NotificationDraft[] {
    const pages = Array.from({ length: Math.ceil(numbers.length / skusAtOnce) }, (_, n) =>
      numbers.slice(n * skusAtOnce, (n + 1) * skusAtOnce),
    );
    return pages.flatMap((skuCodes, n) =>
      draft(event, integration, { orderKey: 'sku', jobKey: `${event.id}:${n}`, call: 'skuSync', body: { skuCodes } }),
    );
  }

  const machineDraft = (event: LedgerEvent, integration: Integration, machineCode: string, jobKey: string) =>
    draft(event, integration, { orderKey: `machine:${machineCode}`, jobKey, call: 'machineSync', body: { machineCode } });

  const all = (merchantId: number) => directory.ofMerchant(dialect, roles.thirdParty, merchantId);

  /** The integration that an event names, if it is one of these. */
  async function named({ merchantId, data }: LedgerEvent): Promise<Integration | undefined> {
    const found = await getIntegration(ledger, merchantId, Number(data.integrationId ?? 0));
    return found?.dialect === dialect && found.role === roles.thirdParty ? found : undefined;
  }

  const offered = ({ merchantId, machineId }: LedgerEvent, { id }: Integration) =>
    offeredMachineNo(ledger, merchantId, id, machineId ?? 0);

  async function render(event: LedgerEvent): Promise<NotificationDraft[]> {
    const { merchantId, data } = event;
    switch (event.kind) {
      case 'order.outcome': {
        const integration = await named(event);
        if (!integration) return [];
        const { channelNo, units } = data as { channelNo: string; units: ToldUnit[] };
        const order = { orderKey: `order:${event.orderId}`, jobKey: String(event.id), orderId: event.orderId };
        return draft(event, integration, { ...order, call: 'orderCallback', body: callbackOf(channelNo, units) });
      }
      case 'catalogue.due': {
        const integration = await named(event);
        if (!integration) return [];
        const goods = await readOwnGoods(ledger, merchantId);
        return skuDrafts(
          event,
          integration,
          goods.map(({ number }) => number),
        );
      }
      case 'goods.changed': {
        const integrations = await all(merchantId);
        if (integrations.length === 0) return [];
        const goods = await readOwnGoods(ledger, merchantId, data.goods as string[]);
        const numbers = goods.map(({ number }) => number);
        return integrations.flatMap((integration) => skuDrafts(event, integration, numbers));
      }
      case 'machine.status-changed':
      case 'machine.layout-changed': {
        const drafts: NotificationDraft[] = [];
        for (const integration of await all(merchantId)) {
          const machineNo = await offered(event, integration);
          // Both kinds of one moment are one call.
          const jobKey = `machine:${event.machineId}:${event.at.getTime()}`;
          if (machineNo !== undefined) drafts.push(...machineDraft(event, integration, machineNo, jobKey));
        }
        return drafts;
      }
      case 'listing.changed': {
        // What is offered is told with the machine's other changes; what is not any more, here.
        const integration = typeof data.machineNo === 'string' ? await named(event) : undefined;
        if (!integration || (await offered(event, integration)) !== undefined) return [];
        return machineDraft(event, integration, String(data.machineNo), String(event.id));
      }
      default:
        return [];
    }
  }

  /** How it is now. */
  async function dataOf(integration: Integration, { method, body }: StoredNotification): Promise<object> {
    const told = JSON.parse(body) as object;
    if (method === calls.skuSync.path) {
      const { skuCodes } = told as { skuCodes: string[] };
      const goods = await readOwnGoods(ledger, integration.merchant.id, skuCodes);
      return writeSkuSync(goods.map((one) => skuOf(ledger, integration, one)));
    }
    if (method !== calls.machineSync.path) return told;
    const { machineCode } = told as { machineCode: string };
    try {
      return writeMachineLayout(await layoutOf(ledger, integration, machineCode));
    } catch (error) {
      if (!(error instanceof LedgerError && error.code === 'machine.unknown')) throw error;
      return writeMachineLayout(emptyLayout(machineCode));
    }
  }

  return { render, dataOf };
}
