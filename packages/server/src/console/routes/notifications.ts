import { Type } from 'typebox';
import { getMessage, inboundStates, listMessagePage, listPolls, retryMessage } from '../../inbound/index.ts';
import { refuse } from '../../ledger/errors.ts';
import {
  enableEndpoint,
  getNotification,
  listAttempts,
  listEndpoints,
  listNotificationPage,
  notificationStates,
  replayFailedSince,
  replayNotification,
} from '../../notifications/index.ts';
import { changing, reading } from '../route.ts';
import { Id, limitOf, Nullable, PageOf, PageQuery, pageOf, Time, TimeIn } from '../shapes.ts';
import { toWire } from '../to-wire.ts';

const NotificationView = Type.Object({
  ...{ id: Id, integration_id: Id, event_id: Id, order_id: Nullable(Id), method: Type.String(), url: Type.String() },
  ...{ endpoint: Type.String(), state: Type.Enum([...notificationStates]), attempts: Type.Integer(), created_at: Time },
  ...{ next_attempt_at: Time, finished_at: Nullable(Time), last_error: Type.String() },
});

const AttemptView = Type.Object({
  ...{ number: Type.Integer(), started_at: Time, finished_at: Nullable(Time), status: Nullable(Type.Integer()) },
  outcome: Type.Enum(['running', 'delivered', 'failed', 'interrupted']),
  ...{ error: Type.String(), answer: Type.String({ description: 'The first 2 KB' }) },
});

const MessageView = Type.Object({
  ...{ id: Id, integration_id: Id, kind: Type.String(), state: Type.Enum([...inboundStates]), attempts: Type.Integer() },
  ...{ received_at: Time, due_at: Time, applied_at: Nullable(Time), error: Type.String() },
});

const EndpointView = Type.Object({
  ...{ endpoint: Type.String(), failing_since: Nullable(Time), failures: Type.Integer(), disabled_at: Nullable(Time) },
  waiting: Type.Integer(),
});

const oneNotification = Type.Object({ notification: Id });
const oneMessage = Type.Object({ message: Id });

/** Headers that let somebody in are not shown. */
const secretHeader = /auth|secret|token|key|cookie|sign/i;
const shownHeaders = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([name, value]) => ({ name, value: secretHeader.test(name) ? '•••' : value }));

/** A page goes on behind the time and the number of its last. */
const cursorOf = ({ created_at, id }: { created_at: string; id: number }): string => `${created_at}/${id}`;

function readCursor(cursor: string | undefined): { createdAt: Date; id: number } | undefined {
  if (cursor === undefined) return undefined;
  const [time = '', number = ''] = cursor.split('/');
  const [createdAt, id] = [new Date(time), Number(number)];
  if (Number.isNaN(createdAt.getTime()) || !Number.isSafeInteger(id)) refuse('request.invalid', 'cursor');
  return { createdAt, id };
}

/** Bytes of a message that are shown. */
const mostShown = 64 * 1024;

export const notificationRoutes = {
  'GET /notifications': reading({
    summary: 'What the outside was told, or is to be, the latest first',
    needs: 'integrations.read',
    everyMachine: true,
    shape: {
      query: Type.Object({
        ...PageQuery,
        integration: Type.Optional(Id),
        state: Type.Optional(Type.Enum([...notificationStates])),
        order: Type.Optional(Id),
        from: Type.Optional(TimeIn),
        to: Type.Optional(TimeIn),
      }),
      answer: PageOf(NotificationView),
    },
    async handle({ ledger, merchantId, query }) {
      const limit = limitOf(query);
      const { integration: integrationId, state, order: orderId, from, to } = query;
      const rows = await listNotificationPage(ledger, {
        ...{ merchantId, integrationId, state, orderId, after: readCursor(query.cursor), limit: limit + 1 },
        ...{ from: from === undefined ? undefined : new Date(from), to: to === undefined ? undefined : new Date(to) },
      });
      return pageOf(toWire(rows), limit, cursorOf);
    },
  }),

  'GET /notifications/{notification}': reading({
    summary: 'A notification with what is sent and every attempt',
    needs: 'integrations.read',
    everyMachine: true,
    shape: {
      params: oneNotification,
      answer: Type.Object({
        notification: NotificationView,
        headers: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
        body: Type.String({ description: 'As it is kept: what is made for each attempt, such as a signature, is not in it' }),
        attempts: Type.Array(AttemptView),
      }),
    },
    async handle({ ledger, merchantId, params }) {
      const found = await getNotification(ledger, merchantId, params.notification);
      if (!found) refuse('notification.unknown', String(params.notification));
      const { headers, body, ...row } = found;
      const attempts = await listAttempts(ledger, { merchantId, notificationId: row.id });
      return { notification: toWire(row), headers: shownHeaders(headers), body, attempts: toWire(attempts) };
    },
  }),

  'POST /notifications/replay': changing({
    summary: 'Send notifications once more: those that are named, or all that failed since a time',
    description: 'One that is still on its way is left alone. The receiver takes a repetition for what it is.',
    needs: 'notifications.replay',
    everyMachine: true,
    apart: true,
    shape: {
      body: Type.Union([
        Type.Object({ ids: Type.Array(Id, { minItems: 1, maxItems: 500 }) }, { additionalProperties: false }),
        Type.Object({ failed_since: TimeIn, integration: Type.Optional(Id) }, { additionalProperties: false }),
      ]),
      answer: Type.Object({ replayed: Type.Integer() }),
    },
    audit: { subject: () => 'notifications', after: (answer, { body }) => ({ ...body, ...answer }) },
    async handle({ ledger, merchantId, body }) {
      if ('ids' in body) {
        let replayed = 0;
        for (const id of new Set(body.ids))
          replayed += (await replayNotification(ledger, ledger.clock, { merchantId, id })) ? 1 : 0;
        return { replayed };
      }
      const since = new Date(body.failed_since);
      return { replayed: await replayFailedSince(ledger, ledger.clock, { merchantId, since, integrationId: body.integration }) };
    },
  }),

  'GET /endpoints': reading({
    summary: 'Where notifications go that fail: failing, or switched off because they failed for days',
    needs: 'integrations.read',
    everyMachine: true,
    shape: { answer: Type.Object({ items: Type.Array(EndpointView) }) },
    handle: async ({ ledger, merchantId }) => ({ items: toWire(await listEndpoints(ledger, merchantId)) }),
  }),

  'POST /endpoints/enable': changing({
    summary: 'Switch an endpoint on again: what waits for it is due at once',
    needs: 'notifications.replay',
    everyMachine: true,
    apart: true,
    shape: {
      body: Type.Object({ endpoint: Type.String({ maxLength: 2_048 }) }, { additionalProperties: false }),
      answer: Type.Object({ enabled: Type.Boolean() }),
    },
    audit: { subject: ({ body }) => `endpoint ${body.endpoint}`, after: (answer) => answer },
    handle: async ({ ledger, merchantId, cause, body: { endpoint } }) => ({
      enabled: await enableEndpoint(ledger, ledger.clock, { merchantId, endpoint }, cause),
    }),
  }),

  'GET /inbound-messages': reading({
    summary: 'What other platforms told us, the latest first',
    needs: 'integrations.read',
    everyMachine: true,
    shape: {
      query: Type.Object({
        ...PageQuery,
        integration: Type.Optional(Id),
        state: Type.Optional(Type.Enum([...inboundStates])),
        unapplied: Type.Optional(Type.Boolean({ description: 'Those that wait, were refused or given up' })),
      }),
      answer: PageOf(MessageView),
    },
    async handle({ ledger, merchantId, query }) {
      const limit = limitOf(query);
      const { integration: integrationId, state, unapplied, cursor } = query;
      const before = cursor === undefined ? undefined : Number(cursor);
      if (before !== undefined && !Number.isSafeInteger(before)) refuse('request.invalid', 'cursor');
      const rows = await listMessagePage(ledger, { merchantId, integrationId, state, unapplied, before, limit: limit + 1 });
      return pageOf(toWire(rows), limit, ({ id }) => String(id));
    },
  }),

  'GET /inbound-messages/{message}': reading({
    summary: 'A message as it came',
    needs: 'integrations.read',
    everyMachine: true,
    shape: {
      params: oneMessage,
      answer: Type.Object({ message: MessageView, query: Type.String(), body: Type.String(), bytes: Type.Integer() }),
    },
    async handle({ ledger, merchantId, params }) {
      const found = await getMessage(ledger, merchantId, params.message);
      if (!found) refuse('notification.unknown', `message ${params.message}`);
      const { query, body, ...row } = found;
      return { message: toWire(row), query, body: body.subarray(0, mostShown).toString(), bytes: body.length };
    },
  }),

  'POST /inbound-messages/{message}/retry': changing({
    summary: 'Try a message again that waits, was refused or was given up',
    needs: 'notifications.replay',
    everyMachine: true,
    shape: { params: oneMessage, answer: Type.Object({ retried: Type.Boolean() }) },
    audit: { subject: ({ params }) => `inbound message ${params.message}`, after: (answer) => answer },
    handle: async ({ ledger, merchantId, params }) => ({ retried: await retryMessage(ledger, merchantId, params.message) }),
  }),

  'GET /polls': reading({
    summary: 'Platforms that are asked: when they last were, and what went wrong since',
    needs: 'integrations.read',
    everyMachine: true,
    shape: {
      answer: Type.Object({
        items: Type.Array(
          Type.Object({
            ...{ integration_id: Id, name: Type.String(), finished_at: Nullable(Time), due_at: Time },
            ...{ failures: Type.Integer(), error: Type.String() },
          }),
        ),
      }),
    },
    async handle({ ledger, merchantId }) {
      const polls = await listPolls(ledger, merchantId);
      return { items: polls.map(({ merchantId: _, ...poll }) => toWire(poll)) };
    },
  }),
};
