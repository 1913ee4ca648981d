/** bill 账单, handover 交接, day-end 日结, take-out 外卖账单 */
export const posKinds = ['bill', 'handover', 'day-end', 'take-out'] as const;
export type PosKind = (typeof posKinds)[number];

/** What a shop tells, as it is told. Money in minor units. */
export interface PosRecordDraft {
  kind: PosKind;
  /** What stays when it is told again: the bill's id, the business day. */
  key: string;
  /** Of two of one key the higher replaces the lower. */
  version: number;
  /** The time by which it is asked for. */
  at: Date;
  staffId: number;
  staffName: string;
  createdOn: Date | null;
  /** Of a day end: `YYYY-MM-DD`. */
  businessDay: string | null;
  amountCents: number;
  /** JSON, kept word for word. */
  document: string;
  /** What is odd about it, in words. */
  doubts: readonly string[];
}

/** Who told it: our own sales, a cash register, another platform. */
export type PosSource = 'ledger' | 'register' | 'mirror';
