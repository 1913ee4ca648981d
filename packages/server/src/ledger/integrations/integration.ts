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
}
