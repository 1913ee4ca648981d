import { ConfigError } from '../config.ts';
import { dialects } from '../dialects/index.ts';
import { type IntegrationRole, readSetting } from '../http/integration-role.ts';
import { changeIntegration } from '../ledger/integrations/change-integration.ts';
import { createIntegration } from '../ledger/integrations/create-integration.ts';
import { createDirectory } from '../ledger/integrations/directory.ts';
import { getIntegration } from '../ledger/integrations/get-integration.ts';
import type { Integration } from '../ledger/integrations/integration.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { merchantNamed, say, wholeNumber } from './arguments.ts';
import { withLedger } from './open-ledger.ts';

export interface NewIntegration {
  merchant: string;
  name: string;
  dialect: string;
  role?: string;
  given?: string[];
  set?: string[];
}

export async function addIntegration({ merchant, name, dialect, role, given = [], set = [] }: NewIntegration): Promise<void> {
  const kind = roleNamed(dialect, role);
  const credentials = readGiven(kind, given);
  const settings = readSettings(kind, set);
  await withLedger(async (ledger) => {
    const { id: merchantId, deviceKey } = await merchantNamed(ledger, merchant);
    const others = await createDirectory(ledger).ofMerchant(dialect, kind.role, merchantId);
    const { draft, told } = kind.create({ given: credentials, deviceKey, first: others.length === 0 });
    const id = await createIntegration(ledger, { ...draft, merchantId, name, settings: { ...draft.settings, ...settings } });
    say(`integration ${id}`);
    const width = Math.max(0, ...Object.keys(told).map((one) => one.length));
    for (const [what, value] of Object.entries(told)) say(`${what.padEnd(width)}  ${value}`);
    if (Object.keys(told).length > 0) say('(told once)');
  });
}

/** Every dialect's roles, what they are given and what can be set. */
export function tellRoles(): void {
  for (const { name, roles } of dialects) {
    for (const { role, summary, given, settings } of roles) {
      say(`${name} ${role}: ${summary}`);
      for (const [one, about] of Object.entries(given)) say(`  --given ${one}=…  ${about}`);
      for (const [one, { type, about }] of Object.entries(settings)) say(`  --set ${one}=<${type}>  ${about}`);
    }
  }
}

export async function revokeIntegration(id: string, { merchant }: { merchant: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const { merchant: of, id: integrationId } = await integrationNamed(ledger, merchant, id);
    await changeIntegration(ledger, of.id, integrationId, { status: 'revoked' });
    say('Its credentials count no more.');
  });
}

export async function setIntegration(id: string, pairs: readonly string[], { merchant }: { merchant: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const { merchant: of, id: integrationId, dialect, role } = await integrationNamed(ledger, merchant, id);
    await changeIntegration(ledger, of.id, integrationId, { settings: readSettings(roleNamed(dialect, role), pairs) });
    say('Set.');
  });
}

function roleNamed(dialect: string, role?: string): IntegrationRole {
  const found = dialects.find(({ name }) => name === dialect);
  if (!found) throw new ConfigError(`There is no dialect ${dialect}. There are: ${dialects.map(({ name }) => name).join(', ')}.`);
  const kind = role === undefined ? found.roles[0] : found.roles.find((one) => one.role === role);
  if (kind) return kind;
  if (found.roles.length === 0) throw new ConfigError(`Integrations of ${dialect} are not made here: see polyvend --help.`);
  throw new ConfigError(`${dialect} has no role ${role}. It has: ${found.roles.map((one) => one.role).join(', ')}.`);
}

function pairOf(text: string): [name: string, value: string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new ConfigError(`${text} must be name=value.`);
  return [name, value];
}

function readGiven({ given: names }: IntegrationRole, pairs: readonly string[]): Record<string, string> {
  const given = Object.fromEntries(pairs.map(pairOf));
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(names, name));
  if (unknown !== undefined)
    throw new ConfigError(`This role is not given ${unknown}, but ${Object.keys(names).join(', ') || 'nothing'}.`);
  const missing = Object.keys(names).filter((name) => !given[name]);
  if (missing.length > 0) throw new ConfigError(`--given ${missing.map((name) => `${name}=…`).join(' ')} is missing.`);
  return given;
}

function readSettings({ settings }: IntegrationRole, pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map(pairOf).map(([name, text]) => {
      try {
        return [name, readSetting(settings, name, text)];
      } catch (error) {
        throw new ConfigError(`${pairs.length > 1 ? `${name}: ` : ''}${(error as Error).message}.`);
      }
    }),
  );
}

async function integrationNamed(ledger: Ledger, merchant: string, text: string): Promise<Integration> {
  const { id: merchantId } = await merchantNamed(ledger, merchant);
  const integration = await getIntegration(ledger, merchantId, wholeNumber(text, 'id'));
  if (!integration) throw new ConfigError(`Merchant ${merchantId} has no integration ${text}.`);
  return integration;
}
