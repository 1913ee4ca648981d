import { type Static, Type } from 'typebox';
import { refuse } from '../../ledger/errors.ts';
import { endSessions } from '../../ledger/staff/end-sessions.ts';
import { listSessions, type Session } from '../../ledger/staff/find-session.ts';
import { changeUser } from '../../ledger/staff/put-user.ts';
import { permissions, permissionsOf, roles } from '../../ledger/staff/roles.ts';
import { readSetUp, setUp } from '../../ledger/staff/set-up.ts';
import { openSession, provePassword, sessionLife, signIn } from '../../ledger/staff/sign-in.ts';
import { csrfTokenOf, sessionCookie } from '../authenticate.ts';
import type { ConsoleContext } from '../context.ts';
import { type Call, changing, reading, type Shape } from '../route.ts';
import { Done, done, Id, Nullable, TextIn, Time } from '../shapes.ts';
import { toWire } from '../to-wire.ts';

const Role = Type.Enum([...roles]);

/** Who is signed in, and what the page needs to know of them. */
const SessionView = Type.Object({
  user: Type.Object({
    id: Id,
    login: Type.String(),
    name: Type.String(),
    role: Role,
    language: Type.String(),
    scoped: Type.Boolean(),
  }),
  merchant: Type.Object({
    ...{ id: Id, name: Type.String(), currency: Type.String(), time_zone: Type.String() },
    pickup_codes_enabled: Type.Boolean(),
  }),
  permissions: Type.Array(Type.Enum([...permissions])),
  csrf_token: Type.String({ description: 'To be sent as x-csrf-token with every change' }),
  demo: Type.Boolean({ description: 'Virtual machines can be seen and touched' }),
});
type SessionView = Static<typeof SessionView>;

function viewOf(context: ConsoleContext, { user, merchant }: Session, token: string): SessionView {
  const { id, login, name, role, language, scope } = user;
  return {
    user: { id, login, name, role, language, scoped: scope !== null },
    merchant: {
      ...{ id: merchant.id, name: merchant.name, currency: merchant.currency, time_zone: merchant.timeZone },
      pickup_codes_enabled: merchant.pickupCodesEnabled,
    },
    permissions: [...permissionsOf[role]],
    csrf_token: csrfTokenOf(token),
    demo: context.demo !== undefined,
  };
}

const Opened = Type.Object({ signed_in: Type.Literal(true) });
const opened: Static<typeof Opened> = { signed_in: true };

function sessionOf({ caller }: Call<Shape>): Session {
  return caller.session ?? refuse('permission.denied', 'a token has no session');
}

/** Of whoever asks; the cookie goes with the answer. */
function keepCookie({ context, request }: Pick<Call<Shape>, 'context' | 'request'>, token: string): void {
  const secure = context.publicUrl.startsWith('https:') ? '; Secure' : '';
  const age = token === '' ? 0 : sessionLife.longest;
  request.replyCookie = `${sessionCookie}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure}`;
}

const from = ({ request }: Pick<Call<Shape>, 'request'>) => ({
  address: request.ip,
  agent: String(request.headers['user-agent'] ?? ''),
});

export const sessionRoutes = {
  'GET /session': reading({
    summary: 'Who is signed in',
    needs: 'signed-in',
    shape: { answer: SessionView },
    handle: async (call) => viewOf(call.context, sessionOf(call), call.request.cookies[sessionCookie] ?? ''),
  }),

  'POST /session': reading({
    summary: 'Sign in',
    description:
      'The session is in a cookie that scripts cannot read. After a few failures even the right password is refused for a quarter of an hour.',
    needs: 'anyone',
    shape: { body: Type.Object({ login: TextIn(), password: TextIn(1_000) }), answer: Opened },
    async handle(call) {
      const { token } = await signIn(call.ledger, { ...call.body, ...from(call) });
      keepCookie(call, token);
      return opened;
    },
  }),

  'DELETE /session': changing({
    summary: 'Sign out',
    needs: 'signed-in',
    shape: { answer: Done },
    audit: { subject: ({ caller }) => `user ${caller.userId}` },
    async handle(call) {
      const { id, user } = sessionOf(call);
      await endSessions(call.ledger, call.merchantId, { userId: user.id, sessionId: id });
      keepCookie(call, '');
      return done;
    },
  }),

  'PATCH /session/user': changing({
    summary: 'Change one’s own name, language or password',
    description: 'A new password wants the old one, and ends every session but a new one.',
    needs: 'signed-in',
    shape: {
      body: Type.Object({
        name: Type.Optional(TextIn()),
        language: Type.Optional(Type.Enum(['', 'zh', 'en'])),
        password: Type.Optional(TextIn(1_000)),
        old_password: Type.Optional(TextIn(1_000)),
      }),
      answer: Done,
    },
    audit: {
      subject: ({ caller }) => `user ${caller.userId}`,
      read: async (call) => {
        const { name, language } = sessionOf(call).user;
        const { body } = call;
        return { ...(body.name !== undefined && { name }), ...(body.language !== undefined && { language }) };
      },
      after: (_, { body: { name, language, password } }) => ({
        name,
        language,
        ...(password !== undefined && { password: 'new' }),
      }),
    },
    // What is counted of failures stays; and while the old password is looked at, no connection is held.
    async first(call) {
      const { password, old_password: old = '' } = call.body;
      if (password === undefined) return;
      await provePassword(call.ledger, { login: sessionOf(call).user.login, password: old, address: call.request.ip });
    },
    async handle(call) {
      const { user } = sessionOf(call);
      const { name, language, password } = call.body;
      await changeUser(call.ledger, call.merchantId, user.id, {
        ...(name !== undefined && { name }),
        ...(language !== undefined && { language }),
        ...(password !== undefined && { password }),
      });
      if (password !== undefined) {
        const { token } = await openSession(call.ledger, { merchantId: call.merchantId, userId: user.id, ...from(call) });
        keepCookie(call, token);
      }
      return done;
    },
  }),

  'GET /session/others': reading({
    summary: 'Where one is signed in',
    needs: 'signed-in',
    shape: {
      answer: Type.Object({
        items: Type.Array(
          Type.Object({
            ...{ id: Id, created_at: Time, seen_at: Time, address: Type.String(), agent: Type.String() },
            this_one: Type.Boolean(),
          }),
        ),
      }),
    },
    async handle(call) {
      const { id, user } = sessionOf(call);
      const sessions = await listSessions(call.ledger, call.merchantId, user.id);
      return { items: sessions.map((one) => ({ ...toWire(one), this_one: one.id === id })) };
    },
  }),

  'DELETE /session/others/{session}': changing({
    summary: 'End a session of one’s own',
    needs: 'signed-in',
    shape: { params: Type.Object({ session: Id }), answer: Done },
    audit: { subject: ({ caller }) => `user ${caller.userId}` },
    async handle(call) {
      const { user } = sessionOf(call);
      await endSessions(call.ledger, call.merchantId, { userId: user.id, sessionId: call.params.session });
      return done;
    },
  }),

  'GET /setup': reading({
    summary: 'Whether the hub waits for its first owner',
    needs: 'anyone',
    shape: { answer: Type.Object({ needed: Type.Boolean(), merchant: Nullable(Type.Literal('there')) }) },
    handle: async ({ ledger }) => await readSetUp(ledger),
  }),

  'POST /setup': reading({
    summary: 'Make the first owner, with the one-time code of the log',
    needs: 'anyone',
    shape: {
      body: Type.Object({
        code: TextIn(40),
        login: TextIn(64),
        name: Type.Optional(TextIn()),
        password: TextIn(1_000),
        merchant: Type.Object({
          name: Type.String({ minLength: 1, maxLength: 200 }),
          time_zone: Type.String({ description: 'IANA name' }),
          currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' }),
        }),
      }),
      answer: Opened,
    },
    async handle(call) {
      const { merchant, name = '', ...rest } = call.body;
      if (!isTimeZone(merchant.time_zone)) refuse('request.invalid', 'merchant.time_zone');
      const { merchantId, user } = await setUp(call.ledger, {
        ...rest,
        name,
        merchant: { name: merchant.name, timeZone: merchant.time_zone, currency: merchant.currency },
        ...{ requestId: call.request.id, address: call.request.ip },
      });
      const { token } = await openSession(call.ledger, { merchantId, userId: user.id, ...from(call) });
      keepCookie(call, token);
      return opened;
    },
  }),
};

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
