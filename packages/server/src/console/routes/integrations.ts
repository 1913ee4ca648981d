import { Type } from 'typebox';
import { Refusal } from '../../dialects/native/index.ts';
import { createNewIntegration } from '../../integrations/create.ts';
import { describedRoles, settingText } from '../../integrations/describe-roles.ts';
import { findRole, IntegrationMistake } from '../../integrations/find-role.ts';
import { readSettings } from '../../integrations/read-fields.ts';
import { endOverlapOf, replace, rotate } from '../../integrations/rotate.ts';
import { refuse } from '../../ledger/errors.ts';
import { changeIntegration } from '../../ledger/integrations/change-integration.ts';
import { type IntegrationRow, listIntegrationPage } from '../../ledger/integrations/list-integration-page.ts';
import { countByIntegration, type Told } from '../../notifications/index.ts';
import type { ConsoleContext } from '../context.ts';
import { type Call, changing, reading, type Shape } from '../route.ts';
import { Done, done, Id, limitOf, Nullable, PageOf, PageQuery, pageOf, TextIn, Time } from '../shapes.ts';
import { toWire, Verbatim } from '../to-wire.ts';
import { integrationOf } from './integration-of.ts';
import { requireConferred } from './require-conferred.ts';

const Field = Type.Object({
  ...{ name: Type.String(), type: Type.String(), about: Type.String(), optional: Type.Boolean() },
  choices: Type.Array(Type.String()),
});
const RoleView = Type.Object({
  ...{ dialect: Type.String(), role: Type.String(), summary: Type.String(), of_books: Type.Boolean() },
  ...{ given: Type.Array(Field), settings: Type.Array(Field), replaces: Type.Array(Type.String()) },
  issued_by: Type.Enum(['us', 'them'], { description: 'Who draws the credentials' }),
});

const Texts = (most: number) =>
  Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: most }), { maxProperties: 40 });

const IntegrationView = Type.Object({
  ...{ id: Id, dialect: Type.String(), role: Type.String(), wire_id: Type.String(), name: Type.String() },
  ...{ status: Type.Enum(['active', 'revoked']), created_at: Time, last_call_at: Nullable(Time) },
  settings: Type.Unknown({ description: 'Texts by their names' }),
  overlap_until: Nullable(Time),
  signs_with_old: Type.Boolean({ description: 'Until the overlap ends we sign with the old credentials' }),
  waiting: Type.Integer({ description: 'Notifications on their way' }),
  failed: Type.Integer({ description: 'Notifications given up within seven days' }),
});

/** Among several of a kind it is what tells them apart. */
const Name = Type.String({ maxLength: 100, pattern: '\\S' });
const oneIntegration = Type.Object({ integration: Id });
const Told1 = Type.Unknown({ description: 'Credentials by their names; told in this answer alone' });
const Overlap = Type.Optional(
  Type.Integer({ minimum: 0, maximum: 30 * 86_400, description: 'Seconds for which the old ones are good; a day unless told' }),
);

const viewOf = (row: IntegrationRow, told: readonly Told[]) => {
  const { waiting, failed } = told.find(({ integrationId }) => integrationId === row.id) ?? { waiting: 0, failed: 0 };
  const settings = Object.fromEntries(Object.entries(row.settings).map(([name, value]) => [name, settingText(value)]));
  return toWire({ ...row, settings: new Verbatim(settings), waiting, failed });
};

type Named = Pick<Call<Shape>, 'ledger' | 'merchantId'> & { params: { integration: number } };

async function rowOf({ ledger, merchantId, params }: Named): Promise<IntegrationRow> {
  const [row] = await listIntegrationPage(ledger, { merchantId, id: params.integration, limit: 1 });
  return row ?? refuse('integration.unknown', `integration ${params.integration}`);
}

/** What the audit shows of one: nothing secret is in it. */
const audited = async (call: Named) => toWire({ ...(await rowOf(call)), lastCallAt: undefined });

/** What is meant wrongly is a wrong field of the request. */
async function mindful<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof IntegrationMistake)) throw error;
    const said = error.message.replace(/\.$/, '');
    if (error.field !== undefined) throw new Refusal('request.field', said, error.field);
    refuse('request.invalid', said);
  }
}

export const integrationRoutes = {
  'GET /dialects': reading({
    summary: 'What integrations there can be: dialects, their roles, what each is given and what can be set',
    needs: 'integrations.read',
    shape: { answer: Type.Object({ items: Type.Array(RoleView) }) },
    handle: async () => ({ items: toWire(describedRoles) }),
  }),

  'GET /integrations': reading({
    summary: 'Integrations, with when each last called and what it could not be told',
    needs: 'integrations.read',
    shape: {
      query: Type.Object({
        ...PageQuery,
        status: Type.Optional(Type.Enum(['active', 'revoked'])),
        dialect: Type.Optional(Type.String({ maxLength: 64 })),
      }),
      answer: PageOf(IntegrationView),
    },
    async handle({ ledger, merchantId, query }) {
      const limit = limitOf(query);
      const { status, dialect, cursor } = query;
      const after = cursor === undefined ? undefined : Number(cursor);
      if (after !== undefined && !Number.isSafeInteger(after)) refuse('request.invalid', 'cursor');
      const rows = await listIntegrationPage(ledger, { merchantId, status, dialect, after, limit: limit + 1 });
      const told = await countByIntegration(ledger, merchantId);
      return pageOf(
        rows.map((row) => viewOf(row, told)),
        limit,
        ({ id }) => String(id),
      );
    },
  }),

  'POST /integrations': changing({
    summary: 'A new integration; its credentials are told in this answer alone',
    description: 'Credentials may do no more than who makes them.',
    needs: 'integrations.write',
    everyMachine: true,
    shape: {
      body: Type.Object(
        {
          ...{ dialect: TextIn(64), role: TextIn(64), name: Name },
          given: Type.Optional(Texts(8_192)),
          settings: Type.Optional(Texts(8_192)),
        },
        { additionalProperties: false },
      ),
      answer: Type.Object({ id: Id, told: Told1 }),
    },
    audit: {
      subject: ({ body }) => `integration ${body.dialect} ${body.role}`,
      // What is given may be secret.
      after: ({ id }, { body: { given = {}, ...rest } }) => ({ id, ...rest, given: Object.keys(given) }),
    },
    async handle({ ledger, merchantId, caller, context, body }) {
      const { dialect, role, name, given = {}, settings = {} } = body;
      return await mindful(async () => {
        requireConferred(caller, { dialect, role, settings: {} });
        requireNeeded(dialect, role, (one) => Boolean(settings[one] || given[one]));
        requireUrls(context, dialect, role, settings);
        const wanted = { merchantId, name, dialect, role, given, settings, by: caller.who };
        const { id, told } = await createNewIntegration(ledger, wanted);
        return { id, told };
      });
    },
  }),

  'GET /integrations/{integration}': reading({
    summary: 'An integration, and what its role is given and can be set',
    needs: 'integrations.read',
    shape: { params: oneIntegration, answer: Type.Object({ integration: IntegrationView, kind: Nullable(RoleView) }) },
    async handle(call) {
      const row = await rowOf(call);
      const kind = describedRoles.find(({ dialect, role }) => dialect === row.dialect && role === row.role);
      const told = await countByIntegration(call.ledger, call.merchantId);
      return { integration: viewOf(row, told), kind: kind ? toWire(kind) : null };
    },
  }),

  'PATCH /integrations/{integration}': changing({
    summary: 'Change its name or its settings',
    description: 'A setting is a text; null takes it back to what it is unless told.',
    needs: 'integrations.write',
    everyMachine: true,
    shape: {
      params: oneIntegration,
      body: Type.Object(
        {
          name: Type.Optional(Name),
          settings: Type.Optional(
            Type.Record(Type.String({ maxLength: 64 }), Nullable(Type.String({ maxLength: 8_192 })), { maxProperties: 40 }),
          ),
        },
        { additionalProperties: false },
      ),
      answer: Done,
    },
    audit: { subject: ({ params }) => `integration ${params.integration}`, read: audited },
    async handle(call) {
      const { ledger, merchantId, context, caller, cause, params, body } = call;
      const row = await rowOf(call);
      // A setting says where we tell what, and how much of it.
      if (body.settings) requireConferred(caller, row);
      const given = Object.entries(body.settings ?? {});
      const texts = Object.fromEntries(given.flatMap(([name, text]) => (text === null ? [] : [[name, text]])));
      const unset = given.flatMap(([name, text]) => (text === null ? [name] : []));
      await mindful(async () => {
        const role = findRole(row.dialect, row.role);
        const unknown = unset.find((name) => !Object.hasOwn(role.settings, name));
        if (unknown !== undefined) throw new IntegrationMistake(`there is no setting ${unknown}`);
        requireNeeded(row.dialect, row.role, (one) => !unset.includes(one) && texts[one] !== '');
        requireUrls(context, row.dialect, row.role, texts);
        const settings = readSettings(role, texts);
        const change = { settings, unset, ...(body.name !== undefined && { name: body.name }), cause };
        await changeIntegration(ledger, merchantId, params.integration, change);
      });
      return done;
    },
  }),

  'DELETE /integrations/{integration}': changing({
    summary: 'Revoke it: its credentials count no more, in every process at once',
    needs: 'integrations.write',
    everyMachine: true,
    shape: { params: oneIntegration, answer: Done },
    audit: { subject: ({ params }) => `integration ${params.integration}`, read: audited },
    async handle(call) {
      await rowOf(call);
      const { ledger, merchantId, params, cause } = call;
      await changeIntegration(ledger, merchantId, params.integration, { status: 'revoked', cause });
      return done;
    },
  }),

  'POST /integrations/{integration}/rotate': changing({
    summary: 'New credentials, told in this answer alone; the old ones are good beside them until a time',
    description:
      'Where the other side issues them, they are given in: `given`. What we ourselves sign is signed with the old ones until the overlap ends, where the new are ours; and with the new at once, where they are the other side’s. While an overlap lasts there is no third set.',
    needs: 'integrations.write',
    everyMachine: true,
    shape: {
      params: oneIntegration,
      body: Type.Object({ overlap: Overlap, given: Type.Optional(Texts(8_192)) }, { additionalProperties: false }),
      answer: Type.Object({ told: Told1, until: Nullable(Time) }),
    },
    audit: {
      subject: ({ params }) => `integration ${params.integration}`,
      read: audited,
      after: ({ until }) => ({ credentials: 'new', until }),
    },
    async handle(call) {
      const { ledger, cause, caller, body } = call;
      const integration = await integrationOf(call);
      const lasting = body.overlap === undefined ? {} : { overlap: body.overlap };
      requireConferred(caller, integration);
      const { given } = body;
      return await mindful(async () => {
        if (given) {
          const until = await replace(ledger, { integration, given, ...lasting, cause });
          return { told: {}, until: until?.toISOString() ?? null };
        }
        const { told, until } = await rotate(ledger, { integration, ...lasting, cause });
        return { told, until: until?.toISOString() ?? null };
      });
    },
  }),

  'POST /integrations/{integration}/end-overlap': changing({
    summary: 'The old credentials count no more from now on',
    needs: 'integrations.write',
    everyMachine: true,
    shape: { params: oneIntegration, answer: Type.Object({ ended: Type.Boolean() }) },
    audit: { subject: ({ params }) => `integration ${params.integration}`, read: audited },
    async handle(call) {
      const { ledger, cause } = call;
      return { ended: await endOverlapOf(ledger, { integration: await integrationOf(call), cause }) };
    },
  }),
};

/** Settings without which it would do nothing. */
function requireNeeded(dialect: string, role: string, has: (name: string) => boolean): void {
  const lacking = Object.entries(findRole(dialect, role).settings).find(([name, { needed }]) => needed && !has(name));
  if (lacking) throw new IntegrationMistake(`${lacking[0]} is required`, lacking[0]);
}

/** Addresses that we would call are looked at before they are kept. */
function requireUrls(context: ConsoleContext, dialect: string, role: string, texts: Readonly<Record<string, string>>): void {
  const { settings } = findRole(dialect, role);
  for (const [name, text] of Object.entries(texts)) {
    if (text === '' || !Object.hasOwn(settings, name) || settings[name]?.type !== 'url') continue;
    const reason = context.checkUrl(text);
    if (reason !== undefined) throw new IntegrationMistake(`${name} is ${reason}`, name);
  }
}
