import { refuse } from '../errors.ts';
import { takeOutReasons, type VisitLine } from './visit.ts';

/** More than any slot holds, and more slots than any machine has. */
const mostUnits = 10_000;
const mostLines = 1_000;

/** Refuses request.invalid, naming the field, what can be seen to be wrong without looking at the machine. */
export function checkVisit({ key, lines }: { key: string; lines: readonly VisitLine[] }): void {
  if (!/^[\w.:-]{8,80}$/.test(key)) refuse('request.invalid', 'key: 8 to 80 letters, digits and . : _ -');
  if (lines.length === 0 || lines.length > mostLines) refuse('request.invalid', `lines: 1 to ${mostLines}`);
  const named = new Set<number>();
  for (const [n, line] of lines.entries()) {
    if (named.has(line.slotId)) refuse('request.invalid', `lines[${n}].slot_id: the slot is named twice`);
    named.add(line.slotId);
    checkLine(line, `lines[${n}]`);
  }
}

function checkLine({ counted, takenOut, added }: VisitLine, at: string): void {
  if (counted === undefined && added === undefined && !takenOut?.length) refuse('request.invalid', `${at}: nothing was done`);
  if (counted !== undefined) requireUnits(counted, 0, `${at}.counted`);
  if (added !== undefined && added !== 'full') requireUnits(added, 1, `${at}.added`);
  for (const [n, { quantity, reason, note }] of (takenOut ?? []).entries()) {
    requireUnits(quantity, 1, `${at}.taken_out[${n}].quantity`);
    if (!takeOutReasons.includes(reason)) refuse('request.invalid', `${at}.taken_out[${n}].reason`);
    if ((note ?? '').length > 200) refuse('request.invalid', `${at}.taken_out[${n}].note: at most 200 characters`);
  }
}

function requireUnits(value: number, least: number, field: string): void {
  if (!Number.isSafeInteger(value) || value < least || value > mostUnits) {
    refuse('request.invalid', `${field}: a whole number from ${least} to ${mostUnits}`);
  }
}
