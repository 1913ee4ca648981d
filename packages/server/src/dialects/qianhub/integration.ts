import { randomInt } from 'node:crypto';
import { keyBits, readPrivateKey, readPublicKey } from '@polyvend/protocols/qianhub';
import { FieldError } from '@polyvend/protocols/shared';
import type { IntegrationRole } from '../../http/integration-role.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';

/** As integrations name it: a third party calls us with an AppID of ours; or we mirror another gateway with one of theirs. */
export const dialect = 'qianhub';
export const role = 'platform';
export const mirrorRole = 'mirror';

/** An AppID as the vendor's are: twelve digits. */
export const newAppId = (): string => String(randomInt(100_000_000_000, 1_000_000_000_000));

export interface Caller {
  appId: string;
  /** base64 of the DER of a SubjectPublicKeyInfo. */
  publicKey: string;
  /** Sees every shop of the merchant, and not only those shown to it. */
  everyShop?: boolean;
}

/** The part of an integration that is made of what a caller registers. */
export function integrationOf({ appId, publicKey, everyShop = false }: Caller) {
  return { dialect, role, wireId: appId, settings: { publicKey, everyShop } };
}

/** What is taken as a key. */
export const keyForm = `an RSA key of ${keyBits.least} to ${keyBits.most} bits, in base64 or PEM`;

/** Third parties that read what cash registers tell. */
export const platform: IntegrationRole = {
  role,
  summary: 'a third party that reads the data of cash registers',
  given: { publicKey: `its public key: ${keyForm}` },
  confers: () => ['books.read'],
  settings: {
    everyShop: { type: 'boolean', about: 'it sees every shop of the merchant, and not only those shown to it' },
    mostDays: { type: 'number', about: 'longest range of a query; 31' },
  },
  create({ given: { publicKey = '' } }) {
    if (!readPublicKey(publicKey)) throw new FieldError('publicKey', `must be ${keyForm}`);
    const draft = integrationOf({ appId: newAppId(), publicKey });
    return { draft, told: { AppID: draft.wireId } };
  },
  replace: {
    given: ['publicKey'],
    credentials({ publicKey = '' }, { wireId }) {
      if (!readPublicKey(publicKey)) throw new FieldError('publicKey', `must be ${keyForm}`);
      return { wireId, settings: { publicKey } };
    },
  },
};

export interface Settings {
  publicKey: string;
  everyShop: boolean;
  /** Longest range of a query. */
  mostDays: number;
}

const mostDays = 31;

export function settingsOf({ settings }: Integration): Settings {
  return {
    publicKey: typeof settings.publicKey === 'string' ? settings.publicKey : '',
    everyShop: settings.everyShop === true,
    mostDays: typeof settings.mostDays === 'number' ? settings.mostDays : mostDays,
  };
}

export interface Upstream {
  url: string;
  appId: string;
  /** base64 of PKCS#8. */
  privateKey: string;
}

/** An integration by which another gateway is mirrored. */
export function mirrorOf({ url, appId, privateKey }: Upstream) {
  return { dialect, role: mirrorRole, wireId: appId, secrets: { privateKey }, settings: { url } };
}

/** Another gateway, whose shops and records are fetched. */
export const mirrorPlatform: IntegrationRole = {
  role: mirrorRole,
  summary: 'another gateway, whose shops and records are fetched',
  given: {
    url: 'its address',
    appId: 'the AppID that it gave',
    privateKey: `${keyForm}; it has the public half`,
  },
  givenId: 'appId',
  confers: () => ['pos.write'],
  settings: {
    every: { type: 'number', about: 'seconds between two looks; 60' },
    firstDays: { type: 'number', about: 'days that the first look goes back; 31' },
    lookBackDays: { type: 'number', about: 'days that are looked at again every six hours; 3' },
    overlap: { type: 'number', about: 'seconds that each look goes back behind the last; 3600' },
    timeZone: { type: 'text', about: "of its shops, an IANA name; the merchant's unless told" },
    url: { type: 'url', about: 'its address', needed: true },
  },
  create({ given: { url = '', appId = '', privateKey = '' } }) {
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new FieldError('url', 'must be an http or https URL');
    if (appId === '') throw new FieldError('appId', 'is required');
    if (!readPrivateKey(privateKey)) throw new FieldError('privateKey', `must be ${keyForm}`);
    return { draft: mirrorOf({ url, appId, privateKey }), told: {} };
  },
  replace: {
    given: ['appId', 'privateKey'],
    credentials({ appId = '', privateKey = '' }) {
      if (!readPrivateKey(privateKey)) throw new FieldError('privateKey', `must be ${keyForm}`);
      return { wireId: appId, secrets: { privateKey } };
    },
  },
};

export interface MirrorSettings {
  url: string;
  privateKey: string;
  timeZone: string;
  /** Seconds between two looks. */
  every: number;
  /** Seconds that each look goes back behind the last: for what reached the other gateway late. */
  overlap: number;
  /** Days that are looked at again every six hours: for what came later still, or changed without a new time. */
  lookBackDays: number;
  /** Days that the first look goes back. */
  firstDays: number;
}

export function mirrorSettingsOf({ settings, secrets, merchant }: Integration): MirrorSettings {
  const number = (name: string, otherwise: number) => (typeof settings[name] === 'number' ? settings[name] : otherwise);
  return {
    url: typeof settings.url === 'string' ? settings.url : '',
    privateKey: secrets.privateKey ?? '',
    timeZone: typeof settings.timeZone === 'string' ? settings.timeZone : merchant.timeZone,
    every: number('every', 60),
    overlap: number('overlap', 3_600),
    lookBackDays: number('lookBackDays', 3),
    firstDays: number('firstDays', 31),
  };
}
