import { dialects } from '../dialects/index.ts';
import type { IntegrationRole, Setting } from '../http/integration-role.ts';
import { payStyles } from '../ledger/sales/pay-style.ts';
import { bookChoices } from './create-books.ts';

/** A field of a form. */
export interface Field {
  name: string;
  type: Setting['type'];
  about: string;
  optional: boolean;
  /** What it may be; empty: anything of its type. */
  choices: readonly string[];
}

export interface DescribedRole {
  dialect: string;
  role: string;
  summary: string;
  /** What the other side issues, to be filled in. */
  given: Field[];
  settings: Field[];
  /** Who draws the credentials: we, who can draw new ones, or the other side, which gives us new ones. */
  issuedBy: 'us' | 'them';
  /** Which of `given` are given anew. */
  replaces: readonly string[];
  ofBooks: boolean;
}

/** Every dialect and role that an integration can have. */
export const describedRoles: readonly DescribedRole[] = dialects.flatMap(({ name, roles }) =>
  roles.map((role) => describe(name, role)),
);

function describe(dialect: string, kind: IntegrationRole): DescribedRole {
  const { role, summary, given, optional = [], settings, replace, ofBooks = false } = kind;
  return {
    ...{ dialect, role, summary, ofBooks, replaces: replace?.given ?? [] },
    issuedBy: replace ? 'them' : 'us',
    given: Object.entries(given).map(([name, about]) => ({
      ...{ name, about, type: typeOf(name), optional: optional.includes(name) },
      choices: ofBooks ? (bookChoices[name as keyof typeof bookChoices] ?? []) : [],
    })),
    settings: Object.entries(settings).map(([name, { type, about, choices = [], needed = false }]) => ({
      ...{ name, about, type, optional: !needed },
      choices: type === 'pay-style' ? payStyles : choices,
    })),
  };
}

function typeOf(name: string): Setting['type'] {
  return /url$/i.test(name) ? 'url' : name === 'autoImport' ? 'boolean' : 'text';
}

/** A setting as the text that it is read from. */
export function settingText(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  return value === undefined || value === null ? '' : String(value);
}
