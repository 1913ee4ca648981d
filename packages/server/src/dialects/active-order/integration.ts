import { randomBytes } from 'node:crypto';
import { timestampWindowSeconds } from '@polyvend/protocols/active-order';
import type { IntegrationRole } from '../../http/integration-role.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';
import { type PayStyle, payStyleOf } from '../../ledger/sales/pay-style.ts';

/** As integrations name it: the merchant's side calls us, we are the platform. */
export const dialect = 'active-order';
export const role = 'platform';

const appKeySecret = 'appKey';

export interface Credentials {
  appId: string;
  appSecret: string;
  appKey: string;
}

/** Credentials that nobody can guess. `appId` is given where machines sign with it already. */
export function newCredentials(appId = `ds${randomBytes(8).toString('hex')}`): Credentials {
  return { appId, appSecret: randomBytes(24).toString('base64url'), appKey: randomBytes(16).toString('hex') };
}

/** The part of an integration that is made of its credentials. */
export function integrationOf({ appId, appSecret, appKey }: Credentials) {
  return { dialect, role, wireId: appId, secret: appSecret, secrets: { [appKeySecret]: appKey } };
}

const tellOf = ({ appId, appSecret, appKey }: Credentials) => ({ Appid: appId, AppSecret: appSecret, 'App key': appKey });

/** Malls: the first integration of a merchant has the AppId that its machines sign with. */
export const platform: IntegrationRole = {
  role,
  summary: 'a mall, or machines that sell by themselves',
  given: {},
  // Orders are refunded and codes given out, slots filled and tested.
  confers: () => ['machines.read', 'machines.command', 'stock.write', 'goods.read', 'orders.make-good', 'sell'],
  settings: {
    always200: { type: 'boolean', about: 'failures are answered with HTTP 200' },
    notifyExpiry: { type: 'boolean', about: 'the end of an unpaid order is told' },
    payStyle: { type: 'pay-style', about: 'how its orders are paid, in the words of statistics; qrcode' },
    timestampWindow: { type: 'number', about: 'seconds by which a payload may be older or newer' },
  },
  create({ first, deviceKey }) {
    const credentials = newCredentials(first ? deviceKey : undefined);
    return { draft: integrationOf(credentials), told: tellOf(credentials) };
  },
  // The Appid stays: machines sign with it, and malls have it written down.
  rotate({ wireId }) {
    const credentials = newCredentials(wireId);
    return { credentials: integrationOf(credentials), told: tellOf(credentials) };
  },
};

/** What payloads are signed with. */
export function appKeyOf({ secrets }: Integration): string {
  return secrets[appKeySecret] ?? '';
}

export interface Settings {
  /** Failures are answered with HTTP 200, for clients that throw on any other, as the PHP ones of the document do. */
  always200: boolean;
  /** An unpaid order's end is told to its notify_url, which the document calls that of the dispense results. */
  notifyExpiry: boolean;
  /** How its orders are paid, in the words of statistics. */
  payStyle: PayStyle;
  /** Seconds by which a payload may be older or newer. */
  timestampWindow: number;
}

export function settingsOf({ settings }: Pick<Integration, 'settings'>): Settings {
  const { always200, notifyExpiry, timestampWindow } = settings;
  return {
    always200: always200 === true,
    notifyExpiry: notifyExpiry !== false,
    payStyle: payStyleOf({ settings }),
    timestampWindow: typeof timestampWindow === 'number' ? timestampWindow : timestampWindowSeconds,
  };
}
