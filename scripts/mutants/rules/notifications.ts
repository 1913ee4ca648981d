import type { Mutant } from '../mutant.ts';

const room = 'packages/server/src/notifications';

/** Telling the outside. */
export const notifications: readonly Mutant[] = [
  {
    name: 'an attempt is written down before the call',
    file: `${room}/claim-notifications.ts`,
    find: 'select merchant_id, id, attempts, $1::timestamptz from claimed',
    replace: 'select merchant_id, id, attempts, $1::timestamptz from claimed where false',
    tests: [`${room}/claim-notifications.test.ts`],
  },
  {
    name: 'of one order only the head is sent',
    file: `${room}/claim-notifications.ts`,
    find: 'where h.merchant_id = n.merchant_id and h.order_key = n.order_key and h.state',
    replace: 'where h.merchant_id = n.merchant_id and h.id = n.id and h.state',
    tests: [`${room}/claim-notifications.test.ts`],
  },
  {
    name: 'one event is one notification, however often it is handed over',
    file: `${room}/insert-notifications.ts`,
    find: 'on conflict (merchant_id, job_key) do nothing',
    replace: `on conflict (merchant_id, job_key) do update set state = 'waiting'`,
    tests: [`${room}/dispatch-events.test.ts`],
  },
  {
    name: 'private addresses are not called',
    file: `${room}/http/allowed-address.ts`,
    find: 'return isPublic(parsed) ||',
    replace: 'return !isPublic(parsed) || isPublic(parsed) ||',
    tests: [`${room}/http/guarded-http.test.ts`, `${room}/http/check-url.test.ts`],
  },
  {
    name: 'a name that leads to a private address is not called',
    file: `${room}/http/guarded-connect.ts`,
    find: 'found.length === 0 || found.some(({ address }) => !check(address))',
    replace: 'found.length === 0',
    tests: [`${room}/http/guarded-http.test.ts`],
  },
  {
    name: 'received is a 2xx and nothing else',
    file: `${room}/deliver.ts`,
    find: `return status >= 200 && status < 300 ? ''`,
    replace: `return status >= 200 && status < 600 ? ''`,
    tests: [`${room}/worker.test.ts`],
  },
];
