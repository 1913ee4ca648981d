import { FieldError } from '@polyvend/protocols/shared';
import type { IntegrationDraft } from '../ledger/integrations/create-integration.ts';
import type { Integration } from '../ledger/integrations/integration.ts';
import type { Credentials } from '../ledger/integrations/rotate-credentials.ts';
import { isPayStyle, payStyles } from '../ledger/sales/pay-style.ts';
import type { Permission } from '../ledger/staff/roles.ts';

/** One setting of an integration: what it may be, and what it does, in a few words. */
export interface Setting {
  type: 'boolean' | 'number' | 'text' | 'url' | 'numbers' | 'words' | 'pay-style';
  about: string;
  /** What its words may be. */
  choices?: readonly string[];
  /** Without it the role does nothing: the console asks for it. The command line may set it later. */
  needed?: true;
}

/** What a merchant brings to a new integration. */
export interface RoleContext {
  /** What the other side gave us, by the names of `given`. */
  given: Readonly<Record<string, string>>;
  /** What the merchant's machines sign with. */
  deviceKey: string;
  /** Whether the merchant has no integration of this role yet. */
  first: boolean;
}

/** A role in which a dialect meets others, as the command line makes integrations of it. */
export interface IntegrationRole {
  /** integrations.role */
  readonly role: string;
  readonly summary: string;
  /** Credentials that the other side issues, and what each is; without them the hub draws its own. */
  readonly given: Readonly<Record<string, string>>;
  /** Which of `given` is the id by which the other side names itself. */
  readonly givenId?: string;
  /** Those of `given` that may be left out. */
  readonly optional?: readonly string[];
  readonly settings: Readonly<Record<string, Setting>>;
  /** What may be done with its credentials, and what is told to whoever has them: nobody makes any that may do more than they may. */
  confers(integration: Pick<Integration, 'settings'>): readonly Permission[];
  /** What is stored, and what its owner is told: secrets once. */
  create(context: RoleContext): { draft: Omit<IntegrationDraft, 'merchantId' | 'name'>; told: Readonly<Record<string, string>> };
  /**
   * New credentials of our own drawing, and what their owner is told of them, once. An id that machines or others keep stays. Absent where the
   * other side issues them.
   */
  rotate?(integration: Integration): { credentials: Credentials; told: Readonly<Record<string, string>> };
  /** What the other side issued anew: which of `given`, and what becomes of it. @throws Error saying what is wrong with it. */
  readonly replace?: {
    readonly given: readonly string[];
    credentials(given: Readonly<Record<string, string>>, integration: Integration): Credentials;
  };
  /** It goes with a set of books, which is made and changed with it: what is given says where its orders come from and its bills go. */
  readonly ofBooks?: true;
}

/** The value of a setting out of a text. @throws FieldError saying what it may be; Error where there is none of that name. */
export function readSetting(settings: Readonly<Record<string, Setting>>, name: string, text: string): unknown {
  const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (!setting) throw new Error(`there is no setting ${name}; there are ${Object.keys(settings).join(', ') || 'none'}`);
  const value = readers[setting.type](text);
  if (value === undefined) throw new FieldError(name, `must be ${forms[setting.type]}, not ${text}`);
  const { choices } = setting;
  const unknown = choices && [value].flat().find((one) => !choices.includes(String(one)));
  if (unknown !== undefined) throw new FieldError(name, `may be ${choices?.join(', ')}, not ${String(unknown)}`);
  return value;
}

const forms: Record<Setting['type'], string> = {
  boolean: 'true or false',
  number: 'a whole number',
  text: 'a text',
  url: 'an http or https URL, or nothing',
  numbers: 'whole numbers with commas between',
  words: 'words with commas between',
  'pay-style': `one of ${payStyles.join(', ')}`,
};

const readers: Record<Setting['type'], (text: string) => unknown> = {
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  number: (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
  text: (text) => text,
  url: (text) => (text === '' || /^https?:$/.test(URL.parse(text)?.protocol ?? '') ? text : undefined),
  numbers: (text) => (/^(\d{1,9}(,\d{1,9})*)?$/.test(text) ? text.split(',').filter(Boolean).map(Number) : undefined),
  words: (text) => (/^[\w.-]*(,[\w.-]+)*$/.test(text) && text.length <= 2_000 ? text.split(',').filter(Boolean) : undefined),
  'pay-style': (text) => (isPayStyle(text) ? text : undefined),
};
