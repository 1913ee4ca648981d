import { Type } from 'typebox';
import { addLine } from '../../ledger/places/add-line.ts';
import { addSite } from '../../ledger/places/add-site.ts';
import { changeLine } from '../../ledger/places/change-line.ts';
import { changeSite } from '../../ledger/places/change-site.ts';
import { listAreas } from '../../ledger/places/list-areas.ts';
import { listSitesWithMachines } from '../../ledger/places/list-sites-with-machines.ts';
import { readLine, readSite } from '../../ledger/places/read-place.ts';
import { summarizeLines } from '../../ledger/places/summarize-lines.ts';
import { changing, reading } from '../route.ts';
import { Done, done, Id, Nullable, TextIn } from '../shapes.ts';
import { toWire } from '../to-wire.ts';

const sums = {
  machines: Type.Integer(),
  online: Type.Integer(),
  troubled: Type.Integer({ description: 'Offline, or with something wrong' }),
};

const Name = Type.String({ minLength: 1, maxLength: 100 });
const Place = Type.Object({ id: Id });
const Degrees = (most: number) => Type.Optional(Nullable(Type.Number({ minimum: -most, maximum: most })));

const lineFields = { area: Type.Optional(Nullable(Name)), description: Type.Optional(TextIn(300)) };
const siteFields = { line_id: Type.Optional(Nullable(Id)), address: Type.Optional(TextIn(300)) };

export const placeRoutes = {
  'GET /areas': reading({
    summary: 'Areas, by their names',
    needs: 'machines.read',
    shape: { answer: Type.Object({ items: Type.Array(Type.Object({ id: Id, name: Type.String() })) }) },
    handle: async ({ ledger, merchantId, caller }) => ({ items: await listAreas(ledger, merchantId, caller.machineIds) }),
  }),

  'GET /lines': reading({
    summary: 'Lines, with how their machines are; what is on none comes last, without an id',
    needs: 'machines.read',
    shape: {
      answer: Type.Object({
        items: Type.Array(
          Type.Object({
            ...{ id: Nullable(Id), name: Type.String(), description: Type.String() },
            ...{ area_id: Nullable(Id), area_name: Type.String(), sites: Type.Integer(), ...sums },
          }),
        ),
      }),
    },
    handle: async ({ ledger, merchantId, caller }) =>
      toWire({ items: await summarizeLines(ledger, merchantId, caller.machineIds) }),
  }),

  'POST /lines': changing({
    summary: 'Add a line; its area is made when it is not there',
    needs: 'machines.write',
    everyMachine: true,
    shape: { body: Type.Object({ name: Name, ...lineFields }, { additionalProperties: false }), answer: Place },
    audit: { subject: ({ body }) => `line ${body.name}`, after: ({ id }, { body }) => ({ id, ...body }) },
    async handle(call) {
      const { name, area, description } = call.body;
      const line = { name, description, ...(area !== null && { area }) };
      return { id: await addLine(call.ledger, { merchantId: call.merchantId, ...line, cause: call.cause }) };
    },
  }),

  'PATCH /lines/{line}': changing({
    summary: 'Rename a line, or put it in another area',
    needs: 'machines.write',
    everyMachine: true,
    shape: {
      params: Type.Object({ line: Id }),
      body: Type.Object({ name: Type.Optional(Name), ...lineFields }, { additionalProperties: false }),
      answer: Done,
    },
    audit: {
      subject: ({ params }) => `line ${params.line}`,
      read: ({ ledger, merchantId, params }) => readLine(ledger, merchantId, params.line),
    },
    async handle(call) {
      const { ledger, merchantId, params, body: change, cause } = call;
      await changeLine(ledger, { merchantId, lineId: params.line, change, cause });
      return done;
    },
  }),

  'GET /sites': reading({
    summary: 'Sites, page by page, with how their machines are, each a dot',
    description: 'At most sixty dots of a site, the troubled first.',
    needs: 'machines.read',
    shape: {
      query: Type.Object({
        text: Type.Optional(Type.String({ maxLength: 100, description: 'In number, name or address' })),
        line: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: '0: on none' })),
        area: Type.Optional(Id),
        offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      }),
      answer: Type.Object({
        items: Type.Array(
          Type.Object({
            ...{ id: Id, number: Type.String(), name: Type.String(), address: Type.String() },
            ...{ longitude: Nullable(Type.Number()), latitude: Nullable(Type.Number()) },
            ...{ line_id: Nullable(Id), line_name: Type.String(), area_name: Type.String() },
            upstream_integration_id: Nullable(Type.Integer({ description: 'The platform that names it; null: our own' })),
            ...sums,
            dots: Type.Array(
              Type.Object({
                ...{ id: Id, machine_no: Type.String(), name: Type.String() },
                ...{ operational: Type.Boolean(), online: Type.Boolean(), troubled: Type.Boolean() },
              }),
            ),
          }),
        ),
        total: Type.Integer(),
      }),
    },
    async handle({ ledger, merchantId, caller, query: { text, line, area, offset = 0, limit = 50 } }) {
      const lineId = line === 0 ? null : line;
      const filter = { merchantId, machineIds: caller.machineIds, text: text?.trim(), lineId, areaId: area };
      const { sites, total } = await listSitesWithMachines(ledger, filter, { offset, limit });
      return toWire({ items: sites, total });
    },
  }),

  'POST /sites': changing({
    summary: 'Add a site',
    needs: 'machines.write',
    everyMachine: true,
    shape: { body: Type.Object({ number: Name, name: Name, ...siteFields }, { additionalProperties: false }), answer: Place },
    audit: { subject: ({ body }) => `site ${body.number}`, after: ({ id }, { body }) => ({ id, ...body }) },
    async handle(call) {
      const { number, name, line_id: lineId, address } = call.body;
      const site = { number, name, lineId, address };
      return { id: await addSite(call.ledger, { merchantId: call.merchantId, ...site, cause: call.cause }) };
    },
  }),

  'PATCH /sites/{site}': changing({
    summary: 'Rename a site, put it on another line, or say where it is',
    needs: 'machines.write',
    everyMachine: true,
    shape: {
      params: Type.Object({ site: Id }),
      body: Type.Object(
        {
          ...{ number: Type.Optional(Name), name: Type.Optional(Name), ...siteFields },
          ...{ longitude: Degrees(180), latitude: Degrees(90) },
        },
        { additionalProperties: false },
      ),
      answer: Done,
    },
    audit: {
      subject: ({ params }) => `site ${params.site}`,
      read: ({ ledger, merchantId, params }) => readSite(ledger, merchantId, params.site),
    },
    async handle(call) {
      const { ledger, merchantId, params, cause } = call;
      const { line_id: lineId, ...rest } = call.body;
      await changeSite(ledger, { merchantId, siteId: params.site, change: { ...rest, lineId }, cause });
      return done;
    },
  }),
};
