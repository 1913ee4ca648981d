import { randomBytes } from 'node:crypto';
import { tokenOverlapMs, tokensPerDay, utcWindowMs } from '@polyvend/protocols/owitho';
import type { IntegrationRole } from '../../http/integration-role.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';

/** As integrations name it. */
export const dialect = 'owitho';

export const roles = {
  /** An owitho platform sells our machines: it tells us what was paid for, we tell it what they hold and what became of it. */
  thirdParty: 'third-party',
  /** We sell what lies in a third party's machines: it tells us what they hold, we tell it what was paid for. */
  platform: 'platform',
} as const;
export type Role = keyof typeof roles;

const keySecret = 'secretKey';

export interface Credentials {
  appId: string;
  secretKey: string;
}

/** What a third party that registers with us is given. */
export const newCredentials = (): Credentials => ({
  appId: randomBytes(16).toString('hex'),
  secretKey: randomBytes(16).toString('hex'),
});

/** The part of an integration that is made of its credentials. Only what is listed is offered on a platform of others. */
export function integrationOf({ appId, secretKey }: Credentials, role: Role) {
  const offers = role === 'thirdParty' ? ({ offers: 'listed' } as const) : {};
  return { dialect, role: roles[role], wireId: appId, secrets: { [keySecret]: secretKey }, ...offers };
}

export function secretKeyOf({ secrets }: Integration): string {
  return secrets[keySecret] ?? '';
}

export const thirdParty: IntegrationRole = {
  role: roles.thirdParty,
  summary: 'an owitho platform that sells our machines: those that are listed on it',
  given: { appId: 'the App Id that it gave us', secretKey: 'the Secret Key that goes with it' },
  givenId: 'appId',
  confers: () => ['machines.read', 'goods.read', 'sell'],
  settings: {
    platformUrl: { type: 'url', about: 'its address; without it nothing is told there' },
    utcWindow: { type: 'number', about: 'seconds by which a request may be older or newer; 300' },
    tokenOverlap: { type: 'number', about: 'seconds for which it still signs with the token before the newest; 300' },
    unit: { type: 'text', about: 'of goods that have none; 件' },
    pictureUrl: { type: 'url', about: 'picture of goods that have none' },
  },
  create: ({ given: { appId = '', secretKey = '' } }) => ({ draft: integrationOf({ appId, secretKey }, 'thirdParty'), told: {} }),
  replace: {
    given: ['appId', 'secretKey'],
    credentials: ({ appId = '', secretKey = '' }) => integrationOf({ appId, secretKey }, 'thirdParty'),
  },
};

export const platform: IntegrationRole = {
  role: roles.platform,
  summary: 'a third party whose machines we sell',
  given: {},
  // What its machines hold is as it tells, and so is what became of our orders.
  confers: () => ['machines.write', 'stock.write', 'planogram.write', 'goods.write', 'sell'],
  settings: {
    thirdUrl: { type: 'url', about: 'its address; without it nothing of its machines is sold' },
    utcWindow: { type: 'number', about: 'seconds by which a request may be older or newer; 300' },
    tokenOverlap: { type: 'number', about: 'seconds for which the token before the newest is good; 300' },
    tokensPerDay: { type: 'number', about: 'tokens that it may have within 24 hours; 200' },
  },
  create() {
    const credentials = newCredentials();
    const told = { 'App Id': credentials.appId, 'Secret Key': credentials.secretKey };
    return { draft: integrationOf(credentials, 'platform'), told };
  },
  rotate({ wireId: appId }) {
    const { secretKey } = newCredentials();
    return { credentials: integrationOf({ appId, secretKey }, 'platform'), told: { 'App Id': appId, 'Secret Key': secretKey } };
  },
};

export interface PlatformSettings {
  /** Without a slash at its end; '' where nothing is sold. */
  thirdUrl: string;
  /** Seconds. */
  tokenOverlap: number;
  tokensPerDay: number;
}

export function platformSettings({ settings }: Pick<Integration, 'settings'>): PlatformSettings {
  return {
    thirdUrl: text(settings, 'thirdUrl').replace(/\/+$/, ''),
    tokenOverlap: number(settings, 'tokenOverlap', tokenOverlapMs / 1000),
    tokensPerDay: number(settings, 'tokensPerDay', tokensPerDay),
  };
}

/** Milliseconds by which a request may be older or newer, in either role. */
export const utcWindowOf = ({ settings }: Pick<Integration, 'settings'>): number =>
  number(settings, 'utcWindow', utcWindowMs / 1000) * 1000;

const text = (settings: Integration['settings'], name: string) => (typeof settings[name] === 'string' ? settings[name] : '');
const number = (settings: Integration['settings'], name: string, otherwise: number) =>
  typeof settings[name] === 'number' ? settings[name] : otherwise;

export interface ThirdPartySettings {
  /** Without a slash at its end; '' where nothing is told. */
  platformUrl: string;
  /** Seconds. */
  tokenOverlap: number;
  unit: string;
  /** '' for our own blank one. */
  pictureUrl: string;
}

export function thirdPartySettings({ settings }: Pick<Integration, 'settings'>): ThirdPartySettings {
  return {
    platformUrl: text(settings, 'platformUrl').replace(/\/+$/, ''),
    tokenOverlap: number(settings, 'tokenOverlap', tokenOverlapMs / 1000),
    unit: text(settings, 'unit') || '件',
    pictureUrl: text(settings, 'pictureUrl'),
  };
}
