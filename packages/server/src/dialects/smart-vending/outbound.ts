import {
  buildCall,
  calls,
  codeStatuses,
  codes,
  encodePush,
  type Fields,
  mayServe,
  type PushName,
  pushReceived,
  readAnswer,
  SmartVendingError,
} from '@polyvend/protocols/smart-vending';
import type { Cause, EventKind, LedgerEvent } from '../../ledger/events/event.ts';
import { type AnswerExternalCode, answerExternalCode } from '../../ledger/external-codes/answer-external-code.ts';
import { openExternalCode } from '../../ledger/external-codes/open-external-code.ts';
import { recordExternalUse } from '../../ledger/external-codes/record-external-use.ts';
import { releaseExternalCode } from '../../ledger/external-codes/release-external-code.ts';
import type { Directory } from '../../ledger/integrations/directory.ts';
import { getIntegration } from '../../ledger/integrations/get-integration.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { getMachineOverview } from '../../ledger/machines/list-machine-overviews.ts';
import { getTrade } from '../../ledger/sales/get-trade.ts';
import { listSettlements } from '../../ledger/sales/list-settlements.ts';
import type {
  NotificationDraft,
  OutboundAnswer,
  OutboundDialect,
  StoredNotification,
} from '../../notifications/outbound-dialect.ts';
import { dialect, keyOf, mallUrlOf, type PlatformSettings, platformSettings, roles } from './integration.ts';
import { machinePush } from './map/machine.ts';
import { refillOf } from './map/refill.ts';
import { statusPush } from './map/status.ts';
import { tradePush } from './map/trade.ts';

export const wants = [
  'machine.created',
  'machine.status-changed',
  'trade.created',
  'trade.changed',
  'refill.settled',
  'external-code.claimed',
  'external-code.dispensed',
] as const satisfies readonly EventKind[];

/** notifications.method */
const pushMethod = (push: PushName) => `push.${push}`;
const methods = { check: 'pickupcode.check', use: 'pickupcode.use' };

/** Seconds in which a mall has to say whether a code is good: somebody stands before the machine. */
const checkWindow = 10;

/** By which the notice of a settlement is known; refill/message asks whether it was delivered. */
export const refillKey = (integrationId: number, refillId: number): string => `${dialect}:${integrationId}:refill:${refillId}`;

/** The pushes to customers, and what malls are asked and told of their pickup codes. */
export function outbound(ledger: Ledger, directory: Directory): OutboundDialect {
  return {
    dialect,
    wants,

    async render(event) {
      if (event.kind === 'external-code.claimed' || event.kind === 'external-code.dispensed') {
        return await mallDrafts(ledger, event);
      }
      const customers = (await directory.ofMerchant(dialect, roles.platform, event.merchantId)).map((integration) => ({
        integration,
        settings: platformSettings(integration),
      }));
      // Most merchants have none: nothing is read for them.
      const wanting = customers.filter(({ settings }) => Object.values(settings.pushUrls).some((url) => url !== ''));
      return wanting.length === 0 ? [] : await pushDrafts(ledger, event, wanting);
    },

    async prepare({ merchantId, integrationId, method, url, body, eventId }) {
      const integration = await getIntegration(ledger, merchantId, integrationId);
      if (!integration) throw new Error('no such integration');
      const credentials = { clientId: integration.wireId, key: keyOf(integration) };
      if (method !== methods.check && method !== methods.use) {
        return { headers: {}, body: encodePush(JSON.parse(body) as object, credentials) };
      }
      const code = await openExternalCode(ledger, merchantId, codeIdOf(body));
      if (!code) throw new Error(`event ${eventId}: the code is done with`);
      const asked = method === methods.check ? { code: code.code, assetId: code.machineNo } : { code: code.code };
      const call = buildCall(method === methods.check ? 'checkCode' : 'useCode', asked, credentials);
      const place = URL.parse(url);
      // The query too: malls look in either. What is no URL is left to fail as what it is.
      return { headers: {}, body: call.body ?? '', ...(place && { url: place.origin + basePathOf(place) + call.path }) };
    },

    accepted: (answer, notification) => judge(notification, answer),

    async answered({ merchantId, method, body }, answer) {
      const externalCodeId = codeIdOf(body);
      if (method === methods.check) {
        await answerExternalCode(ledger, { merchantId, externalCodeId, answer: checkedOf(answer), cause: byMall });
      } else if (method === methods.use) {
        await recordExternalUse(ledger, { merchantId, externalCodeId, told: true, cause: byMall });
      }
    },

    async gaveUp({ merchantId, method, body }) {
      const externalCodeId = codeIdOf(body);
      if (method === methods.check) await releaseExternalCode(ledger, { merchantId, externalCodeId, cause: byMall });
      else if (method === methods.use) {
        await recordExternalUse(ledger, { merchantId, externalCodeId, told: false, cause: byMall });
      }
    },
  };
}

const byMall: Cause = { by: 'mall' };

interface Customer {
  integration: Integration;
  settings: PlatformSettings;
}

async function pushDrafts(ledger: Ledger, event: LedgerEvent, customers: readonly Customer[]): Promise<NotificationDraft[]> {
  const drafts = (push: PushName, orderKey: string, jobKey: (id: number) => string, fieldsFor: (one: Customer) => object) =>
    customers.flatMap((one): NotificationDraft[] => {
      const { integration, settings } = one;
      const url = settings.pushUrls[push];
      if (url === '') return [];
      return [
        {
          merchantId: event.merchantId,
          integrationId: integration.id,
          eventId: event.id,
          jobKey: jobKey(integration.id),
          orderKey: `${dialect}:${integration.id}:${orderKey}`,
          orderId: event.orderId,
          lineId: null,
          method: pushMethod(push),
          url,
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify(fieldsFor(one)),
        },
      ];
    });
  const byEvent = (id: number) => `${dialect}:${id}:${event.id}`;
  const { merchantId } = event;
  switch (event.kind) {
    case 'machine.created': {
      const machine = await machineOf(ledger, event);
      return drafts('machine', `machine:${machine.id}`, byEvent, () => machinePush(machine));
    }
    case 'machine.status-changed': {
      const machine = await machineOf(ledger, event);
      return drafts('status', `machine:${machine.id}`, byEvent, ({ settings }) => statusPush(machine, settings));
    }
    case 'trade.created':
    case 'trade.changed': {
      const trade = await getTrade(ledger, merchantId, Number(event.data.tradeId));
      if (!trade) return [];
      const push = trade.payStyle === prizeStyle ? 'prize' : 'trade';
      return drafts(push, `trade:${trade.id}`, byEvent, ({ settings }) => tradePush(trade, settings));
    }
    case 'refill.settled': {
      const refillId = Number(event.data.refillId);
      const [settlement] = await listSettlements(ledger, merchantId, { refillIds: [refillId] });
      if (!settlement) return [];
      const machine = await machineOf(ledger, event);
      const keyed = (id: number) => refillKey(id, refillId);
      return drafts('refill', `refill:${machine.id}`, keyed, () => refillOf(settlement, machine));
    }
    default:
      return [];
  }
}

/** The style whose trades are prizes: payStyle 8 (游戏). */
const prizeStyle = 'game';

const machineOf = (ledger: Ledger, { merchantId, machineId }: LedgerEvent) =>
  getMachineOverview(ledger, { merchantId, machineId: machineId ?? 0 });

async function mallDrafts(ledger: Ledger, { merchantId, id, kind, orderId, data }: LedgerEvent): Promise<NotificationDraft[]> {
  const { integrationId, externalCodeId } = data as { integrationId: number; externalCodeId: number };
  const integration = await getIntegration(ledger, merchantId, integrationId);
  if (integration?.dialect !== dialect) return [];
  const check = kind === 'external-code.claimed';
  const draft = {
    merchantId,
    integrationId,
    eventId: id,
    jobKey: `${dialect}:${integrationId}:${id}`,
    orderKey: `${dialect}:${integrationId}:code:${externalCodeId}`,
    orderId,
    lineId: null,
    method: check ? methods.check : methods.use,
    // Where the URL was taken away meanwhile it is given up at once: who typed it hears so, and a use that is untold is seen.
    url: mallUrlOf(integration).replace(/\/+$/, '') + calls[check ? 'checkCode' : 'useCode'].path,
    // The digits are put in when it leaves: they are not kept here.
    body: JSON.stringify({ externalCodeId }),
  };
  return [check ? { ...draft, giveUpAfter: checkWindow } : draft];
}

const codeIdOf = (body: string): number => Number((JSON.parse(body) as { externalCodeId?: unknown }).externalCodeId ?? 0);

/** What stands before the call's own path in the stored URL of a mall. */
const basePathOf = ({ pathname }: URL): string => pathname.replace(/\/osapi\/pickupcode\/(check|use)$/, '');

function judge({ method, attempt }: StoredNotification, answer: OutboundAnswer): true | string {
  if (method === methods.check)
    return answer.status < 500 && isAnswer(answer) ? true : `HTTP ${answer.status}, no answer of a mall`;
  if (method === methods.use) return usedBy(answer, attempt);
  const push = method.slice(pushMethod('' as PushName).length) as PushName;
  if (pushReceived(push, answer.status, answer.body)) return true;
  return answer.status >= 200 && answer.status < 300 ? 'result is not SUCCESS' : `HTTP ${answer.status}`;
}

function isAnswer({ body }: OutboundAnswer): boolean {
  const { result } = fieldsOf(body);
  return typeof result === 'string' && /^(success|fail)$/i.test(result);
}

/** A mall that knew of the use already has it from an attempt whose answer was lost. */
function usedBy({ status, body }: OutboundAnswer, attempt: number): true | string {
  try {
    readAnswer(status, body);
    return true;
  } catch (error) {
    if (!(error instanceof SmartVendingError)) throw error;
    return attempt > 1 && error.code === String(codes.codeUsed.code) ? true : error.message;
  }
}

function checkedOf({ body }: OutboundAnswer): AnswerExternalCode['answer'] {
  const { result, codeStatus, goodsNum, fee } = fieldsOf(body);
  if (mayServe({ result, codeStatus })) {
    const cents = /^\d{1,9}$/.test(String(fee ?? '')) ? Number(fee) : null;
    return { good: true, goodsNumber: String(goodsNum ?? ''), feeCents: cents };
  }
  const reason =
    String(codeStatus) === codeStatuses.used ? 'used' : String(codeStatus) === codeStatuses.expired ? 'expired' : 'unknown';
  return { good: false, reason };
}

function fieldsOf(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
}
