import { Type } from 'typebox';
import { refuse } from '../../ledger/errors.ts';
import { addMachine } from '../../ledger/machines/add-machine.ts';
import { changeMachine, type MachineChange } from '../../ledger/machines/change-machine.ts';
import { getMachineDetail } from '../../ledger/machines/get-machine-detail.ts';
import { issueBrokerPassword } from '../../ledger/machines/issue-broker-password.ts';
import { listMachinesPage, machineSorts } from '../../ledger/machines/list-machines.ts';
import { placeMachine } from '../../ledger/places/place-machine.ts';
import { requireMachine } from '../caller.ts';
import { type Call, changing, reading, type Shape } from '../route.ts';
import { Done, done, Id, Nullable, TextIn } from '../shapes.ts';
import { toWire, Verbatim } from '../to-wire.ts';
import { Cabinet, cabinetsOf } from './machine-layout.ts';
import {
  type ConditionView,
  MachineCounts,
  MachineCredentials,
  MachineDetail,
  MachineRow,
  MachineState,
  MachineType,
} from './machine-shapes.ts';

const oneMachine = Type.Object({ machine: Id });
type OfMachine = Pick<Call<Shape>, 'ledger' | 'merchantId' | 'caller'> & { params: { machine: number } };

/** What a person may change of a machine, and give to a new one. */
const fields = {
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  address: Type.Optional(TextIn(300)),
  contact: Type.Optional(TextIn(100)),
  telephone: Type.Optional(TextIn(50)),
  announcement: Type.Optional(TextIn(1_000)),
  vendor: Type.Optional(TextIn(100)),
};

async function machineOf({ ledger, merchantId, caller, params }: OfMachine) {
  requireMachine(caller, params.machine);
  return await getMachineDetail(ledger, merchantId, params.machine);
}

/** As the audit log keeps it. */
async function readFields(call: OfMachine) {
  const { name, address, contact, telephone, announcement, vendor, operational, site } = await machineOf(call);
  return { name, address, contact, telephone, announcement, vendor, operational, site: site?.number ?? null };
}

function credentialsOf({ context, caller }: Pick<Call<Shape>, 'context' | 'caller'>, machineNo: string, password: string) {
  return {
    mqtt: { ...context.broker, client_id: machineNo, username: machineNo, password },
    device_key: caller.merchant.deviceKey,
  };
}

const listQuery = {
  text: Type.Optional(Type.String({ maxLength: 100, description: 'In number, name, address, or number or name of the site' })),
  area: Type.Optional(Id),
  line: Type.Optional(Id),
  site: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: '0: at none' })),
  own: Type.Optional(Type.Boolean({ description: 'true: our own, false: another platform’s' })),
  state: Type.Optional(MachineState),
  sort: Type.Optional(Type.Enum([...machineSorts], { description: 'trouble unless told: what costs most first' })),
  descending: Type.Optional(Type.Boolean()),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
};

export const machineRoutes = {
  'GET /machines': reading({
    summary: 'Machines, page by page, with how many there are of each state',
    description: 'Sales today are those of the merchant’s own day.',
    needs: 'machines.read',
    shape: {
      query: Type.Object(listQuery),
      answer: Type.Object({ items: Type.Array(MachineRow), total: Type.Integer(), counts: MachineCounts }),
    },
    async handle({ ledger, merchantId, caller, query }) {
      const {
        area,
        line,
        site,
        sort = 'trouble',
        descending = sort === 'trouble',
        offset = 0,
        limit = 50,
        text,
        ...rest
      } = query;
      const filter = {
        ...{ merchantId, machineIds: caller.machineIds, areaId: area, lineId: line, ...rest },
        ...{ text: text?.trim(), siteId: site === 0 ? null : site },
      };
      const { machines: items, ...counted } = await listMachinesPage(ledger, filter, { sort, descending, offset, limit });
      return toWire({ items, ...counted, counts: new Verbatim(counted.counts) });
    },
  }),

  'POST /machines': changing({
    summary: 'Add a machine; its password at the broker is told in this answer alone',
    description: 'Slots are empty at first. Refused: machine.exists, place.unknown.',
    needs: 'machines.write',
    everyMachine: true,
    shape: {
      body: Type.Object(
        {
          ...fields,
          machine_no: Type.String({ pattern: '^[0-9]{8,20}$', description: '8 digits; a special merchant’s may have more' }),
          name: Type.String({ minLength: 1, maxLength: 200 }),
          type: Type.Optional(MachineType),
          site_id: Type.Optional(Nullable(Id)),
          cabinets: Type.Array(Cabinet, { minItems: 1, maxItems: 9 }),
        },
        { additionalProperties: false },
      ),
      answer: Type.Object({ id: Id, machine_no: Type.String(), credentials: MachineCredentials }),
    },
    audit: {
      subject: ({ body }) => `machine ${body.machine_no}`,
      after: ({ id }, { body: { cabinets, ...body } }) => ({ id, ...body, cabinets: cabinets.length }),
    },
    async handle(call) {
      const { ledger, merchantId, cause, body } = call;
      const { machine_no: machineNo, site_id: siteId = null, cabinets: given, ...rest } = body;
      const cabinets = cabinetsOf(given);
      const { id, brokerPassword } = await addMachine(ledger, { ...rest, merchantId, machineNo, cabinets, cause });
      if (siteId !== null) await placeMachine(ledger, { merchantId, machineNo, siteId, cause });
      return { id, machine_no: machineNo, credentials: credentialsOf(call, machineNo, brokerPassword) };
    },
  }),

  'GET /machines/{machine}': reading({
    summary: 'A machine with its slots, its state and what it said of itself',
    needs: 'machines.read',
    shape: { params: oneMachine, answer: MachineDetail },
    async handle(call) {
      const { environment, configuration, traffic, condition, ...machine } = await machineOf(call);
      const said = {
        environment: new Verbatim(environment),
        configuration: new Verbatim(configuration),
        traffic: new Verbatim(traffic),
      };
      return toWire({ ...machine, ...said, condition: new Verbatim(toWire(condition) as ConditionView) });
    },
  }),

  'PATCH /machines/{machine}': changing({
    summary: 'Change what a machine is called, who is asked about it, where it stands, and whether it is in operation',
    description: 'Of our own machines alone: what another platform says of its own, it says.',
    needs: 'machines.write',
    shape: {
      params: oneMachine,
      body: Type.Object(
        { ...fields, operational: Type.Optional(Type.Boolean()), site_id: Type.Optional(Nullable(Id)) },
        { additionalProperties: false },
      ),
      answer: Done,
    },
    audit: { subject: ({ params }) => `machine ${params.machine}`, read: readFields },
    async handle(call) {
      const { ledger, merchantId, cause, body } = call;
      const { machineNo, upstreamIntegrationId } = await machineOf(call);
      if (upstreamIntegrationId !== null) refuse('machine.unknown', `${machineNo} is another platform’s`);
      const { site_id: siteId, ...change } = body;
      if (Object.keys(change).length > 0) await changeMachine(ledger, merchantId, machineNo, change as MachineChange, cause);
      if (siteId !== undefined) await placeMachine(ledger, { merchantId, machineNo, siteId, cause });
      return done;
    },
  }),

  'POST /machines/{machine}/broker-password': changing({
    summary: 'A new password for a machine at the broker, told once',
    description: 'The old one counts no more at its next sign-in.',
    needs: 'machines.write',
    everyMachine: true,
    shape: { params: oneMachine, answer: MachineCredentials },
    audit: { subject: ({ params }) => `machine ${params.machine}`, after: () => ({ broker_password: 'new' }) },
    async handle(call) {
      const { machineNo, upstreamIntegrationId } = await machineOf(call);
      if (upstreamIntegrationId !== null) refuse('machine.unknown', `${machineNo} is another platform’s`);
      const password = await issueBrokerPassword(call.ledger, call.merchantId, machineNo, call.cause);
      return credentialsOf(call, machineNo, password);
    },
  }),
};
