import { type Explanation, FieldError } from '@polyvend/protocols/shared';
import { type Static, type TSchema, Type } from 'typebox';
import type { BuiltRequest, PastedRequest, TryCall, Workbench } from '../../http/workbench.ts';
import { PasteMistake, pathOf, readPasted } from '../../integrations/read-pasted.ts';
import { toCurl } from '../../integrations/to-curl.ts';
import { refuse } from '../../ledger/errors.ts';
import type { ConsoleContext } from '../context.ts';
import { changing, reading } from '../route.ts';
import { Id, Nullable, TextIn } from '../shapes.ts';
import { toWire, Verbatim } from '../to-wire.ts';
import { credentialsOf, integrationOf } from './integration-of.ts';
import { maySignAs, requireConferred } from './require-conferred.ts';

const oneIntegration = Type.Object({ integration: Id });

/** Most characters of what is pasted. */
const mostPasted = 256 * 1024;
/** Of an answer, so many are shown. */
const mostShown = 64 * 1024;

const Header = Type.Object({ name: Type.String(), value: Type.String() });

const ExplanationView = Type.Object({
  right: Type.Boolean(),
  request: Type.Object({
    method: Type.String(),
    url: Type.String(),
    header_names: Type.Array(Type.String()),
    body_bytes: Type.Integer(),
  }),
  signed: Type.Array(
    Type.Object({
      what: Type.String({ description: 'What the signature is of' }),
      algorithm: Type.String(),
      text: Type.String({ description: 'What is to be signed; the places of secrets are marked' }),
      expected: Nullable(
        Type.String({
          description: 'Null: only who may change integrations, and do what this one may, is told what the signature must be',
        }),
      ),
      found: Type.String(),
      theirs: Nullable(
        Type.Object({
          text: Type.String({ description: 'What was signed instead' }),
          differs_at: Type.Integer({ description: 'From 0' }),
        }),
      ),
    }),
  ),
  findings: Type.Array(Type.Object({ code: Type.String(), level: Type.Enum(['mistake', 'note']), data: Type.Unknown() })),
});

const CallView = Type.Object({
  ...{ name: Type.String(), method: Type.String(), path: Type.String(), summary: Type.String(), writes: Type.Boolean() },
  fields: Nullable(Type.Unknown({ description: 'JSON Schema' })),
});

const workbenchOf = ({ dialects }: ConsoleContext, dialect: string): Workbench =>
  dialects.find(({ name }) => name === dialect)?.workbench ?? refuse('integration.unknown', dialect);

export const workbenchRoutes = {
  'POST /integrations/{integration}/workbench': reading({
    summary: 'What is right and wrong with a signed request that is pasted',
    description:
      'A curl command, or the text of an HTTP request, or its parts. The exact text that is to be signed, and where theirs differs. Nothing of it is kept. Who may not change integrations, or not do what this one may, is not told what the signature must be: that would let them sign.',
    needs: 'integrations.read',
    everyMachine: true,
    bodyLimit: 1024 * 1024,
    shape: {
      params: oneIntegration,
      body: Type.Object(
        {
          text: Type.Optional(Type.String({ maxLength: mostPasted })),
          method: Type.Optional(Type.String({ maxLength: 10 })),
          url: Type.Optional(Type.String({ maxLength: 32_768, description: 'Or its path and query' })),
          headers: Type.Optional(Type.Array(Header, { maxItems: 100 })),
          body: Type.Optional(Type.String({ maxLength: mostPasted })),
        },
        { additionalProperties: false },
      ),
      answer: ExplanationView,
    },
    async handle(call) {
      const credentials = await credentialsOf(call);
      const request = requestOf(call.body);
      const explained = await workbenchOf(call.context, credentials[0].dialect).explain(request, credentials, call.ledger);
      return viewOf(request, explained, maySignAs(call.caller, credentials[0]));
    },
  }),

  'GET /integrations/{integration}/urls': reading({
    summary: 'The addresses that the other side is given',
    needs: 'integrations.read',
    everyMachine: true,
    shape: {
      params: oneIntegration,
      answer: Type.Object({
        base: Type.String({ description: 'Of this hub; empty where it does not know its own address' }),
        mount: Type.String({ description: 'Before every path, where ids of others are the same' }),
        items: Type.Array(
          Type.Object({ name: Type.String(), method: Type.String(), path: Type.String(), summary: Type.String() }),
        ),
      }),
    },
    async handle(call) {
      const integration = await integrationOf(call);
      const calls = workbenchOf(call.context, integration.dialect).calls(integration);
      const known = new Set<string>();
      const items = calls.filter(({ method, path }) => !known.has(`${method} ${path}`) && known.add(`${method} ${path}`));
      return {
        ...{ base: call.context.publicUrl, mount: `/i/${integration.id}` },
        items: items.map(({ name, method, path, summary }) => ({ name, method, path, summary })),
      };
    },
  }),

  'GET /integrations/{integration}/calls': reading({
    summary: 'The calls that its other side may make, for trying them',
    needs: 'integrations.read',
    everyMachine: true,
    shape: {
      params: oneIntegration,
      answer: Type.Object({
        items: Type.Array(CallView),
        asks: Type.Array(
          Type.Object(
            { name: Type.String(), about: Type.String() },
            { description: 'Secrets that the hub does not have in clear' },
          ),
        ),
      }),
    },
    async handle(call) {
      const integration = await integrationOf(call);
      const workbench = workbenchOf(call.context, integration.dialect);
      const items = workbench
        .calls(integration)
        .map(({ fields, ...one }) => ({ ...one, fields: (fields ?? null) as TSchema | null }));
      return { items, asks: Object.entries(workbench.asks(integration)).map(([name, about]) => ({ name, about })) };
    },
  }),

  'POST /integrations/{integration}/try': changing({
    summary: 'Sign a call as its other side would, and send it to this hub: it really acts',
    description: 'Of who may do what its credentials may.',
    needs: 'integrations.write',
    everyMachine: true,
    apart: true,
    bodyLimit: 1024 * 1024,
    shape: {
      params: oneIntegration,
      body: Type.Object(
        {
          call: TextIn(128),
          path: Type.Optional(Type.Record(TextIn(64), TextIn(256), { maxProperties: 8 })),
          fields: Type.Optional(Type.Record(TextIn(128), Type.Unknown(), { maxProperties: 200 })),
          secrets: Type.Optional(Type.Record(TextIn(64), TextIn(8_192), { maxProperties: 4 })),
        },
        { additionalProperties: false },
      ),
      answer: Type.Object({
        request: Type.Object({ method: Type.String(), url: Type.String(), headers: Type.Array(Header), body: Type.String() }),
        curl: Type.String({ description: 'Secrets that were given for this call are left out of it' }),
        status: Type.Integer(),
        content_type: Type.String(),
        answer: Type.String(),
        cut: Type.Boolean({ description: 'The answer is longer than what is shown' }),
        milliseconds: Type.Number(),
      }),
    },
    audit: {
      subject: ({ params }) => `integration ${params.integration}`,
      after: ({ status }, { body }) => ({ tried: body.call, status }),
    },
    async handle(call) {
      const credentials = await credentialsOf(call);
      const [integration] = credentials;
      requireConferred(call.caller, integration);
      const { call: name, path = {}, fields = {}, secrets = {} } = call.body;
      const workbench = workbenchOf(call.context, integration.dialect);
      const missing = Object.keys(workbench.asks(integration)).find((one) => !secrets[one]);
      if (missing !== undefined) throw new FieldError(missing, 'is missing');
      const built = await buildOf(
        workbench,
        workbench.calls(integration),
        { call: name, path, fields, secrets },
        call,
        credentials,
      );
      const mounted = { ...built, url: `/i/${integration.id}${built.url}` };
      const from = performance.now();
      const answer = await call.context.app.inject({
        method: built.method as 'GET',
        url: mounted.url,
        headers: built.headers,
        ...(built.body !== '' && { payload: built.body }),
      });
      const shown = withoutSecrets(mounted, secrets);
      const text = answer.payload;
      return {
        request: { method: shown.method, url: shown.url, headers: headersOf(shown.headers), body: shown.body },
        curl: toCurl(shown, call.context.publicUrl || `${call.request.protocol}://${call.request.host}`),
        ...{ status: answer.statusCode, content_type: String(answer.headers['content-type'] ?? '') },
        ...{ answer: text.slice(0, mostShown), cut: text.length > mostShown },
        milliseconds: Math.round((performance.now() - from) * 10) / 10,
      };
    },
  }),
};

type Wish = Parameters<Workbench['build']>[0];

async function buildOf(
  workbench: Workbench,
  calls: readonly TryCall[],
  wish: Wish,
  { ledger }: { ledger: Parameters<Workbench['build']>[2] },
  credentials: Parameters<Workbench['build']>[1],
): Promise<BuiltRequest> {
  if (!calls.some(({ name }) => name === wish.call)) refuse('request.invalid', `call ${wish.call}`);
  try {
    return await workbench.build(wish, credentials, ledger);
  } catch (error) {
    if (error instanceof FieldError) throw error;
    refuse('request.invalid', (error as Error).message);
  }
}

const headersOf = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([name, value]) => ({ name, value }));

/** What somebody gave for one call is not sent back, not even to them: answers are kept where secrets must not be. */
function withoutSecrets(request: BuiltRequest, secrets: Readonly<Record<string, string>>): BuiltRequest {
  const mask = (text: string) =>
    Object.entries(secrets).reduce(
      (masked, [name, secret]) => (secret === '' ? masked : masked.replaceAll(secret, `‹${name}›`)),
      text,
    );
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, mask(value)]));
  return { ...request, url: mask(request.url), headers, body: mask(request.body) };
}

interface Pasted {
  text?: string;
  method?: string;
  url?: string;
  headers?: { name: string; value: string }[];
  body?: string;
}

function requestOf({ text, method, url, headers = [], body = '' }: Pasted): PastedRequest {
  try {
    if (text !== undefined) return readPasted(text);
  } catch (error) {
    if (error instanceof PasteMistake) refuse('request.invalid', error.message);
    throw error;
  }
  const named = Object.fromEntries(headers.map(({ name, value }) => [name.trim().toLowerCase(), value.trim()]));
  return { method: (method ?? 'POST').toUpperCase(), url: pathOf(url ?? '/'), headers: named, body };
}

function viewOf(
  request: PastedRequest,
  { right, signed, findings }: Explanation,
  maySign: boolean,
): Static<typeof ExplanationView> {
  const { method, url, headers, body } = request;
  return {
    right,
    request: { method, url, header_names: Object.keys(headers), body_bytes: Buffer.byteLength(body) },
    signed: signed.map(({ what, algorithm, text, expected, found, theirs }) => ({
      ...{ what, algorithm, text, found },
      expected: maySign || right ? (expected ?? null) : null,
      theirs: theirs ? { text: theirs.text, differs_at: theirs.differsAt } : null,
    })),
    findings: findings.map(({ code, level, data = {} }) => toWire({ code, level, data: new Verbatim(data) })),
  };
}
