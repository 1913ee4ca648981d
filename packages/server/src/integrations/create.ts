import type { IntegrationRole } from '../http/integration-role.ts';
import { createIntegration } from '../ledger/integrations/create-integration.ts';
import { createDirectory } from '../ledger/integrations/directory.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { getMerchant } from '../ledger/merchants/get-merchant.ts';
import { createBooks } from './create-books.ts';
import { findRole, mistakeOf } from './find-role.ts';
import { readGiven, readSettings } from './read-fields.ts';

export interface NewIntegration {
  merchantId: number;
  name: string;
  dialect: string;
  /** The usual one unless told. */
  role?: string | undefined;
  /** What the other side gave, and settings, as texts. */
  given: Readonly<Record<string, string>>;
  settings: Readonly<Record<string, string>>;
  /** Who made it, for what keeps that. */
  by: string;
}

/** `told`: what its owner has to know, secrets among it, which nobody is told again. */
export interface CreatedIntegration {
  id: number;
  told: Readonly<Record<string, string>>;
}

/** A new integration of any dialect and role. @throws IntegrationMistake; refuses set-of-books.exists. */
export async function createNewIntegration(ledger: Ledger, wanted: NewIntegration): Promise<CreatedIntegration> {
  const { merchantId, name, dialect } = wanted;
  const role = findRole(dialect, wanted.role);
  const given = readGiven(role, wanted.given);
  const settings = readSettings(role, wanted.settings);
  if (role.ofBooks) return await createBooks(ledger, { ...wanted, dialect, role: role.role, given });
  const { deviceKey } = await getMerchant(ledger, merchantId);
  const others = await createDirectory(ledger).ofMerchant(dialect, role.role, merchantId);
  const { draft, told } = made(role, { given, deviceKey, first: others.length === 0 });
  const id = await createIntegration(ledger, { ...draft, merchantId, name, settings: { ...draft.settings, ...settings } });
  return { id, told };
}

function made(role: IntegrationRole, context: Parameters<IntegrationRole['create']>[0]): ReturnType<IntegrationRole['create']> {
  try {
    return role.create(context);
  } catch (error) {
    throw mistakeOf(error);
  }
}
