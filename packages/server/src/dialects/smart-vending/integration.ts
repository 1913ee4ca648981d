import { randomBytes } from 'node:crypto';
import type { PushName } from '@polyvend/protocols/smart-vending';
import type { IntegrationRole, Setting } from '../../http/integration-role.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';

/** As integrations name it. */
export const dialect = 'smart-vending';

export const roles = {
  /** We are the platform: a customer asks us, and is pushed to. */
  platform: 'platform',
  /** We are the customer of another platform: its pushes come to us, and we ask it. */
  customer: 'customer',
} as const;
export type Role = keyof typeof roles;

const keySecret = 'key';

export interface Credentials {
  clientId: string;
  key: string;
}

/** Credentials that nobody can guess. */
export function newCredentials(): Credentials {
  return { clientId: randomBytes(10).toString('hex'), key: randomBytes(16).toString('hex') };
}

/** The part of an integration that is made of its credentials. */
export function integrationOf({ clientId, key }: Credentials, role: Role = 'platform') {
  return { dialect, role: roles[role], wireId: clientId, secrets: { [keySecret]: key } };
}

/** What both sides sign with. */
export function keyOf({ secrets }: Integration): string {
  return secrets[keySecret] ?? '';
}

const url = (about: string): Setting => ({ type: 'url', about });

export const platform: IntegrationRole = {
  role: roles.platform,
  summary: 'a customer: asks for machines and trades, and is pushed to; may be a mall with pickup codes',
  given: {},
  confers: () => ['machines.read', 'goods.read', 'sales.read', 'sell'],
  settings: {
    machineUrl: url('where new machines are pushed to'),
    tradeUrl: url('where trades are pushed to'),
    prizeUrl: url('where prizes (payStyle 8) are pushed to'),
    statusUrl: url('where the state of machines is pushed to'),
    refillUrl: url('where settlements are pushed to'),
    mallUrl: url('base URL of the mall whose pickup codes our machines check'),
    pickupCodeLengths: { type: 'numbers', about: 'codes of so many digits are asked for at the mall, whatever codes we have' },
    invertDoor: { type: 'boolean', about: 'doorState is 1 open, 0 shut' },
    numberShelfState: { type: 'boolean', about: 'state of a shelf is sent as a number' },
    wrapPlaces: { type: 'boolean', about: 'lines and sites come in the list envelope' },
    customPayOne: { type: 'number', about: 'payStyle of the first style of its own' },
    customPayTwo: { type: 'number', about: 'payStyle of the second style of its own' },
    otherPay: { type: 'number', about: 'payStyle of what has no number' },
  },
  create() {
    const credentials = newCredentials();
    return { draft: integrationOf(credentials), told: { clientId: credentials.clientId, key: credentials.key } };
  },
  rotate({ wireId: clientId }) {
    const { key } = newCredentials();
    return { credentials: integrationOf({ clientId, key }), told: { clientId, key } };
  },
};

export const customer: IntegrationRole = {
  role: roles.customer,
  summary: 'another platform: its pushes come to us, and its machines check pickup codes with us',
  given: { clientId: 'the id that it gave us', key: 'the key that goes with it' },
  givenId: 'clientId',
  // Its machines, what they hold and what they sold are as it tells; codes of ours are used at them.
  confers: () => ['machines.write', 'stock.write', 'planogram.write', 'goods.write', 'sell'],
  settings: {
    baseUrl: url('where it serves /osapi, to be asked for what its pushes did not bring'),
    pollMinutes: { type: 'number', about: 'how often it is asked (10)' },
    invertDoor: { type: 'boolean', about: 'its doorState is 1 open, 0 shut' },
    customPayOne: { type: 'number', about: 'its payStyle of the first style of its own' },
    customPayTwo: { type: 'number', about: 'its payStyle of the second style of its own' },
  },
  create: ({ given }) => ({
    draft: integrationOf({ clientId: given.clientId ?? '', key: given.key ?? '' }, 'customer'),
    told: {},
  }),
  replace: {
    given: ['clientId', 'key'],
    credentials: ({ clientId = '', key = '' }) => integrationOf({ clientId, key }, 'customer'),
  },
};

export interface PlatformSettings {
  /** '' where nothing is to be sent. */
  pushUrls: Readonly<Record<PushName, string>>;
  invertDoor: boolean;
  numberShelfState: boolean;
  wrapPlaces: boolean;
  payNumbers: PayNumbers;
}

/** The numbers of styles that have none of the vendor's. */
export interface PayNumbers {
  readonly customPayOne: number;
  readonly customPayTwo: number;
  readonly other: number;
}

function payNumbersOf({ settings }: Integration): PayNumbers {
  const number = (name: string, otherwise: number) => (typeof settings[name] === 'number' ? settings[name] : otherwise);
  return { customPayOne: number('customPayOne', 101), customPayTwo: number('customPayTwo', 102), other: number('otherPay', 99) };
}

export function platformSettings(integration: Integration): PlatformSettings {
  const { settings } = integration;
  const text = (name: string) => (typeof settings[name] === 'string' ? settings[name] : '');
  return {
    pushUrls: {
      machine: text('machineUrl'),
      trade: text('tradeUrl'),
      prize: text('prizeUrl'),
      status: text('statusUrl'),
      refill: text('refillUrl'),
    },
    invertDoor: settings.invertDoor === true,
    numberShelfState: settings.numberShelfState === true,
    wrapPlaces: settings.wrapPlaces === true,
    payNumbers: payNumbersOf(integration),
  };
}

/** Where the mall answers checks of pickup codes; '' where the customer is none. */
export const mallUrlOf = ({ settings }: Integration): string => (typeof settings.mallUrl === 'string' ? settings.mallUrl : '');

export interface CustomerSettings {
  /** '' where it is not asked. */
  baseUrl: string;
  pollMinutes: number;
  invertDoor: boolean;
  payNumbers: PayNumbers;
}

export function customerSettings(integration: Integration): CustomerSettings {
  const { baseUrl, pollMinutes, invertDoor } = integration.settings;
  return {
    baseUrl: typeof baseUrl === 'string' ? baseUrl : '',
    pollMinutes: typeof pollMinutes === 'number' && pollMinutes > 0 ? pollMinutes : 10,
    invertDoor: invertDoor === true,
    payNumbers: payNumbersOf(integration),
  };
}
