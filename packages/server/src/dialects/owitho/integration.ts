import { tokenOverlapMs, utcWindowMs } from '@polyvend/protocols/owitho';
import type { IntegrationRole } from '../../http/integration-role.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';

/** As integrations name it. */
export const dialect = 'owitho';

export const roles = {
  /** An owitho platform sells our machines: it tells us what was paid for, we tell it what they hold and what became of it. */
  thirdParty: 'third-party',
} as const;
export type Role = keyof typeof roles;

const keySecret = 'secretKey';

export interface Credentials {
  appId: string;
  secretKey: string;
}

/** The part of an integration that is made of its credentials. Only what is listed is offered on it. */
export function integrationOf({ appId, secretKey }: Credentials, role: Role) {
  return { dialect, role: roles[role], wireId: appId, secrets: { [keySecret]: secretKey }, offers: 'listed' as const };
}

export function secretKeyOf({ secrets }: Integration): string {
  return secrets[keySecret] ?? '';
}

export const thirdParty: IntegrationRole = {
  role: roles.thirdParty,
  summary: 'an owitho platform that sells our machines: those that are listed on it',
  given: { appId: 'the App Id that it gave us', secretKey: 'the Secret Key that goes with it' },
  settings: {
    platformUrl: { type: 'url', about: 'its address; without it nothing is told there' },
    utcWindow: { type: 'number', about: 'seconds by which a request may be older or newer; 300' },
    tokenOverlap: { type: 'number', about: 'seconds for which it still signs with the token before the newest; 300' },
    unit: { type: 'text', about: 'of goods that have none; 件' },
    pictureUrl: { type: 'url', about: 'picture of goods that have none' },
  },
  create: ({ given: { appId = '', secretKey = '' } }) => ({ draft: integrationOf({ appId, secretKey }, 'thirdParty'), told: {} }),
};

export interface ThirdPartySettings {
  /** Without a slash at its end; '' where nothing is told. */
  platformUrl: string;
  /** Seconds. */
  utcWindow: number;
  /** Seconds. */
  tokenOverlap: number;
  unit: string;
  /** '' for our own blank one. */
  pictureUrl: string;
}

export function thirdPartySettings({ settings }: Pick<Integration, 'settings'>): ThirdPartySettings {
  const text = (name: string) => (typeof settings[name] === 'string' ? settings[name] : '');
  const number = (name: string, otherwise: number) => (typeof settings[name] === 'number' ? settings[name] : otherwise);
  return {
    platformUrl: text('platformUrl').replace(/\/+$/, ''),
    utcWindow: number('utcWindow', utcWindowMs / 1000),
    tokenOverlap: number('tokenOverlap', tokenOverlapMs / 1000),
    unit: text('unit') || '件',
    pictureUrl: text('pictureUrl'),
  };
}
