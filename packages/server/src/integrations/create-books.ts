import { issueBookToken } from '../ledger/books/book-tokens.ts';
import { createSetOfBooks } from '../ledger/books/create-set-of-books.ts';
import { ownSource } from '../ledger/books/set-of-books.ts';
import { changeIntegration } from '../ledger/integrations/change-integration.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { erps, sources } from '../neighbours/index.ts';
import { checkUrl } from '../notifications/index.ts';
import type { CreatedIntegration } from './create.ts';
import { IntegrationMistake } from './find-role.ts';

/** What an ERP, and what a source of orders may be. */
export const bookChoices = { erp: Object.keys(erps), source: ['none', ownSource, ...Object.keys(sources)] } as const;

export interface NewBooks {
  merchantId: number;
  name: string;
  dialect: string;
  role: string;
  /** By the names of the role. */
  given: Readonly<Record<string, string>>;
  by: string;
}

/** A set of books with its integration and its tokens, which are told once. @throws IntegrationMistake; refuses set-of-books.exists. */
export async function createBooks(
  ledger: Ledger,
  { merchantId, name, dialect, role, given, by }: NewBooks,
): Promise<CreatedIntegration & { setId: number }> {
  const { number = '', erp = '', source = 'none', timeZone = '', autoImport = 'false' } = given;
  if (!erps[erp]) throw new IntegrationMistake(`erp must be ${bookChoices.erp.join(' or ')}, not ${erp}.`, 'erp');
  if (!bookChoices.source.includes(source)) {
    const others = bookChoices.source.slice(0, -1).join(', ');
    throw new IntegrationMistake(`source must be ${others} or ${bookChoices.source.at(-1)}, not ${source}.`, 'source');
  }
  if (autoImport !== 'true' && autoImport !== 'false')
    throw new IntegrationMistake('autoImport must be true or false.', 'autoImport');
  const erpUrl = address(given.erpUrl, 'erpUrl', erp !== 'file');
  const sourceUrl = address(given.sourceUrl, 'sourceUrl', sources[source] !== undefined);
  if (!/^[\x21-\x7e]{1,64}$/.test(number)) {
    throw new IntegrationMistake('number must be 1 to 64 letters, digits and signs.', 'number');
  }
  if (timeZone !== '' && !isTimeZone(timeZone)) throw new IntegrationMistake(`timeZone ${timeZone} is no IANA name.`, 'timeZone');
  const { id: setId, integrationId } = await createSetOfBooks(ledger, {
    ...{ merchantId, number, dialect, role, by },
    erp: { kind: erp, url: erpUrl, key: given.erpKey ?? '' },
    source: { kind: source, url: sourceUrl, userName: given.userName ?? '', key: given.appKey ?? '' },
    ...(timeZone !== '' && { timeZone }),
    autoImport: autoImport === 'true',
  });
  if (name !== '') await changeIntegration(ledger, merchantId, integrationId, { name });
  const told: Record<string, string> = {};
  for (const kind of ['sender', 'administrator'] as const) {
    told[kind] = (await issueBookToken(ledger, { merchantId, setId, kind, userName: kind })).token;
  }
  return { id: integrationId, setId, told };
}

export function address(text: string | undefined, name: string, required: boolean): string {
  if (text === undefined || text === '') {
    if (required) throw new IntegrationMistake(`${name} is required.`, name);
    return '';
  }
  const checked = checkUrl(text, { allow: 'any' });
  if (!checked.ok) throw new IntegrationMistake(`${name} is ${checked.reason}.`, name);
  return text;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
