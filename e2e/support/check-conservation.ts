import { sql } from 'kysely';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import type { TestMachine } from './add-test-machine.ts';

/** The books of one slot: what the slot says, and what its journal, its units and its refills say. */
export interface SlotBooks {
  merchantId: number;
  machineId: number;
  slotId: number;
  slot: string;
  code: string;
  addr: number;
  onHand: number;
  reserved: number;
  /** Sums of the journal. */
  journalOnHand: number;
  journalReserved: number;
  initial: number;
  refilled: number;
  adjusted: number;
  /** What left by the journal, tests, offline sales and codes included. */
  taken: number;
  /** Rows of refill_lines. */
  refillLines: number;
  /** Units that keep stock reserved. */
  openUnits: number;
  /** Units that dropped, by their own rows. */
  droppedUnits: number;
  /** What a code fetched at the machine although it had been used: a drop without a unit. */
  usedTwice: number;
}

/**
 * The rule of stock: for every slot, initial + refills ± adjustments − dispensed = on_hand, the sum of the journal equals the slot,
 * and the open units' sum is what is reserved. Given machines, what left each slot by the books is what its virtual machine dropped:
 * only where nothing was lost on the way. Throws with everything that is wrong.
 */
export async function checkConservation(ledger: Ledger, machines: readonly TestMachine[] = []): Promise<SlotBooks[]> {
  const books = await readBooks(ledger);
  const wrong = books.flatMap(faultsOf);
  for (const { id, machineNo, virtual } of machines) {
    for (const slot of books.filter(({ machineId }) => machineId === id)) {
      const drops = virtual.drops.filter(({ addr, code }) => addr === slot.addr && code === slot.code).length;
      if (drops !== slot.taken) wrong.push(`${machineNo} ${slot.slot}: ${drops} drops, ${slot.taken} taken by the books`);
    }
  }
  if (wrong.length > 0) throw new Error(`The books are wrong:\n${wrong.join('\n')}`);
  return books;
}

function faultsOf(slot: SlotBooks): string[] {
  const { onHand, reserved, initial, refilled, adjusted, taken, openUnits, droppedUnits, usedTwice } = slot;
  const rules: [string, number, number][] = [
    ['on_hand is the sum of the journal', onHand, slot.journalOnHand],
    ['reserved is the sum of the journal', reserved, slot.journalReserved],
    ['initial + refills ± adjustments − dispensed = on_hand', onHand, initial + refilled + adjusted - taken],
    ['reserved is the open units', reserved, openUnits],
    ['what was taken is what dropped', taken, droppedUnits + usedTwice],
    ['refills are their lines', refilled, slot.refillLines],
  ];
  return rules
    .filter(([, one, other]) => one !== other)
    .map(
      ([rule, one, other]) => `merchant ${slot.merchantId} slot ${slot.slot} (${slot.slotId}): ${rule}: ${one} is not ${other}`,
    );
}

async function readBooks(ledger: Ledger): Promise<SlotBooks[]> {
  const { rows } = await sql<SlotBooks>`
    select s.merchant_id as "merchantId", s.machine_id as "machineId", s.id as "slotId", s.name as slot, s.code, b.addr,
      s.on_hand as "onHand", s.reserved, coalesce(j.on_hand, 0)::int as "journalOnHand",
      coalesce(j.reserved, 0)::int as "journalReserved", coalesce(j.initial, 0)::int as initial,
      coalesce(j.refilled, 0)::int as refilled, coalesce(j.adjusted, 0)::int as adjusted, coalesce(j.taken, 0)::int as taken,
      coalesce(j.used_twice, 0)::int as "usedTwice",
      coalesce((select sum(quantity) from refill_lines r where r.merchant_id = s.merchant_id and r.slot_id = s.id), 0)::int
        as "refillLines",
      (select count(*) from dispenses d where d.merchant_id = s.merchant_id and d.slot_id = s.id and d.reserves
        and d.state in ('reserved', 'queued', 'sent', 'held'))::int as "openUnits",
      (select count(*) from dispenses d where d.merchant_id = s.merchant_id and d.slot_id = s.id and d.state = 'dispensed')::int
        as "droppedUnits"
    from slots s
    join cabinets b on b.merchant_id = s.merchant_id and b.id = s.cabinet_id
    left join (
      select merchant_id, slot_id, sum(on_hand_change) as on_hand, sum(reserved_change) as reserved,
        sum(on_hand_change) filter (where reason = 'initial') as initial,
        sum(on_hand_change) filter (where reason = 'refill') as refilled,
        sum(on_hand_change) filter (where reason in ('machine-report', 'count', 'unbooked', 'in-report', 'upstream-report')) as adjusted,
        -sum(on_hand_change) filter (where reason in ('dispensed', 'test-dispensed', 'machine-sale', 'pickup-code', 'decided'))
          as taken,
        -sum(on_hand_change) filter (where reason = 'pickup-code' and note = 'used twice') as used_twice
      from stock_journal group by merchant_id, slot_id
    ) j on j.merchant_id = s.merchant_id and j.slot_id = s.id
    order by s.merchant_id, s.id`.execute(ledger.db);
  return rows;
}
