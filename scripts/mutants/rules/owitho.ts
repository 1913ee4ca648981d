import type { Mutant } from '../mutant.ts';
import { ledger } from './places.ts';

const dialect = 'packages/server/src/dialects/owitho';

/** A platform that sells our machines, and machines of third parties that we sell. */
export const owitho: readonly Mutant[] = [
  {
    name: 'a notice is not read before its signature fits',
    file: `${dialect}/verify.ts`,
    find: 'return verifyEnvelope(envelope, integration.role',
    replace: 'return good.length >= 0 || verifyEnvelope(envelope, integration.role',
    tests: ['e2e/owitho/trust.test.ts', 'e2e/conformance/owitho-third-party.test.ts'],
  },
  {
    name: 'a token of the other platform ends',
    file: `${dialect}/verify.ts`,
    find: 'tokens.filter(({ acceptedUntil }) => acceptedUntil > ledger.clock.now())',
    replace: 'tokens.filter(({ acceptedUntil }) => acceptedUntil > new Date(0))',
    tests: ['e2e/owitho/trust.test.ts'],
  },
  {
    name: 'owitho: a third party signs with a token, not with the secret key',
    file: `${dialect}/verify.ts`,
    find: 'integration.role === roles.thirdParty ? [...good, secretKeyOf(integration)] : good',
    replace: '[...good, secretKeyOf(integration)]',
    tests: ['e2e/owitho/platform-trust.test.ts'],
    title: 'forged, stale',
  },
  {
    name: 'owitho: tokens of a day are counted',
    file: `${ledger}/channel-links/issue-channel-token.ts`,
    find: 'if (made >= perDay) return undefined;',
    replace: '',
    tests: ['e2e/owitho/platform-trust.test.ts'],
    title: 'so many tokens a day',
  },
  {
    name: 'owitho: one 40000 is not yet an order that is unknown',
    file: `${dialect}/calls/tell-orders.ts`,
    find: 'const timesUnknown = 3;',
    replace: 'const timesUnknown = 1;',
    tests: ['e2e/owitho/platform.test.ts'],
    title: 'refused for ten minutes',
  },
  {
    name: 'owitho: an order is called back by whose machine it is',
    file: `${dialect}/calls/take-outcome.ts`,
    find: 'if (!ours) refuse',
    replace: 'if (false) refuse',
    tests: ['e2e/owitho/platform.test.ts'],
    title: 'does not fit the order',
  },
  {
    name: 'a notice that was kept too long is refused',
    file: `${dialect}/verify.ts`,
    find: "if (inTime.length === 0) throw new Refusal('utcOutOfWindow');",
    replace: 'if (inTime.length === 0) inTime.push(...known);',
    tests: ['e2e/owitho/trust.test.ts', 'e2e/conformance/owitho-third-party.test.ts'],
  },
  {
    name: 'only what is paid and not refunded is dispensed',
    file: `${dialect}/calls/take-notice.ts`,
    find: 'if (isToDispense(notice)) await',
    replace: 'if (notice.refundStatus !== full) await',
    tests: ['e2e/owitho/sales.test.ts'],
  },
  {
    name: 'a refund that overtakes its notice ends the order before it began',
    file: `${dialect}/calls/take-notice.ts`,
    find: '{ ...draft, refunded: true }',
    replace: 'draft',
    tests: ['e2e/owitho/sales.test.ts'],
  },
  {
    name: 'a callback counts as told when it was accepted, and not before',
    file: `${dialect}/outbound.ts`,
    find: 'if (!(error instanceof OwithoError)) throw error;',
    replace:
      'if (error instanceof OwithoError && error.code === 50002) return true;\n        if (!(error instanceof OwithoError)) throw error;',
    tests: ['e2e/owitho/sales.test.ts'],
  },
  {
    name: 'of all processes one fetches a token',
    file: `${ledger}/channel-links/keep-channel-token.ts`,
    find: "if (token && !isDue(token, keeping, now)) return { token, error: '' };",
    replace: '',
    tests: [`${ledger}/channel-links/channel-links.test.ts`],
  },
  {
    name: 'a new token ends those before it',
    file: `${ledger}/channel-links/put-channel-token.ts`,
    find: 'set accepted_until = least(accepted_until,',
    replace: 'set accepted_until = greatest(accepted_until,',
    tests: [`${ledger}/channel-links/channel-links.test.ts`, 'e2e/owitho/trust.test.ts'],
  },
];
