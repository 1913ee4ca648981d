import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';

/** Every setting: the variable that sets it, what it means, and what holds without it. docs/configuration.md is tested against this. */
export const settings = {
  PORT: { default: '3000', meaning: 'The port of HTTP; 0 takes any free one.' },
  HOST: { default: '0.0.0.0', meaning: 'The address that HTTP listens on.' },
  MQTT_PORT: { default: '1883', meaning: 'The port of the embedded broker; 0 takes any free one.' },
  MQTT_HOST: { default: '0.0.0.0', meaning: 'The address that the embedded broker listens on.' },
  POLYVEND_DATA: { default: './data', meaning: 'The data folder: the embedded database, the key of the secrets, demo.json.' },
  DATABASE_URL: { default: '', meaning: 'A PostgreSQL of your own (15 or later), instead of the embedded one.' },
  MQTT_URL: { default: '', meaning: 'An MQTT 5 broker of your own, with the hub’s credentials, instead of the embedded one.' },
  POLYVEND_PUBLIC_URL: {
    default: '',
    meaning:
      'Where the world reaches this hub, e.g. https://hub.example.com: addresses of pictures begin so. Without it http://localhost and the port.',
  },
  POLYVEND_TRUSTED_PROXIES: {
    default: '',
    meaning:
      'Addresses of your reverse proxies, CIDRs separated by commas: whose X-Forwarded-For and X-Forwarded-Host are believed, so that sign-ins are counted by who really calls.',
  },
  POLYVEND_ROLE: { default: 'all', meaning: 'What this process does: api, worker, machines or all.' },
  POLYVEND_SECRET_KEY: {
    default: '',
    meaning: 'The key of the secrets at rest: 32 bytes as base64 or hex. Without it one is made in the data folder.',
  },
  POLYVEND_ALLOW_PRIVATE: {
    default: '',
    meaning: 'Private addresses that the hub may call: CIDRs separated by commas, or any. The demo allows any.',
  },
  POLYVEND_RATE_LIMIT: { default: '5000', meaning: 'Most requests per second of one integration; 0 is no limit.' },
  POLYVEND_BODY_LIMIT: { default: '1048576', meaning: 'Longest request body, in bytes.' },
  POLYVEND_HTTP_CONNECTIONS: { default: '10000', meaning: 'Most open connections of HTTP.' },
  POLYVEND_DB_CONNECTIONS: { default: '16', meaning: 'Most connections of this process to the database.' },
  POLYVEND_MQTT_CONNECTIONS: { default: '20000', meaning: 'Most connections to the embedded broker.' },
  POLYVEND_MQTT_OWN_TOPIC: {
    default: 'false',
    meaning: 'true: messages are taken only on /server/app/{machine_no}, which an external broker can pin to the machine.',
  },
  LOG_LEVEL: { default: 'info', meaning: 'fatal, error, warn, info, debug or trace.' },
} as const satisfies Record<string, { default: string; meaning: string }>;

export type Role = 'api' | 'worker' | 'machines' | 'all';

export interface Config {
  http: { host: string; port: number; bodyLimit: number; rateLimit: number; maxConnections: number; trustedProxies: string[] };
  mqtt: { host: string; port: number; url: string | undefined; maxConnections: number; requireOwnTopic: boolean };
  database: { url: string | undefined; connections: number };
  /** Without a slash at its end; of this machine alone where nobody told it. */
  publicUrl: string;
  publicUrlIsTold: boolean;
  /** Absolute. */
  dataFolder: string;
  secretKey: string | undefined;
  allowPrivate: 'public' | 'any' | string[];
  role: Role;
  logLevel: string;
}

/** A setting that cannot be used; the message names it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readConfig(environment: Environment): Config {
  const text = (name: keyof typeof settings): string => environment[name]?.trim() || settings[name].default;
  const whole = (name: keyof typeof settings, most: number): number => {
    const value = text(name);
    if (!/^\d{1,9}$/.test(value) || Number(value) > most)
      throw new ConfigError(`${name} must be a whole number up to ${most}, not ${value}.`);
    return Number(value);
  };
  const oneOf = <const T extends string>(name: keyof typeof settings, values: readonly T[]): T => {
    const value = values.find((one) => one === text(name));
    if (value === undefined) throw new ConfigError(`${name} must be one of ${values.join(', ')}, not ${text(name)}.`);
    return value;
  };
  const url = (name: 'DATABASE_URL' | 'MQTT_URL' | 'POLYVEND_PUBLIC_URL', schemes: readonly string[]): string | undefined => {
    const value = text(name);
    if (value === '') return undefined;
    if (!schemes.includes(value.split('://')[0] ?? ''))
      throw new ConfigError(`${name} must begin with ${schemes.join(':// or ')}://.`);
    return value;
  };
  const cidrs = (name: 'POLYVEND_ALLOW_PRIVATE' | 'POLYVEND_TRUSTED_PROXIES'): string[] =>
    text(name) === ''
      ? []
      : text(name)
          .split(',')
          .map((range) => cidr(name, range));
  const allowed = text('POLYVEND_ALLOW_PRIVATE');
  const publicUrl = url('POLYVEND_PUBLIC_URL', ['http', 'https']);
  return {
    http: {
      host: text('HOST'),
      port: whole('PORT', 65_535),
      bodyLimit: whole('POLYVEND_BODY_LIMIT', 100_000_000),
      rateLimit: whole('POLYVEND_RATE_LIMIT', 10_000_000),
      maxConnections: whole('POLYVEND_HTTP_CONNECTIONS', 1_000_000),
      trustedProxies: cidrs('POLYVEND_TRUSTED_PROXIES'),
    },
    mqtt: {
      host: text('MQTT_HOST'),
      port: whole('MQTT_PORT', 65_535),
      url: url('MQTT_URL', ['mqtt', 'mqtts', 'ws', 'wss']),
      maxConnections: whole('POLYVEND_MQTT_CONNECTIONS', 1_000_000),
      requireOwnTopic: oneOf('POLYVEND_MQTT_OWN_TOPIC', ['true', 'false']) === 'true',
    },
    database: { url: url('DATABASE_URL', ['postgres', 'postgresql']), connections: whole('POLYVEND_DB_CONNECTIONS', 1_000) },
    publicUrl: (publicUrl ?? `http://localhost:${text('PORT')}`).replace(/\/+$/, ''),
    publicUrlIsTold: publicUrl !== undefined,
    dataFolder: resolve(text('POLYVEND_DATA')),
    secretKey: text('POLYVEND_SECRET_KEY') || undefined,
    allowPrivate: allowed === '' ? 'public' : allowed === 'any' ? 'any' : cidrs('POLYVEND_ALLOW_PRIVATE'),
    role: oneOf('POLYVEND_ROLE', ['api', 'worker', 'machines', 'all']),
    logLevel: oneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  };
}

function cidr(name: 'POLYVEND_ALLOW_PRIVATE' | 'POLYVEND_TRUSTED_PROXIES', text: string): string {
  const range = text.trim();
  const what = name === 'POLYVEND_ALLOW_PRIVATE' ? 'any, or ranges' : 'ranges';
  if (!ipaddr.isValidCIDR(range)) throw new ConfigError(`${name} must be ${what} such as 10.1.0.0/16, not ${range}.`);
  return range;
}
