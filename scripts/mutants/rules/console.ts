import type { Mutant } from '../mutant.ts';

const room = 'packages/server/src/console';
const staff = 'packages/server/src/ledger/staff';
const integrations = 'packages/server/src/ledger/integrations';
const everyRoute = ['e2e/console/every-route.test.ts'];
const signIn = ['e2e/console/sign-in.test.ts'];

/** Who may come in, what they may do, and what is written down of it. */
export const consoleRoom: readonly Mutant[] = [
  {
    name: 'console: a change wants the token of our own page',
    file: `${room}/authenticate.ts`,
    find: "if (request.method !== 'GET') requireOwnPage(request, token);",
    replace: '',
    tests: everyRoute,
    title: 'cookie alone',
  },
  {
    name: 'console: nobody does what their role does not allow',
    file: `${room}/serve-api.ts`,
    find: "if (route.needs !== 'anyone' && route.needs !== 'signed-in') requirePermission(caller, route.needs);",
    replace: '',
    tests: everyRoute,
    title: 'may do what its permissions say',
  },
  {
    name: 'console: who may see some machines alone is refused what is of all',
    file: `${room}/serve-api.ts`,
    find: 'if (route.everyMachine) requireEveryMachine(caller);',
    replace: '',
    tests: everyRoute,
    title: 'some machines alone',
  },
  {
    name: 'console: nobody makes somebody who may do more than they',
    file: `${room}/routes/staff.ts`,
    find: 'for (const permission of permissionsOf[role]) requirePermission(caller, permission);',
    replace: 'void [caller, role, permissionsOf, requirePermission];',
    tests: ['e2e/console/staff.test.ts'],
    title: 'may do more than it',
  },
  {
    name: 'console: what is audited is audited with the change',
    file: `${room}/serve-api.ts`,
    find: 'await audit(name, route, within, before, answer);',
    replace: '',
    tests: ['e2e/console/staff.test.ts'],
    title: 'leaves its before and after',
  },
  {
    name: 'console: failed sign-ins are counted before the password is looked at',
    file: `${staff}/sign-in.ts`,
    find: 'if (ofOwn > throttle.nameFromAddress || ofAddress > throttle.address) refuse',
    replace: 'if (ofOwn + ofAddress < 0) refuse',
    tests: signIn,
    title: 'guesses at once',
  },
  {
    name: 'console: a session that is idle is over',
    file: `${staff}/find-session.ts`,
    find: 'secondsAfter(now, -sessionLife.idle)} and u.status',
    replace: 'secondsAfter(now, -1000 * sessionLife.idle)} and u.status',
    tests: signIn,
    title: 'idle for twelve hours',
  },
  {
    name: 'console: a new role ends the sessions there are',
    file: `${staff}/put-user.ts`,
    find: 'passwordHash !== undefined || isOther || seesOthers ||',
    replace: 'passwordHash !== undefined || seesOthers ||',
    tests: [`${staff}/staff.test.ts`],
    title: 'with a new password and a new role',
  },
  {
    name: 'console: somebody must be able to let others in',
    file: `${staff}/put-user.ts`,
    find: "if (before.role === 'owner') await requireOwner(trx, merchantId);",
    replace: '',
    tests: [`${staff}/staff.test.ts`],
    title: 'the last owner stays',
  },
  {
    name: 'console: a set-up code is good for twenty guesses',
    file: `${staff}/set-up.ts`,
    find: 'if (kept.failures > mostFailures || ',
    replace: 'if (',
    tests: [`${staff}/staff.test.ts`],
    title: 'twenty wrong codes',
  },
  {
    name: 'console: events are told to those whose machine it is',
    file: `${room}/serve-stream.ts`,
    find: '!caller.machineIds || (machineId !== null && caller.machineIds.includes(machineId));',
    replace: 'true || machineId;',
    tests: ['e2e/console/first-view.test.ts'],
    title: 'as it happens',
  },
  {
    name: 'console: old credentials count no longer than their overlap',
    file: `${integrations}/directory.ts`,
    find: 'overlap?.isOld === true && overlap.until <= now;',
    replace: 'overlap?.isOld === true && overlap.until < new Date(0);',
    tests: [`${integrations}/rotate-credentials.test.ts`],
    title: 'ends by the clock',
  },
  {
    name: 'console: two integrations that fit are nobody',
    file: `${integrations}/integration.ts`,
    find: 'return fitting.every(({ id }) => id === first?.id) ? first : undefined;',
    replace: 'return first;',
    tests: [`${integrations}/rotate-credentials.test.ts`],
    title: 'two integrations are not',
  },
  {
    name: 'console: who may not change integrations is shown no right signature',
    file: `${room}/routes/workbench.ts`,
    find: 'expected: maySign || right ?',
    replace: 'expected: maySign || !maySign ?',
    tests: ['e2e/console/workbench.test.ts'],
    title: 'would let them sign',
  },
  {
    name: 'console: nobody makes a token that may do more than they may',
    file: `${room}/routes/integrations.ts`,
    find: "if (dialect === 'native' && role === 'api') requireScopes(caller.permissions, {});",
    replace: '',
    tests: ['e2e/console/integrations.test.ts'],
    title: 'a token makes no token',
  },
];
