import type { Mutant } from '../mutant.ts';
import { ledger } from './places.ts';

/** A code fetches once what it is for. */
export const pickupCodes: readonly Mutant[] = [
  {
    name: 'a code does not fetch the good that came into its slot later',
    file: `${ledger}/pickup-codes/use-pickup-code.ts`,
    find: 'slot.productId !== productId ||',
    replace: '',
    tests: [`${ledger}/planogram/change-planogram.test.ts`],
  },
  {
    name: 'a used pickup code is used',
    file: `${ledger}/pickup-codes/use-pickup-code.ts`,
    find: `if (found.state === 'used') refuse('pickup-code.used', '', { orderId: found.order_id });`,
    replace: '',
    tests: [`${ledger}/pickup-codes/pickup-codes.test.ts`],
  },
  {
    name: 'of a code used by a call and at the machine the first committed wins',
    file: `${ledger}/pickup-codes/record-machine-use.ts`,
    find: `const conflict = code.state === 'used' || code.state === 'taken';`,
    replace: 'const conflict = false;',
    tests: [`${ledger}/pickup-codes/pickup-codes.test.ts`],
  },
  {
    name: 'a code typed at two machines at once is taken by one',
    file: `${ledger}/pickup-codes/type-pickup-code.ts`,
    find: '    .limit(1)\n    .forNoKeyUpdate()\n',
    replace: '    .limit(1)\n',
    tests: [`${ledger}/pickup-codes/type-pickup-code.test.ts`],
  },
  {
    name: 'a code whose dispense fails is good again',
    file: `${ledger}/pickup-codes/conclude-fetch.ts`,
    find: 'const restored = undone && code.conflict_at === null;',
    replace: 'const restored = undone && code.id < 0;',
    tests: [`${ledger}/pickup-codes/type-pickup-code.test.ts`],
  },
  {
    name: 'a held unit restores no code',
    file: `${ledger}/dispensing/give-up-silent.ts`,
    find: '    await settleLine(ledger, trx, command, sweep);',
    replace: `    await (await import('../pickup-codes/conclude-fetch.ts')).concludeFetch(ledger, trx, { ...command, outcome: 'failed', cause: sweep });
    await settleLine(ledger, trx, command, sweep);`,
    tests: [`${ledger}/pickup-codes/type-pickup-code.test.ts`],
  },
  {
    name: 'a keypad is deaf after too many wrong codes',
    file: `${ledger}/pickup-codes/type-pickup-code.ts`,
    find: '>= ledger.rules.wrongCodesPerMinute',
    replace: '>= Number.MAX_SAFE_INTEGER',
    tests: [`${ledger}/pickup-codes/type-pickup-code.test.ts`],
  },
  {
    name: 'a code of another mall is claimed by one machine',
    file: `${ledger}/external-codes/claim-external-code.ts`,
    find: 'const hash = ledger.vault.fingerprint(code);',
    replace: 'const hash = ledger.vault.fingerprint(code + serial + claim.machineId);',
    tests: [`${ledger}/external-codes/external-codes.test.ts`],
  },
  {
    name: 'a mall’s answer that comes too late, or twice, dispenses nothing',
    file: `${ledger}/external-codes/answer-external-code.ts`,
    find: 'if (code.deadline <= ledger.clock.now()) {',
    replace: 'if (code.deadline <= new Date(0)) {',
    tests: [`${ledger}/external-codes/external-codes.test.ts`],
  },
  {
    name: 'of two uses elsewhere one wins',
    file: `${ledger}/pickup-codes/use-open-pickup-code.ts`,
    find: `if (found.state === 'used') return found.used_ref === ref ? found.id : refuse('pickup-code.used');`,
    replace: `if (found.state === 'used') return found.id;`,
    tests: [`${ledger}/pickup-codes/use-open-pickup-code.test.ts`],
  },
];
