import {
  FieldError,
  OfflineOrders,
  OfflineOrdersAnswer,
  offlineHeaders,
  offlinePaths,
  optionalInteger,
  readInteger,
  readText,
  StandaloneStock,
  StandaloneStockAnswer,
  verifyMachineApiKey,
} from '@polyvend/protocols/active-order';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Compile } from 'typebox/compile';
import { causeOf } from '../../../http/cause.ts';
import type { DialectContext } from '../../../http/dialect.ts';
import { rawBody } from '../../../http/raw-body.ts';
import { findMachineByNo, type KnownMachine } from '../../../ledger/machines/find-machine-by-no.ts';
import { recordSlotReport } from '../../../ledger/machines/record-slot-report.ts';
import { recordMachineOrders } from '../../../ledger/orders/record-machine-orders.ts';
import { Refusal, wordError } from '../errors.ts';
import { appKeyOf, dialect, role } from '../integration.ts';
import { headerOf } from '../verify.ts';
import { describeOffline } from './describe.ts';
import { fieldError, within } from './name-field.ts';
import { machineOrderOf } from './offline-orders.ts';

// Machines that sell by themselves report afterwards: their calls are known by two headers, not by a payload.

const orders = Compile(OfflineOrders);
const stock = Compile(StandaloneStock);

type Serve = (context: DialectContext, machine: KnownMachine, request: FastifyRequest) => Promise<Record<string, unknown>>;

export function offlineRoutes(app: FastifyInstance, context: DialectContext): void {
  app.route({
    method: 'POST',
    url: offlinePaths.batchUploadOrders,
    schema: describeOffline('离线订单上传', OfflineOrders, OfflineOrdersAnswer),
    handler: (request, reply) => answer(context, uploadOrders, request, reply),
  });
  app.route({
    method: 'POST',
    url: offlinePaths.standaloneUpdateStock,
    schema: describeOffline('单机库存上传', StandaloneStock, StandaloneStockAnswer),
    handler: (request, reply) => answer(context, updateStock, request, reply),
  });
}

async function answer(context: DialectContext, serve: Serve, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
  try {
    const machine = await authenticateMachine(context, request);
    return JSON.stringify({ _request_id: request.id, ...(await serve(context, machine, request)) });
  } catch (error) {
    const worded = wordError(error);
    if (!worded) throw error;
    reply.code(worded.status);
    return JSON.stringify({ _request_id: request.id, code: worded.answer.code, msg: worded.answer.message });
  }
}

/** The key is made with the app key of any of the merchant's integrations. An unknown machine answers like a wrong key. */
async function authenticateMachine(
  { ledger, directory, limiter }: DialectContext,
  request: FastifyRequest,
): Promise<KnownMachine> {
  const machineNo = headerOf(request, offlineHeaders.machineNo);
  const apiKey = headerOf(request, offlineHeaders.apiKey);
  if (machineNo === '' || apiKey === '') throw new Refusal('credentialsMissing');
  const machine = await findMachineByNo(ledger, machineNo);
  const { integration: mounted } = request.params as { integration?: string };
  const integrations = machine ? await directory.candidatesOf(dialect, role, machine.merchantId) : [];
  const keys = integrations.filter(({ id }) => mounted === undefined || String(id) === mounted).map(appKeyOf);
  // A comparison is made in any case, so that an unknown number takes as long.
  const fits = (keys.length > 0 ? keys : ['none']).filter((key) => verifyMachineApiKey(machineNo, key, apiKey)).length > 0;
  if (!machine || keys.length === 0 || !fits) throw new Refusal('appSecretInvalid', 'api key is invalid');
  if (!limiter.allow(`machine ${machine.id}`)) throw new Refusal('tooManyRequests');
  return machine;
}

async function uploadOrders(
  { ledger }: DialectContext,
  machine: KnownMachine,
  request: FastifyRequest,
): Promise<Record<string, unknown>> {
  const body = parse(request);
  if (!orders.Check(body)) throw fieldError(orders.Errors(body)[0]);
  refuseTooMany(body);
  const drafts = body.map((order, n) => machineOrderOf(order, `[${n}]`, machine.timeZone, ledger.clock.now()));
  await recordMachineOrders(ledger, machine, drafts, causeOf(request, rawBody(request).toString()));
  return {};
}

async function updateStock(
  { ledger }: DialectContext,
  machine: KnownMachine,
  request: FastifyRequest,
): Promise<Record<string, unknown>> {
  const body = parse(request);
  if (!stock.Check(body)) throw fieldError(stock.Errors(body)[0]);
  const cause = causeOf(request, rawBody(request).toString());
  const reports = body.data.map((slot, n) => within(`data[${n}]`, () => reportOf(slot)));
  let count = 0;
  for (const report of reports) {
    const known = {
      merchantId: machine.merchantId,
      machineId: machine.id,
      source: 'upload' as const,
      saidAt: ledger.clock.now(),
      cause,
    };
    if (await recordSlotReport(ledger, { ...known, ...report })) count += 1;
  }
  return { code: 1, count, data: [], msg: 'success' };
}

function reportOf(slot: StandaloneStock['data'][number]) {
  const productId = optionalInteger(slot, 'product_id', { min: 1 });
  return {
    slot:
      productId === undefined
        ? { code: readText(slot, 'code', { max: 32 }), addr: readInteger(slot, 'addr', { min: 0 }) }
        : { productId },
    onHand: readInteger(slot, 'current_inventory', { min: 0, max: 100_000 }),
    capacity: optionalInteger(slot, 'inventory', { min: 0, max: 100_000 }),
  };
}

/** Each unit becomes a row: no machine sells so many between two uploads. */
const mostUnits = 5_000;

function refuseTooMany(orders: OfflineOrders): void {
  const units = orders.flatMap(({ records }) => records).reduce((sum, { quantity }) => sum + Number(quantity), 0);
  if (units > mostUnits) throw new FieldError('quantity', `may add up to at most ${mostUnits} in one upload`);
}

function parse(request: FastifyRequest): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody(request)));
  } catch {
    throw new Refusal('badRequest', 'body is not JSON');
  }
}
