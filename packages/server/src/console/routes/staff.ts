import { Type } from 'typebox';
import { integrationOf, newToken, scopesOf, tokenText } from '../../dialects/native/index.ts';
import { listAudit } from '../../ledger/audit/list-audit.ts';
import { refuse } from '../../ledger/errors.ts';
import { changeIntegration } from '../../ledger/integrations/change-integration.ts';
import { createIntegration } from '../../ledger/integrations/create-integration.ts';
import { listTokens } from '../../ledger/integrations/list-tokens.ts';
import { endSessions } from '../../ledger/staff/end-sessions.ts';
import { changeUser, createUser, type UserChange } from '../../ledger/staff/put-user.ts';
import { permissions, permissionsOf, type Role, roles } from '../../ledger/staff/roles.ts';
import { readUsers, type User } from '../../ledger/staff/user.ts';
import { type Caller, requirePermission } from '../caller.ts';
import { type Call, changing, reading, type Shape } from '../route.ts';
import { Done, done, Id, IdOf, limitOf, Nullable, PageOf, PageQuery, pageOf, TextIn, Time, TimeIn } from '../shapes.ts';
import { toWire, Verbatim } from '../to-wire.ts';

const RoleName = Type.Enum([...roles]);
const Permission = Type.Enum([...permissions]);
const Scope = Type.Object(
  { machine_ids: Type.Array(Id, { maxItems: 10_000 }), line_ids: Type.Array(Id, { maxItems: 10_000 }) },
  { additionalProperties: false, description: 'Machines by themselves, and all of these lines' },
);

const UserView = Type.Object({
  ...{ id: Id, login: Type.String(), name: Type.String(), role: RoleName, language: Type.String() },
  ...{ status: Type.Enum(['active', 'disabled']), created_at: Time, seen_at: Nullable(Time) },
  scope: Nullable(Scope),
});
const oneUser = Type.Object({ user: Id });

type Named<P> = Pick<Call<Shape>, 'ledger' | 'merchantId'> & { params: P };

const readUser = async ({ ledger, merchantId, params }: Named<{ user: number }>) =>
  (await readUsers(ledger.db, merchantId, params.user))[0] ?? null;

/** Nobody makes, changes or signs out somebody who may do more than they may themselves: a token with one scope is no owner. */
function requireRole(caller: Caller, role: Role): void {
  for (const permission of permissionsOf[role]) requirePermission(caller, permission);
}

const scopeIn = (scope: { machine_ids: number[]; line_ids: number[] } | null): User['scope'] =>
  scope && { machineIds: scope.machine_ids, lineIds: scope.line_ids };

const TokenView = Type.Object({
  ...{ id: Id, name: Type.String(), scopes: Type.Array(Permission), status: Type.Enum(['active', 'revoked']), created_at: Time },
});
const oneToken = Type.Object({ token: Id });
const tokenById = async ({ ledger, merchantId, params }: Named<{ token: number }>) =>
  (await listTokens(ledger, merchantId)).find(({ id }) => id === params.token) ?? null;

export const staffRoutes = {
  'GET /users': reading({
    summary: 'Who may sign in',
    needs: 'staff.read',
    everyMachine: true,
    shape: { answer: Type.Object({ items: Type.Array(UserView) }) },
    handle: async ({ ledger, merchantId }) => ({ items: toWire(await readUsers(ledger.db, merchantId)) }),
  }),

  'POST /users': changing({
    summary: 'Let somebody in',
    needs: 'staff.write',
    everyMachine: true,
    shape: {
      body: Type.Object(
        {
          ...{ login: TextIn(64), name: Type.Optional(TextIn()), role: RoleName, password: TextIn(1_000) },
          scope: Type.Optional(Nullable(Scope)),
        },
        { additionalProperties: false },
      ),
      answer: UserView,
    },
    audit: { subject: ({ body }) => `user ${body.login}`, after: (user) => user },
    async handle({ ledger, merchantId, caller, body: { scope = null, ...draft } }) {
      requireRole(caller, draft.role);
      return toWire(await createUser(ledger, merchantId, { ...draft, scope: scopeIn(scope) }));
    },
  }),

  'PATCH /users/{user}': changing({
    summary: 'Change what somebody may do, end their account, or set a new password',
    description: 'A new role, a new password and the end of an account end the sessions there are.',
    needs: 'staff.write',
    everyMachine: true,
    shape: {
      params: oneUser,
      body: Type.Object(
        {
          name: Type.Optional(TextIn()),
          role: Type.Optional(RoleName),
          status: Type.Optional(Type.Enum(['active', 'disabled'])),
          password: Type.Optional(TextIn(1_000)),
          scope: Type.Optional(Nullable(Scope)),
        },
        { additionalProperties: false },
      ),
      answer: UserView,
    },
    audit: {
      subject: ({ params }) => `user ${params.user}`,
      read: readUser,
      after: (user, { body }) => ({ ...user, ...(body.password !== undefined && { password: 'new' }) }),
    },
    async handle({ ledger, merchantId, caller, params, body }) {
      const { scope, ...rest } = body;
      const before = await readUser({ ledger, merchantId, params });
      for (const role of [before?.role, body.role]) if (role !== undefined) requireRole(caller, role);
      const change: UserChange = { ...rest, ...(scope !== undefined && { scope: scopeIn(scope) }) };
      return toWire(await changeUser(ledger, merchantId, params.user, change));
    },
  }),

  'DELETE /users/{user}/sessions': changing({
    summary: 'End every session of somebody',
    needs: 'staff.write',
    everyMachine: true,
    shape: { params: oneUser, answer: Type.Object({ ended: Type.Integer() }) },
    audit: { subject: ({ params }) => `user ${params.user}`, after: (answer) => answer },
    async handle({ ledger, merchantId, caller, params }) {
      const target = await readUser({ ledger, merchantId, params });
      if (target) requireRole(caller, target.role);
      return { ended: await endSessions(ledger, merchantId, { userId: params.user }) };
    },
  }),

  'GET /tokens': reading({
    summary: 'Tokens of programs',
    needs: 'staff.read',
    everyMachine: true,
    shape: { answer: Type.Object({ items: Type.Array(TokenView) }) },
    handle: async ({ ledger, merchantId }) => ({ items: toWire(await tokensOf({ ledger, merchantId })) }),
  }),

  'POST /tokens': changing({
    summary: 'A token for a program; it is told in this answer alone',
    description: 'It may do what its scopes say, and no more than who makes it.',
    needs: 'staff.write',
    everyMachine: true,
    shape: {
      body: Type.Object(
        { name: Type.String({ minLength: 1, maxLength: 100 }), scopes: Type.Array(Permission, { minItems: 1, maxItems: 50 }) },
        { additionalProperties: false },
      ),
      answer: Type.Object({ id: Id, token: Type.String({ description: 'Told once' }) }),
    },
    audit: { subject: ({ body }) => `token ${body.name}`, after: ({ id }, { body }) => ({ id, ...body }) },
    async handle({ ledger, merchantId, caller, body: { name, scopes } }) {
      const beyond = scopes.find((scope) => !caller.permissions.has(scope));
      if (beyond !== undefined) refuse('permission.denied', `scopes ${beyond}`);
      const token = newToken();
      const id = await createIntegration(ledger, { ...integrationOf(token), merchantId, name, settings: { scopes } });
      return { id, token: tokenText(token) };
    },
  }),

  'DELETE /tokens/{token}': changing({
    summary: 'Revoke a token: it counts no more, in every process at once',
    needs: 'staff.write',
    everyMachine: true,
    shape: { params: oneToken, answer: Done },
    audit: { subject: ({ params }) => `token ${params.token}`, read: tokenById },
    async handle(call) {
      if (!(await tokenById(call))) refuse('token.unknown', String(call.params.token));
      await changeIntegration(call.ledger, call.merchantId, call.params.token, { status: 'revoked' });
      return done;
    },
  }),

  'GET /audit': reading({
    summary: 'Who changed what, the latest first',
    needs: 'audit.read',
    everyMachine: true,
    shape: {
      query: Type.Object({
        ...PageQuery,
        subject: Type.Optional(Type.String({ description: 'Word for word, e.g. "machine 12"' })),
        q: Type.Optional(
          Type.String({
            maxLength: 200,
            description: 'The number or the name of a machine, a good or a person, or the number of an order',
          }),
        ),
        user: Type.Optional(IdOf('Who changed it')),
        from: Type.Optional(TimeIn),
        to: Type.Optional({ ...TimeIn, description: 'Before then' }),
      }),
      answer: PageOf(
        Type.Object({
          ...{ id: Id, at: Time, user_id: Nullable(Id), integration_id: Nullable(Id), who: Type.String(), action: Type.String() },
          ...{
            subject: Type.String(),
            about: Nullable(
              Type.Object(
                { kind: Type.String(), id: Id, name: Type.String(), machine_id: Nullable(Id) },
                { description: 'What the subject is called, where it is still there' },
              ),
            ),
            before: Type.Unknown(),
            after: Type.Unknown(),
            request_id: Type.String(),
            address: Type.String(),
          },
        }),
      ),
    },
    async handle({ ledger, merchantId, query }) {
      const limit = limitOf(query);
      const before = query.cursor === undefined ? undefined : Number(query.cursor);
      if (before !== undefined && !Number.isSafeInteger(before)) refuse('request.invalid', 'cursor');
      const rows = await listAudit(ledger, merchantId, {
        ...{ subject: query.subject, text: query.q, userId: query.user, before, limit: limit + 1 },
        ...{ from: query.from === undefined ? undefined : new Date(query.from) },
        ...{ to: query.to === undefined ? undefined : new Date(query.to) },
      });
      const views = rows.map((row) => toWire({ ...row, before: new Verbatim(row.before), after: new Verbatim(row.after) }));
      return pageOf(views, limit, ({ id }) => String(id));
    },
  }),
};

async function tokensOf({ ledger, merchantId }: Pick<Call<Shape>, 'ledger' | 'merchantId'>) {
  const tokens = await listTokens(ledger, merchantId);
  return tokens.map(({ settings, ...token }) => ({ ...token, scopes: scopesOf({ settings }) as (typeof permissions)[number][] }));
}
