import type { Mutant } from '../mutant.ts';
import { ledger } from './places.ts';

/** Nothing drops twice, and what is unknown is held. */
export const dispensing: readonly Mutant[] = [
  {
    name: 'one command in flight: the machine is locked',
    file: `${ledger}/dispensing/claim-command.sql.ts`,
    find: 'and l.locked_until <= $3::timestamptz',
    replace: '',
    tests: [`${ledger}/dispensing/claim-command.test.ts`],
  },
  {
    name: 'of two that claim at once the second waits at the lock’s row',
    file: `${ledger}/dispensing/claim-command.sql.ts`,
    find: '  for no key update of l\n',
    replace: '',
    tests: [`${ledger}/dispensing/claim-command.test.ts`],
  },
  {
    name: 'debug mode forgives silence only where the machine is known to listen',
    file: `${ledger}/dispensing/claim-command.sql.ts`,
    find: '$9::bool',
    replace: '($9::bool or true)',
    tests: [`${ledger}/dispensing/claim-command.test.ts`],
  },
  {
    name: 'a command is marked sent before it is sent',
    file: `${ledger}/dispensing/claim-command.sql.ts`,
    find: `update dispense_commands c set state = 'sent'`,
    replace: `update dispense_commands c set state = 'queued'`,
    tests: [`${ledger}/dispensing/claim-command.test.ts`],
  },
  {
    name: 'an answer said before moves nothing',
    file: `${ledger}/dispensing/record-answer.ts`,
    find: 'first: answers.find(({ answer_index }) => answer_index === index)',
    replace: 'first: undefined as (typeof answers)[number] | undefined',
    tests: [`${ledger}/dispensing/record-answer.test.ts`],
  },
  {
    name: 'an unknown outcome is held, and not failed',
    file: `${ledger}/dispensing/give-up-silent.ts`,
    find: `set({ state: unitMoves.giveUp.to, error: 'time-out'`,
    replace: `set({ state: 'failed', error: 'time-out'`,
    tests: [`${ledger}/dispensing/record-answer.test.ts`],
  },
  {
    name: 'a held unit is not dispensed again',
    file: `${ledger}/dispensing/request-dispense.ts`,
    find: `state === 'reserved' || (state === 'failed' && !madeGood.has(id)));`,
    replace: `state === 'reserved' || state === 'held' || (state === 'failed' && !madeGood.has(id)));`,
    tests: [`${ledger}/dispensing/request-dispense.test.ts`],
  },
  {
    name: 'asked again while it is under way: the same delivery',
    file: `${ledger}/dispensing/request-dispense.ts`,
    find: 'if (underWay?.batch_id) return underWay.batch_id;',
    replace: 'void underWay;',
    tests: [`${ledger}/dispensing/request-dispense.test.ts`],
  },
  {
    name: 'only what the machine itself was asked can it answer',
    file: `${ledger}/dispensing/lock-command.ts`,
    find: `.where('c.machine_id', '=', machineId)`,
    replace: '',
    tests: [`${ledger}/dispensing/record-answer.test.ts`],
  },
];
