import { useState } from 'react';
import type { Answer, Input } from '../../api/client.ts';
import { useSession } from '../../api/session.tsx';

export type MachineNeeds = Answer<'GET /machines/{machine}/refill-plan'>;
export type Slot = MachineNeeds['cabinets'][number]['slots'][number];
type VisitBody = Input<'POST /machines/{machine}/visits'>['body'];

/** What was done to a slot so far, as the hub is told of it. */
export type DraftLine = Omit<VisitBody['lines'][number], 'slot_id' | 'product_id'>;
export type TakenOut = NonNullable<DraftLine['taken_out']>[number];

/** With what the slot was then: its name, and the number of its good. */
type KeptLine = DraftLine & { name: string; product_id: number };

/** A visit that is not recorded yet. It is kept in the browser: neither a reload nor a lost network loses it. */
export interface Draft {
  /** Made with the first thing that was done: whatever is sent of it, however often, is done once. */
  key: string;
  begunAt: string;
  lines: Readonly<Record<string, KeptLine>>;
  /** It was sent, and no answer came: it may be recorded, so that nothing of it may change any more. */
  isSent: boolean;
  /**
   * When it was sent first, by the clock of the hub: what is sold until it arrives is taken off there. It stays when the visit is refused and
   * mended: the rest was done by then all the same.
   */
  endedAt?: string;
}

export interface Drafting {
  draft: Draft | undefined;
  /** The draft was there when the page was opened. */
  isFromBefore: boolean;
  setLines(lines: readonly (readonly [Slot, DraftLine])[]): void;
  /** Takes out what was done to these slots. */
  leaveOut(slotIds: readonly number[]): void;
  /** Answers what is to be sent: without these slots, unless it was sent before, for then the same is told again. */
  setSent(endedAt: string, without: readonly Slot[]): Draft | undefined;
  /** It was refused, and may be changed again. */
  setRefused(): void;
  clear(): void;
}

/** Of whoever is signed in: what another did, who used this browser before, is neither shown nor sent in their name. */
export function useDraft(machineId: number): Drafting {
  const { merchant, user } = useSession();
  const place = `polyvend.visit.${merchant.id}.${user.id}.${machineId}`;
  const [draft, setDraft] = useState(() => readDraft(place));
  const [isFromBefore, setFromBefore] = useState(draft !== undefined);

  // Written at once, and not behind the next drawing: the page may be gone by then.
  function keep(next: Draft | undefined) {
    if (next) localStorage.setItem(place, JSON.stringify(next));
    else localStorage.removeItem(place);
    setDraft(next);
  }

  function change(lines: Readonly<Record<string, KeptLine | undefined>>) {
    const before = readDraft(place);
    const done: Record<string, KeptLine> = {};
    for (const [id, line] of Object.entries({ ...before?.lines, ...lines })) if (line && !isIdle(line)) done[id] = line;
    if (Object.keys(done).length === 0) return keep(undefined);
    keep({ ...(before ?? { key: newKey(), begunAt: new Date().toISOString() }), lines: done, isSent: false });
  }

  return {
    draft,
    isFromBefore: isFromBefore && draft !== undefined,
    setLines: (lines) =>
      change(Object.fromEntries(lines.map(([{ id, name, product_id }, line]) => [id, { ...line, name, product_id }]))),
    leaveOut: (slotIds) => change(Object.fromEntries(slotIds.map((id) => [id, undefined]))),
    setSent(endedAt, without) {
      if (!draft) return undefined;
      const lines = { ...draft.lines };
      if (!draft.isSent) for (const { id } of without) delete lines[id];
      const sent = { ...draft, lines, isSent: true, endedAt: draft.endedAt ?? endedAt };
      keep(sent);
      return sent;
    },
    setRefused() {
      const before = readDraft(place);
      if (before) keep({ ...before, isSent: false });
    },
    clear() {
      setFromBefore(false);
      keep(undefined);
    },
  };
}

function readDraft(place: string): Draft | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? 'null') as Draft | null;
    return kept?.key && kept.lines ? kept : undefined;
  } catch {
    return undefined;
  }
}

const isIdle = ({ counted, taken_out, added }: DraftLine): boolean =>
  counted === undefined && added === undefined && (taken_out ?? []).length === 0;

/** Not randomUUID, which browsers have only on https and localhost. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function bodyOf({ key, begunAt, endedAt, lines }: Draft): VisitBody {
  return {
    key,
    begun_at: begunAt,
    ...(endedAt !== undefined && { ended_at: endedAt }),
    lines: Object.entries(lines).map(([id, { name: _, ...line }]) => ({ slot_id: Number(id), ...line })),
  };
}

/** It was counted, or given another good, after the visit was sent first: nothing of this visit can be done to it any more. */
export function isTooLate({ counted_at }: Slot, draft: Draft | undefined): boolean {
  return draft?.endedAt !== undefined && counted_at !== null && Date.parse(counted_at) > Date.parse(draft.endedAt);
}

/** What was done to a slot, and still holds. */
export function lineOf(slot: Slot, draft: Draft | undefined): DraftLine | undefined {
  const kept = draft?.lines[slot.id];
  if (!kept || kept.product_id !== slot.product_id || isTooLate(slot, draft)) return undefined;
  const { name: _, product_id: __, ...line } = kept;
  return line;
}

/** The slots of a draft that have changed since, or are there no longer: the hub would refuse it for them. What is on its way is left alone. */
export function changedIn(slots: readonly Slot[], draft: Draft | undefined): { id: number; name: string }[] {
  if (!draft || draft.isSent) return [];
  return Object.entries(draft.lines).flatMap(([id, { name }]) => {
    const slot = slots.find((one) => one.id === Number(id));
    return slot && lineOf(slot, draft) ? [] : [{ id: Number(id), name: slot?.name ?? name }];
  });
}

/** What a slot holds after a line, and what cannot be. */
export interface Outcome {
  /** Counted, else by the books. */
  there: number;
  out: number;
  /** What may be added. */
  room: number;
  added: number;
  after: number;
  problem: 'tooMany' | 'tooFew' | undefined;
}

export function outcomeOf({ on_hand, capacity }: Slot, { counted, taken_out, added }: DraftLine = {}): Outcome {
  const there = counted ?? on_hand;
  const out = (taken_out ?? []).reduce((sum, { quantity }) => sum + quantity, 0);
  const room = Math.max(0, capacity - (there - out));
  const plus = added === 'full' ? room : (added ?? 0);
  const problem = out > there ? 'tooFew' : plus > room ? 'tooMany' : undefined;
  return { there, out, room, added: plus, after: there - out + plus, problem };
}

/** It changes nothing by now: to be filled was a slot that somebody else filled meanwhile. */
export const doesNothing = ({ counted }: DraftLine, { out, added }: Outcome): boolean =>
  counted === undefined && out === 0 && added === 0;

/** Slots that can be filled, and for which nothing was said of how much. */
export function fillable(slots: readonly Slot[], draft: Draft | undefined): Slot[] {
  return slots.filter((slot) => {
    if (!slot.goods || !slot.on_sale || isTooLate(slot, draft)) return false;
    const line = lineOf(slot, draft);
    return line?.added === undefined && outcomeOf(slot, line).room > 0;
  });
}

/** Sums over a draft, for the line at the foot; `idle` are the slots of which nothing is left to be done. */
export function summaryOf(slots: readonly Slot[], draft: Draft | undefined) {
  const all = slots.flatMap((slot) => {
    const line = lineOf(slot, draft);
    return line ? [{ slot, line, outcome: outcomeOf(slot, line) }] : [];
  });
  // What was sent may be in the books already.
  const idle = draft?.isSent ? [] : all.filter(({ line, outcome }) => doesNothing(line, outcome));
  const done = all.filter((one) => !idle.includes(one));
  return {
    done,
    idle: idle.map(({ slot }) => slot),
    added: done.reduce((sum, { outcome }) => sum + outcome.added, 0),
    out: done.reduce((sum, { outcome }) => sum + outcome.out, 0),
    counted: done.filter(({ line }) => line.counted !== undefined).length,
    problems: done.filter(({ outcome }) => outcome.problem !== undefined),
  };
}
