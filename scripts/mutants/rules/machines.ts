import type { Mutant } from '../mutant.ts';
import { conformance, ledger } from './places.ts';

const devices = 'packages/server/src/devices';

/** What machines say, who may say it, and what they are told. */
export const machines: readonly Mutant[] = [
  {
    name: 'a fault that is cleared twice is one command',
    file: `${ledger}/machines/clear-slot-fault.ts`,
    find: '(await findUnderWay(ledger, trx, command)) ?? ',
    replace: '',
    tests: [`${ledger}/machine-commands/machine-commands.test.ts`],
  },
  {
    name: 'a fault that is cleared of another slot is another command',
    file: `${ledger}/machine-commands/request-machine-command.ts`,
    find: ".where('slot_id', 'is not distinct from', slotId)",
    replace: '',
    tests: [`${ledger}/machine-commands/machine-commands.test.ts`],
  },
  {
    name: 'a restart waits for the can that falls',
    file: `${ledger}/machine-commands/claim-machine-command.ts`,
    find: `or machine.locked_until <= \${now})`,
    replace: 'or true)',
    tests: [`${ledger}/machine-commands/machine-commands.test.ts`],
  },
  {
    name: 'nothing starts again long after it was told to',
    file: `${ledger}/machine-commands/claim-machine-command.ts`,
    find: `and state = 'queued' and due_at > \${now}`,
    replace: `and state = 'queued'`,
    tests: [`${ledger}/machine-commands/machine-commands.test.ts`],
  },
  {
    name: 'no can is sent into a shutdown',
    file: `${ledger}/machine-commands/claim-machine-command.ts`,
    find: 'if (acts) {',
    replace: `if (next.kind === 'restart') {`,
    tests: [`${ledger}/machine-commands/machine-commands.test.ts`],
  },
  {
    name: 'a restart that is overdue is not the one that is asked for now',
    file: `${ledger}/machine-commands/request-machine-command.ts`,
    find: `.where('due_at', '>', ledger.clock.now())`,
    replace: '',
    tests: [`${ledger}/machine-commands/machine-commands.test.ts`],
  },
  {
    name: 'a restart asked for again while it is under way is that one',
    file: `${ledger}/machine-commands/request-machine-command.ts`,
    find: 'if (underWay !== undefined) return underWay;',
    replace: '',
    tests: [`${ledger}/machine-commands/machine-commands.test.ts`],
  },
  {
    name: 'an older word of a machine on its condition changes nothing',
    file: `${ledger}/machines/record-machine-status.ts`,
    find: 'if (saidAt < known.saidAt)',
    replace: 'if (saidAt < known.saidAt && merchantId < 0)',
    tests: [`${ledger}/machines/machine-status.test.ts`],
  },
  {
    name: 'a condition that is as before is told to nobody',
    file: `${ledger}/machines/record-machine-status.ts`,
    find: `if (!changed) return 'same';`,
    replace: '',
    tests: [`${ledger}/machines/machine-status.test.ts`],
  },
  {
    name: 'a machine that was heard from in time is not silent',
    file: `${ledger}/machines/notice-silence.ts`,
    find: 'silence_due_at = case when d.silent_at >',
    replace: 'silence_due_at = case when false and d.silent_at >',
    tests: [`${ledger}/machines/machine-status.test.ts`],
  },
  {
    name: 'a slot is sold out from the order on that takes the last',
    file: `${ledger}/orders/place-order.sql.ts`,
    find: 'case when s.on_hand <= s.reserved + t.quantity then $3::timestamptz end',
    replace: 'null',
    tests: [`${ledger}/machines/machine-status.test.ts`],
  },
  {
    name: 'a machine’s message must be signed',
    file: `${devices}/receive.ts`,
    find: 'return verifyMessage(decoded.fields, machine.deviceKey) ?',
    replace: 'return verifyMessage(decoded.fields, machine.deviceKey) || machine ?',
    tests: [conformance],
  },
  {
    name: 'a machine speaks for itself alone',
    file: `${devices}/receive.ts`,
    find: 'if (arrival.machine && arrival.machine.machineNo !== machineNo)',
    replace: 'if (arrival.machine && arrival.machine.id < 0)',
    tests: ['e2e/active-order/machines.test.ts'],
    title: 'client_id|speak for another',
  },
  {
    name: 'the last will of a connection that was replaced means nothing',
    file: `${devices}/receive.ts`,
    find: 'if (arrival.replaced && method === lastWill)',
    replace: `if (arrival.replaced && method === '')`,
    tests: ['e2e/active-order/machines.test.ts'],
    title: 'a second connection of the same machine',
  },
  {
    name: 'a machine hears its own topic alone',
    file: `${devices}/embedded-broker.ts`,
    find: 'const allowed = machine !== undefined && subscription.topic === topics.clientOf(machine.machineNo);',
    replace: 'const allowed = machine !== undefined;',
    tests: ['e2e/active-order/machines.test.ts'],
    title: 'a subscription to',
  },
  {
    name: 'a machine’s password must be right',
    file: `${devices}/embedded-broker.ts`,
    find: 'return timingSafeEqual(wanted, given) ? machine : undefined;',
    replace: 'return wanted.length === given.length ? machine : undefined;',
    tests: ['e2e/active-order/machines.test.ts'],
    title: 'refused$',
  },
  {
    name: 'a message is acknowledged when it is in the ledger, not before',
    file: `${devices}/embedded-broker.ts`,
    find: 'receive({ topic: packet.topic, payload, machine, replaced }).then(',
    replace:
      'void receive({ topic: packet.topic, payload, machine, replaced }).catch(() => undefined);\n      Promise.resolve().then(',
    tests: ['e2e/reliability/acknowledgement.test.ts'],
  },
  {
    name: 'a command waits for a machine that listens',
    file: `${devices}/command-queue.ts`,
    find: 'if (!link.isReady() || reached === false) return;',
    replace: 'if (!link.isReady()) return;',
    tests: ['e2e/reliability/listening.test.ts'],
  },
];
