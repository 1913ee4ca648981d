import { ConfigError } from '../config.ts';
import { dialects } from '../dialects/index.ts';
import { createNewIntegration } from '../integrations/create.ts';
import { findRole, IntegrationMistake } from '../integrations/find-role.ts';
import { readSettings } from '../integrations/read-fields.ts';
import { endOverlapOf, replace, rotate } from '../integrations/rotate.ts';
import { changeIntegration } from '../ledger/integrations/change-integration.ts';
import { getIntegration } from '../ledger/integrations/get-integration.ts';
import type { Integration } from '../ledger/integrations/integration.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { merchantNamed, person, say, wholeNumber } from './arguments.ts';
import { withLedger } from './open-ledger.ts';

export interface NewIntegration {
  merchant: string;
  name: string;
  dialect: string;
  role?: string;
  given?: string[];
  set?: string[];
}

export async function addIntegration({ merchant, given = [], set = [], ...wanted }: NewIntegration): Promise<void> {
  await mindful(async () => {
    const texts = { given: Object.fromEntries(given.map(pairOf)), settings: Object.fromEntries(set.map(pairOf)) };
    await withLedger(async (ledger) => {
      const { id: merchantId } = await merchantNamed(ledger, merchant);
      const { id, told } = await createNewIntegration(ledger, { ...wanted, ...texts, merchantId, by: 'operator' });
      say(`integration ${id}`);
      tell(told);
    });
  });
}

export async function rotateIntegration(id: string, { merchant, overlap }: { merchant: string; overlap: string }): Promise<void> {
  const seconds = Math.round(Number(overlap) * 3_600);
  await mindful(async () => {
    await withLedger(async (ledger) => {
      const integration = await integrationNamed(ledger, merchant, id);
      const { told, until } = await rotate(ledger, { integration, overlap: seconds, cause: person });
      tell(told);
      say(until ? `The old ones are good until ${until.toISOString()}.` : 'The old ones count no more.');
    });
  });
}

export async function replaceIntegration(
  id: string,
  pairs: readonly string[],
  { merchant, overlap }: { merchant: string; overlap: string },
): Promise<void> {
  const seconds = Math.round(Number(overlap) * 3_600);
  await mindful(async () => {
    await withLedger(async (ledger) => {
      const integration = await integrationNamed(ledger, merchant, id);
      const given = Object.fromEntries(pairs.map(pairOf));
      const until = await replace(ledger, { integration, given, overlap: seconds, cause: person });
      say(until ? `The old ones are good until ${until.toISOString()}.` : 'The old ones count no more.');
    });
  });
}

export async function endIntegrationOverlap(id: string, { merchant }: { merchant: string }): Promise<void> {
  await withLedger(async (ledger) => {
    const integration = await integrationNamed(ledger, merchant, id);
    const ended = await endOverlapOf(ledger, { integration, cause: person });
    say(ended ? 'The old ones count no more.' : 'There were none beside the new ones.');
  });
}

function tell(told: Readonly<Record<string, string>>): void {
  const width = Math.max(0, ...Object.keys(told).map((one) => one.length));
  for (const [what, value] of Object.entries(told)) say(`${what.padEnd(width)}  ${value}`);
  if (Object.keys(told).length > 0) say('(told once)');
}

/** What was meant wrongly is said as a line, and is no crash. */
async function mindful(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof IntegrationMistake ? new ConfigError(error.message) : error;
  }
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
  await mindful(async () => {
    await withLedger(async (ledger) => {
      const { merchant: of, id: integrationId, dialect, role } = await integrationNamed(ledger, merchant, id);
      const settings = readSettings(findRole(dialect, role), Object.fromEntries(pairs.map(pairOf)));
      await changeIntegration(ledger, of.id, integrationId, { settings });
      say('Set.');
    });
  });
}

function pairOf(text: string): [name: string, value: string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new ConfigError(`${text} must be name=value.`);
  return [name, value];
}

async function integrationNamed(ledger: Ledger, merchant: string, text: string): Promise<Integration> {
  const { id: merchantId } = await merchantNamed(ledger, merchant);
  const integration = await getIntegration(ledger, merchantId, wholeNumber(text, 'id'));
  if (!integration) throw new ConfigError(`Merchant ${merchantId} has no integration ${text}.`);
  return integration;
}
