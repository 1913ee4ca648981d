import type { Merchant } from '../merchants/get-merchant.ts';

/** One merchant's credentials and settings for one dialect in one role. */
export interface Integration {
  merchant: Merchant;
  id: number;
  dialect: string;
  role: string;
  /** The id by which the other side names itself. */
  wireId: string;
  name: string;
  /** Of the secret that is only ever compared. */
  secretHash: Buffer | null;
  /** Secrets that are needed in clear, e.g. to sign. */
  secrets: Readonly<Record<string, string>>;
  settings: Readonly<Record<string, unknown>>;
  /** While two sets of credentials count: until when, whether this is the old one, and the secrets of the other. */
  overlap?: { until: Date; isOld: boolean; secrets: Readonly<Record<string, string>> };
}

/**
 * The one that is meant, of those whose credentials fit what came: none where two integrations are. The same one with its old and its
 * new credentials is one.
 */
export function theOne(fitting: readonly Integration[]): Integration | undefined {
  const [first] = fitting;
  return fitting.every(({ id }) => id === first?.id) ? first : undefined;
}
