import type { Mutant } from '../mutant.ts';
import { ledger } from './places.ts';

/** What a refiller did, told when it may be. */
export const visits: readonly Mutant[] = [
  {
    name: 'a visit told again with other content is not taken for the first',
    file: `${ledger}/refills/record-visit.ts`,
    find: 'if (!kept.content_hash.equals(hashOf(draft)))',
    replace: 'if (kept.content_hash.length === 0)',
    tests: [`${ledger}/refills/record-visit.test.ts`],
  },
  {
    name: 'no more is taken out of a slot than is there',
    file: `${ledger}/refills/apply-visit.ts`,
    find: 'if (quantity > slot.onHand) {',
    replace: 'if (quantity > slot.onHand + 1000) {',
    tests: [`${ledger}/refills/record-visit.test.ts`],
  },
  {
    name: 'a visit fills no slot beyond its capacity',
    file: `${ledger}/refills/apply-visit.ts`,
    find: 'if (quantity > room) {',
    replace: 'if (quantity > room + 1000) {',
    tests: [`${ledger}/refills/record-visit.test.ts`],
  },
  {
    name: 'of a visit that is told late, what dropped since it ended is taken off',
    file: `${ledger}/refills/apply-visit.ts`,
    find: 'slot.capacity - dropped - slot.onHand',
    replace: 'slot.capacity - slot.onHand',
    tests: [`${ledger}/refills/record-visit.test.ts`],
  },
  {
    name: 'of a visit that is told late, what fell before it ended is not taken off',
    file: `${ledger}/refills/read-drops-since.ts`,
    find: 'coalesce(j.fell_at, j.at) >=',
    replace: 'j.at >=',
    tests: [`${ledger}/refills/record-visit.test.ts`],
  },
  {
    name: 'a count that is told late decides nothing of what was given up after it',
    file: `${ledger}/stock/record-count.ts`,
    find: 'where(({ not }) => not(unknown))',
    replace: 'where(({ or }) => or([unknown, sql<boolean>`true`]))',
    tests: [`${ledger}/refills/record-visit.test.ts`],
  },
  {
    name: 'a count that is told late is of when it was made',
    file: `${ledger}/stock/record-count.ts`,
    find: `if (source !== 'count') return`,
    replace: `countedAt = now;
  if (source !== 'count') return`,
    tests: [`${ledger}/refills/record-visit.test.ts`],
  },
  {
    name: 'what was filled as one good is not booked as another',
    file: `${ledger}/refills/record-visit.ts`,
    find: 'if (slot.productId !== line.productId) refuse(',
    replace: 'if (slot.productId === 0) refuse(',
    tests: [`${ledger}/refills/record-visit.test.ts`],
  },
  {
    name: 'what was told before goods were taken out is old',
    file: `${ledger}/refills/apply-visit.ts`,
    find: `  await markRestocked(trx, visit, moves);
  await markChanged(trx`,
    replace: `  await markChanged(trx`,
    tests: [`${ledger}/refills/record-visit.test.ts`],
  },
  {
    name: 'the plan is of the machines alone that somebody may see',
    file: `${ledger}/refills/rank-machines.ts`,
    find: 'if (machineIds) conditions.push',
    replace: 'if (machineIds && machineIds.length > 1e9) conditions.push',
    tests: [`${ledger}/refills/plan-refills.test.ts`],
  },
];
