import { endBookOverlap, rotateBookTokens } from '../ledger/books/rotate-book-tokens.ts';
import { refuse } from '../ledger/errors.ts';
import type { Cause } from '../ledger/events/event.ts';
import { endOverlap } from '../ledger/integrations/end-overlap.ts';
import type { Integration } from '../ledger/integrations/integration.ts';
import { type Credentials, rotateCredentials } from '../ledger/integrations/rotate-credentials.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { findRole, mistakeOf } from './find-role.ts';
import { readGiven } from './read-fields.ts';

interface Which {
  integration: Integration;
  cause: Cause;
}

/** Seconds; a day unless told. */
type Rotation = Which & { overlap?: number };

/** `told`: the new credentials, once. `until`: how long the old ones are good beside them; null: they are not. */
export interface Rotated {
  told: Readonly<Record<string, string>>;
  until: Date | null;
}

/** New credentials of our own drawing. Refuses integration.not-rotatable where the other side issues them. */
export async function rotate(ledger: Ledger, { integration, overlap, cause }: Rotation): Promise<Rotated> {
  const { merchant, id, dialect } = integration;
  const role = findRole(dialect, integration.role);
  const lasting = overlap === undefined ? {} : { overlap };
  if (role.ofBooks) {
    return await rotateBookTokens(ledger, { merchantId: merchant.id, integrationId: id, ...lasting, cause });
  }
  const drawn = role.rotate?.(integration) ?? refuse('integration.not-rotatable', `integration ${id}`);
  const { credentials, told } = drawn;
  const until = await rotateCredentials(ledger, { merchantId: merchant.id, id, credentials, ...lasting, signWith: 'old', cause });
  return { told, until };
}

/**
 * Credentials that the other side issued anew, in place of those it gave before. Answers until when the old ones are good. Refuses
 * integration.not-rotatable where they are ours. @throws IntegrationMistake
 */
export async function replace(
  ledger: Ledger,
  { integration, overlap, cause, given }: Rotation & { given: Readonly<Record<string, string>> },
): Promise<Date | null> {
  const { merchant, id, dialect } = integration;
  const role = findRole(dialect, integration.role);
  const { replace: how } = role;
  if (!how) refuse('integration.not-rotatable', `integration ${id}: its credentials are drawn by us`);
  const texts = readGiven(role, given, how.given);
  let credentials: Credentials;
  try {
    credentials = how.credentials(texts, integration);
  } catch (error) {
    throw mistakeOf(error);
  }
  const lasting = overlap === undefined ? {} : { overlap };
  return await rotateCredentials(ledger, { merchantId: merchant.id, id, credentials, ...lasting, signWith: 'new', cause });
}

/** The old credentials count no more from now on. False when there are none. */
export async function endOverlapOf(ledger: Ledger, { integration, cause }: Which): Promise<boolean> {
  const { merchant, id, dialect, role } = integration;
  return findRole(dialect, role).ofBooks
    ? await endBookOverlap(ledger, { merchantId: merchant.id, integrationId: id, cause })
    : await endOverlap(ledger, { merchantId: merchant.id, id, cause });
}
