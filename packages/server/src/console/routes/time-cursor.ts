import { refuse } from '../../ledger/errors.ts';

/** The place in a list that goes by time and id. */
export interface Place {
  at: Date;
  id: number;
}

export const cursorAt = ({ at, id }: Place): string => `${at.getTime()}-${id}`;

/** Refuses request.invalid. */
export function readCursor(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const [, at, id] = /^(-?\d{1,15})-(\d{1,15})$/.exec(cursor) ?? refuse('request.invalid', 'cursor');
  return { at: new Date(Number(at)), id: Number(id) };
}
