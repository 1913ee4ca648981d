import { Type } from 'typebox';
import { secondsAfter } from '../../ledger/clock.ts';
import { refuse } from '../../ledger/errors.ts';
import { getHandshake } from '../../ledger/machines/get-handshake.ts';
import { listMachineEvents } from '../../ledger/machines/list-machine-events.ts';
import { readOnlineHistory } from '../../ledger/machines/read-online-history.ts';
import { readTelemetry, telemetryKinds } from '../../ledger/machines/read-telemetry.ts';
import { requireMachine } from '../caller.ts';
import { reading } from '../route.ts';
import { Id, limitOf, PageOf, PageQuery, pageOf, Time, TimeIn } from '../shapes.ts';
import { toWire, Verbatim } from '../to-wire.ts';
import { Handshake } from './machine-shapes.ts';

const oneMachine = Type.Object({ machine: Id });

/** What a machine did until now. */
export const machinePastRoutes = {
  'GET /machines/{machine}/handshake': reading({
    summary: 'How far a new machine has come',
    needs: 'machines.read',
    shape: { params: oneMachine, answer: Handshake },
    async handle({ ledger, merchantId, caller, params }) {
      requireMachine(caller, params.machine);
      return toWire(await getHandshake(ledger, merchantId, params.machine));
    },
  }),

  'GET /machines/{machine}/telemetry': reading({
    summary: 'What a machine read over a period, in 500 points at most',
    needs: 'machines.read',
    shape: {
      params: oneMachine,
      query: Type.Object({
        kind: Type.Enum([...telemetryKinds]),
        days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90, description: 'Until `to`; 1 unless told' })),
        from: Type.Optional(TimeIn),
        to: Type.Optional(TimeIn),
      }),
      answer: Type.Object({
        step: Type.Integer({ description: 'Seconds that a point stands for' }),
        ...{ from: Time, to: Time, kept_since: Time },
        points: Type.Array(
          Type.Object({ at: Time, min: Type.Number(), mean: Type.Number(), max: Type.Number(), readings: Type.Integer() }),
        ),
      }),
    },
    async handle({ ledger, merchantId, caller, params, query }) {
      requireMachine(caller, params.machine);
      const to = query.to === undefined ? ledger.clock.now() : new Date(query.to);
      const from = query.from === undefined ? secondsAfter(to, -86_400 * (query.days ?? 1)) : new Date(query.from);
      if (!(from < to)) refuse('request.invalid', 'from: must be before to');
      const read = await readTelemetry(ledger, { merchantId, machineId: params.machine, kind: query.kind, from, to });
      return toWire({ ...read, from, to });
    },
  }),

  'GET /machines/{machine}/events': reading({
    summary: 'What happened to a machine, the newest first; its orders have events of their own',
    needs: 'machines.read',
    shape: {
      params: oneMachine,
      query: Type.Object({ ...PageQuery, cursor: Type.Optional(Id) }),
      answer: PageOf(
        Type.Object({
          ...{ id: Id, at: Time, kind: Type.String(), data: Type.Record(Type.String(), Type.Unknown()) },
          cause: Type.Record(Type.String(), Type.Unknown()),
        }),
      ),
    },
    async handle({ ledger, merchantId, caller, params, query }) {
      requireMachine(caller, params.machine);
      const limit = limitOf(query);
      const page = { before: query.cursor, limit: limit + 1 };
      const events = await listMachineEvents(ledger, merchantId, params.machine, page);
      const rows = events.map(({ data, cause, ...event }) => ({
        ...event,
        data: new Verbatim(data),
        cause: new Verbatim({ ...cause }),
      }));
      return toWire(pageOf(rows, limit, ({ id }) => String(id)));
    },
  }),

  'GET /machines/{machine}/online': reading({
    summary: 'When a machine was online in the last days',
    needs: 'machines.read',
    shape: {
      params: oneMachine,
      query: Type.Object({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90, description: '7 unless told' })) }),
      answer: Type.Object({
        ...{ from: Time, to: Time, online_seconds: Type.Number() },
        spans: Type.Array(Type.Object({ from: Time, to: Time, online: Type.Boolean() })),
      }),
    },
    async handle({ ledger, merchantId, caller, params, query: { days = 7 } }) {
      requireMachine(caller, params.machine);
      const from = secondsAfter(ledger.clock.now(), -days * 86_400);
      return toWire(await readOnlineHistory(ledger, merchantId, params.machine, from));
    },
  }),
};
