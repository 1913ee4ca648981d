import type { Mutant } from './mutant.ts';

const ledger = 'packages/server/src/ledger';
const notifications = 'packages/server/src/notifications';
const dialect = 'packages/server/src/dialects/active-order';
const devices = 'packages/server/src/devices';
const conformance = 'e2e/conformance/active-order.test.ts';

/** The rules on which trust rests. A rule whose going none of its tests catches is one that nobody would see go. */
export const rules: readonly Mutant[] = [
  // Stock and orders
  {
    name: 'no more is promised than is for sale',
    file: `${ledger}/orders/place-order.sql.ts`,
    find: '<= s.for_sale, false) as fits',
    replace: '<= s.for_sale + 1000, false) as fits',
    tests: [`${ledger}/orders/place-order.test.ts`, 'e2e/active-order/oversell.test.ts'],
  },
  {
    name: 'an order of a batch counts what those before it ask for',
    file: `${ledger}/orders/place-order.sql.ts`,
    find: 'sum(w.quantity) over (partition by w.merchant_id, w.product_id order by w.n, w.position rows unbounded preceding)',
    replace: 'w.quantity',
    tests: [`${ledger}/orders/place-order.test.ts`],
  },
  {
    name: 'what an order takes stands in the journal',
    file: `${ledger}/orders/place-order.sql.ts`,
    find: `'order', 0, quantity, order_id from ordered_line`,
    replace: `'order', 0, quantity, order_id from ordered_line where false`,
    tests: [`${ledger}/orders/place-order.test.ts`],
  },
  {
    name: 'an order left gives back what was not sent',
    file: `${ledger}/orders/change-order.ts`,
    find: `if (to !== 'paid') await releaseUnits(`,
    replace: `if (to === 'payment_failed') await releaseUnits(`,
    tests: [`${ledger}/orders/change-order.test.ts`],
  },
  {
    name: 'the payment window ends by the clock, not by a sweep',
    file: `${ledger}/orders/change-order.ts`,
    find: 'order.expires_at <= now) return true;',
    replace: 'order.expires_at <= new Date(0)) return true;',
    tests: [`${ledger}/orders/expire-orders.test.ts`],
  },
  {
    name: 'a poisoned order of a batch harms no other',
    file: `${ledger}/batch.ts`,
    find: 'if (batch.length === 1 || (isDatabaseGone(error) && !isRetriable(error))) {',
    replace: 'if (batch.length > 0) {',
    tests: [`${ledger}/orders/place-order.test.ts`, `${ledger}/batch.test.ts`],
  },
  {
    name: 'a machine’s report from before the last one is stale',
    file: `${ledger}/stock/record-count.ts`,
    find: '(countedAt < reportedAt || (countedAt.getTime()',
    replace: '((countedAt.getTime()',
    tests: [`${ledger}/stock/record-count.test.ts`],
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
    find: `const conflict = code.state === 'used';`,
    replace: 'const conflict = false;',
    tests: [`${ledger}/pickup-codes/pickup-codes.test.ts`],
  },

  // Dispensing
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
    find: `state === 'reserved' || state === 'failed');`,
    replace: `state === 'reserved' || state === 'failed' || state === 'held');`,
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

  // Machines
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
  // Tenants and credentials
  {
    name: 'a machine of another merchant is unknown',
    file: `${ledger}/machines/find-machine.ts`,
    find: `.where('m.merchant_id', '=', merchantId)`,
    replace: `.where('m.merchant_id', '>', 0)`,
    tests: [conformance],
  },
  {
    name: "another platform's machine does not sign in",
    file: `${ledger}/machines/find-machine-by-no.ts`,
    find: `.where('m.upstream_integration_id', 'is', null)`,
    replace: '',
    tests: [`${ledger}/upstream/foreign-machines.test.ts`],
  },
  {
    name: "nothing is ordered from another platform's machine",
    file: `${ledger}/orders/place-order.sql.ts`,
    find: 'and m.upstream_integration_id is null and m.operational',
    replace: 'and m.operational',
    tests: [`${ledger}/upstream/foreign-machines.test.ts`],
  },
  {
    name: 'an order of another merchant is unknown',
    file: `${ledger}/orders/get-order.ts`,
    find: `.where('merchant_id', '=', merchantId)\n    .where('id', '=', orderId)\n    .where('machine_id', '=', machineId)`,
    replace: `.where('id', '=', orderId)`,
    tests: [conformance],
  },
  {
    name: 'an order is paid by its own merchant',
    file: `${ledger}/orders/change-order.ts`,
    find: `    .where('merchant_id', '=', merchantId)\n    .where('id', '=', orderId)\n    .where('machine_id', '=', machineId)`,
    replace: `    .where('id', '=', orderId)`,
    tests: [`${ledger}/orders/change-order.test.ts`],
  },
  {
    name: 'the secret must be right',
    file: `${dialect}/verify.ts`,
    find: 'secretHash !== null && timingSafeEqual(secretHash, given)',
    replace: 'secretHash !== null && secretHash.length === given.length',
    tests: [conformance],
  },
  {
    name: 'a payload must be signed',
    file: `${dialect}/verify.ts`,
    find: 'if (!verifySignature(params, params.sign, appKeyOf(integration)))',
    replace: 'if (!verifySignature(params, params.sign, appKeyOf(integration)) && params === null)',
    tests: [conformance],
  },
  {
    name: 'a payload must be of now',
    file: `${dialect}/verify.ts`,
    find: '> timestampWindow) throw',
    replace: '> timestampWindow * 1_000_000) throw',
    tests: [conformance],
  },

  // Machines
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

  // Telling the outside
  {
    name: 'an attempt is written down before the call',
    file: `${notifications}/claim-notifications.ts`,
    find: 'select merchant_id, id, attempts, $1::timestamptz from claimed',
    replace: 'select merchant_id, id, attempts, $1::timestamptz from claimed where false',
    tests: [`${notifications}/claim-notifications.test.ts`],
  },
  {
    name: 'of one order only the head is sent',
    file: `${notifications}/claim-notifications.ts`,
    find: 'where h.merchant_id = n.merchant_id and h.order_key = n.order_key and h.state',
    replace: 'where h.merchant_id = n.merchant_id and h.id = n.id and h.state',
    tests: [`${notifications}/claim-notifications.test.ts`],
  },
  {
    name: 'one event is one notification, however often it is handed over',
    file: `${notifications}/insert-notifications.ts`,
    find: 'on conflict (merchant_id, job_key) do nothing',
    replace: `on conflict (merchant_id, job_key) do update set state = 'waiting'`,
    tests: [`${notifications}/dispatch-events.test.ts`],
  },
  {
    name: 'private addresses are not called',
    file: `${notifications}/http/allowed-address.ts`,
    find: 'return isPublic(parsed) ||',
    replace: 'return !isPublic(parsed) || isPublic(parsed) ||',
    tests: [`${notifications}/http/guarded-http.test.ts`, `${notifications}/http/check-url.test.ts`],
  },
  {
    name: 'a name that leads to a private address is not called',
    file: `${notifications}/http/guarded-connect.ts`,
    find: 'found.length === 0 || found.some(({ address }) => !check(address))',
    replace: 'found.length === 0',
    tests: [`${notifications}/http/guarded-http.test.ts`],
  },
  {
    name: 'received is a 2xx and nothing else',
    file: `${notifications}/deliver.ts`,
    find: `return status >= 200 && status < 300 ? ''`,
    replace: `return status >= 200 && status < 600 ? ''`,
    tests: [`${notifications}/worker.test.ts`],
  },
];
