import { randomBytes } from 'node:crypto';
import { encodeEnvelope, type OrderNotice, payMethods, writeOrderNotice } from '@polyvend/protocols/owitho';
import {
  createOwithoPlatform,
  type OwithoOrder,
  type OwithoPlatform,
  type OwithoPlatformOptions,
  type OwithoSellOptions,
} from '@polyvend/simulator';
import { integrationOf } from '../../packages/server/src/dialects/owitho/index.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { putListing } from '../../packages/server/src/ledger/listings/put-listing.ts';
import { type RawAnswer, rawRequest, type TestHub, type TestMachine } from '../support/index.ts';

/** A platform on which machines of ours are sold, and our credentials there. */
export interface Channel {
  id: number;
  merchantId: number;
  appId: string;
  secretKey: string;
  platform: OwithoPlatform;
  list(machine: TestMachine, terms?: { offered?: boolean; heldBackPercent?: number; priceCents?: number }): Promise<void>;
}

export interface ChannelOptions extends Omit<OwithoPlatformOptions, 'apps'> {
  merchantId?: number;
  /** Where the platform calls us, and we it: other than directly. */
  thirdUrl?: string;
  platformUrl?: (baseUrl: string) => string | Promise<string>;
  settings?: Record<string, unknown>;
}

export async function openChannel(hub: TestHub, options: ChannelOptions = {}): Promise<Channel> {
  const { merchantId = hub.merchant.id, thirdUrl = hub.url, platformUrl = (url) => url, settings = {}, ...rest } = options;
  const [appId, secretKey] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  const platform = await createOwithoPlatform({
    clock: { now: () => hub.clock.now() },
    ...rest,
    apps: [{ appId, secretKey, thirdUrl }],
  });
  const id = await createIntegration(hub.ledger, {
    merchantId,
    ...integrationOf({ appId, secretKey }, 'thirdParty'),
    settings: { platformUrl: await platformUrl(platform.baseUrl), ...settings },
  });
  // Else, until its NOTIFY has come, events would be told to the channels that were known before.
  hub.hub.directory.forget();
  // The platform signs with the first token from when it gives it, which is before we have it.
  await hub.settle();
  const list: Channel['list'] = ({ machineNo }, terms = {}) =>
    putListing(hub.ledger, { merchantId, integrationId: id, machineNo, ...terms, cause: { by: 'test' } });
  return { id, merchantId, appId, secretKey, platform, list };
}

/** The look at the machine may be lost, or late under load: nothing was bought then, and the buyer looks again. */
export async function insist(channel: Channel, wish: Omit<OwithoSellOptions, 'appId'>): Promise<OwithoOrder> {
  for (let tries = 20; ; tries -= 1) {
    try {
      return await channel.platform.sell({ appId: channel.appId, ...wish });
    } catch (error) {
      if (tries === 0) throw error;
    }
  }
}

/** What a buyer paid for at a machine: units by the name of their slot, at 3.00 each. */
export async function noticeOf(
  hub: TestHub,
  machine: TestMachine,
  orderViewId: string,
  wanted: Readonly<Record<string, number>>,
  more: Partial<OrderNotice> = {},
): Promise<OrderNotice> {
  const lines = await Promise.all(
    Object.entries(wanted).map(async ([slotNum, quantity]) => {
      const product = (await machine.products()).find(({ slotName }) => slotName === slotNum);
      const price = { originalPrice: 300, actualPrice: 300 };
      return { skuCode: product?.goods?.number ?? '1001', slotNum, quantity, ...price };
    }),
  );
  const amount = lines.reduce((sum, { quantity }) => sum + quantity * 300, 0);
  const now = hub.clock.now();
  return {
    orderViewId,
    machineCode: machine.machineNo,
    discountMoney: 0,
    originAmount: amount,
    actualAmount: amount,
    payStatus: 1,
    refundStatus: 0,
    orderTime: now,
    payCompleteTime: now,
    payMethod: payMethods.wechat,
    orderDetailList: lines,
    ...more,
  };
}

/** A signed body, by the secret key unless tokens are given. */
export function signed(
  hub: Pick<TestHub, 'clock'>,
  { appId, secretKey }: Pick<Channel, 'appId' | 'secretKey'>,
  data: object | string,
  how: { tokens?: readonly string[]; salt?: number; utc?: number } = {},
): string {
  const { tokens = [], utc = hub.clock.now().getTime(), ...salt } = how;
  return encodeEnvelope(data, { appId, tokens, secretKey, utc, ...salt });
}

export const send = (hub: TestHub, path: string, body: string): Promise<RawAnswer> => rawRequest(`${hub.url}${path}`, { body });

export const sendNotice = (hub: TestHub, channel: Channel, notice: OrderNotice): Promise<RawAnswer> =>
  send(hub, '/order/notice', signed(hub, channel, writeOrderNotice(notice)));

export const ok = { code: '200', msg: 'success', data: '' };
