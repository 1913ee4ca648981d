import { describe, expect, test } from 'vitest';
import { owithoPlatformClient, owithoThirdPartyClient } from './client.ts';
import { answerError, answerOk, answerToken, OwithoError } from './errors.ts';
import { FieldError } from './schema.ts';
import { readEnvelope, readTokenRequest, verifyEnvelope, verifyTokenRequest } from './sign.ts';
import { createTokenKeeper } from './token-keeper.ts';

const appId = 'app1';
const secretKey = 'secret';
const clock = { now: () => new Date(1_526_697_000_000) };
const layout = { machineCode: 'm1', machineStatus: 10, slotList: [] };

/** A far end that gives tokens t1, t2 … and answers as told; it accepts the token that is named. */
function farEnd(answer: object = answerOk(), accepts?: () => string) {
  const sent: { url: URL; method: string | undefined; body: string }[] = [];
  let tokens = 0;
  const send: typeof fetch = async (input, init) => {
    const url = new URL(String(input));
    const body = String(init?.body ?? '');
    sent.push({ url, method: init?.method, body });
    if (url.pathname.endsWith('/getAccessToken')) {
      const expireTime = new Date(clock.now().getTime() + 86_400_000);
      return Response.json(answerToken({ accessToken: `t${++tokens}`, expireTime }));
    }
    if (accepts && !verifyEnvelope(envelopeOf(body), [accepts()])) return Response.json(answerError('signatureInvalid'));
    return Response.json(answer);
  };
  return { send, sent };
}

function envelopeOf(body: string | undefined) {
  const read = readEnvelope(body ?? '');
  return read.ok ? read.envelope : expect.unreachable(read.reason);
}

describe('towards the platform', () => {
  const clientOf = (send: typeof fetch) =>
    owithoPlatformClient({ baseUrl: 'https://open.example/', appId, secretKey, clock, fetch: send });

  test('one token serves all calls', async () => {
    const { send, sent } = farEnd();
    const client = clientOf(send);
    const unit = { slotNum: '01', skuCode: 'a', status: 200 } as const;
    await Promise.all([client.syncSkus([]), client.syncMachine({ ...layout, machineStatus: 10 })]);
    await client.orderCallback({ orderViewId: 'o1', outStatus: 200, outDetailList: [unit] });
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      'GET /getAccessToken',
      'POST /sku/sync',
      'POST /machine/sync',
      'POST /order/callback',
    ]);
    const query = readTokenRequest(Object.fromEntries(sent[0]?.url.searchParams ?? []));
    expect(verifyTokenRequest(query, secretKey)).toBe(true);
    const envelope = envelopeOf(sent[3]?.body);
    expect(verifyEnvelope(envelope, ['t1'])).toBe(true);
    expect(envelope.data).toBe(
      '{"orderViewId":"o1","outStatus":200,"outDetailList":[{"slotNum":"01","skuCode":"a","status":200}]}',
    );
  });

  test('money leaves as text with two decimals', async () => {
    const { send, sent } = farEnd();
    const sku = { skuCode: 'a', skuName: 'b', skuUnit: 'c', skuSpec: 'd', originalPrice: 250, skuPic: 'https://x.example/p.png' };
    await clientOf(send).syncSkus([sku]);
    expect(JSON.parse(envelopeOf(sent[1]?.body).data)).toEqual({ skuList: [{ ...sku, originalPrice: '2.50' }] });
  });

  test('a refused signature is tried once more, with a new token', async () => {
    const { send, sent } = farEnd(answerOk(), () => 't2');
    await clientOf(send).syncSkus([]);
    expect(sent.map(({ url }) => url.pathname)).toEqual(['/getAccessToken', '/sku/sync', '/getAccessToken', '/sku/sync']);
    const never = farEnd(answerOk(), () => 'none');
    await expect(clientOf(never.send).syncSkus([])).rejects.toMatchObject({ code: 40002 });
    expect(never.sent).toHaveLength(4);
  });

  test('testSign answers what the machine is', async () => {
    const answer = { machineCode: 'm1', machineInfo: 'x' };
    expect(await clientOf(farEnd(answerOk(answer)).send).testSign('m1')).toEqual(answer);
    expect(await clientOf(farEnd(answerOk(JSON.stringify(answer))).send).testSign('m1')).toEqual(answer);
  });

  test('a refusal is an error', async () => {
    const refused = clientOf(farEnd(answerError('skuSyncFailed', 'no such good')).send).syncSkus([]);
    await expect(refused).rejects.toThrow(OwithoError);
    await expect(refused).rejects.toMatchObject({ code: 50001, message: 'no such good' });
  });
});

describe('towards a third party', () => {
  const clientOf = (send: typeof fetch, tokens: string[] = ['t2', 't1']) =>
    owithoThirdPartyClient({ baseUrl: 'https://third.example/api', appId, secretKey, tokens: () => tokens, clock, fetch: send });

  test('every valid token signs, and the secret key when there is none', async () => {
    const { send, sent } = farEnd(answerOk(layout));
    await clientOf(send).machineQuery('m1');
    await clientOf(send, []).machineQuery('m1');
    expect(sent[0]?.url.pathname).toBe('/api/machine/query');
    const [both, secret] = sent.map(({ body }) => envelopeOf(body));
    expect(both?.signatures).toHaveLength(2);
    for (const token of ['t1', 't2']) expect(both && verifyEnvelope(both, [token])).toBe(true);
    expect(secret && verifyEnvelope(secret, [secretKey])).toBe(true);
  });

  test('a notice leaves in the vendor’s form, an outcome comes as object or text', async () => {
    const outcome = { orderViewId: 'o1', outStatus: 400, outDetailList: [{ slotNum: '01', skuCode: 'a', status: 400 }] };
    const { send, sent } = farEnd(answerOk(JSON.stringify(outcome)));
    const client = clientOf(send);
    await client.orderNotice({
      orderViewId: 'o1',
      machineCode: 'm1',
      discountMoney: 100,
      originAmount: 600,
      actualAmount: 500,
      payStatus: 1,
      refundStatus: 0,
      orderTime: clock.now(),
      payCompleteTime: clock.now(),
      payMethod: 2,
      orderDetailList: [{ skuCode: 'a', slotNum: '01', quantity: 3, originalPrice: 200, actualPrice: 167 }],
    });
    const data: unknown = JSON.parse(envelopeOf(sent[0]?.body).data);
    expect(data).toMatchObject({ containerCode: '', actualAmount: '5.00', orderTime: 1_526_697_000_000 });
    expect(await client.orderQuery('o1')).toEqual(outcome);
  });

  test('an answer that is none of a machine’s is told apart from a refusal', async () => {
    await expect(clientOf(farEnd(answerOk({ machineCode: 'm1' })).send).machineQuery('m1')).rejects.toThrow(FieldError);
    await expect(clientOf(farEnd(answerOk('')).send).machineQuery('m1')).rejects.toThrow(FieldError);
    await expect(clientOf(farEnd(answerError('failed')).send).orderQuery('o1')).rejects.toThrow(OwithoError);
  });
});

describe('a keeper of tokens', () => {
  function keeperWith(lifeMs: number) {
    let now = 0;
    let fetched = 0;
    const fetchToken = async () => ({ accessToken: `t${++fetched}`, expireTime: new Date(now + lifeMs) });
    const keeper = createTokenKeeper({ fetchToken, clock: { now: () => new Date(now) } });
    const at = (ms: number) => {
      now = ms;
    };
    return { keeper, at, fetched: () => fetched };
  }

  test('renews before the end, and those who ask together share one', async () => {
    const { keeper, at } = keeperWith(3_600_000);
    expect(await Promise.all([keeper.token(), keeper.token()])).toEqual(['t1', 't1']);
    at(49 * 60_000);
    expect(await keeper.token()).toBe('t1');
    at(51 * 60_000);
    expect(await keeper.token()).toBe('t2');
    expect(keeper.known).toEqual(['t2', 't1']);
  });

  test('a refused token is renewed once, whoever says so', async () => {
    const { keeper, fetched } = keeperWith(3_600_000);
    const token = await keeper.token();
    expect(await Promise.all([keeper.renew(token), keeper.renew(token)])).toEqual(['t2', 't2']);
    expect(await keeper.renew(token)).toBe('t2');
    expect(fetched()).toBe(2);
  });

  test('a short life does not mean a token a call', async () => {
    const { keeper, at, fetched } = keeperWith(60_000);
    for (const ms of [0, 10_000, 29_000]) {
      at(ms);
      await keeper.token();
    }
    expect(fetched()).toBe(1);
  });

  test('a failed fetch is not kept', async () => {
    let fail = true;
    const fetchToken = async () => {
      if (fail) throw new Error('down');
      return { accessToken: 't', expireTime: new Date(8.64e15) };
    };
    const keeper = createTokenKeeper({ fetchToken });
    await expect(keeper.token()).rejects.toThrow('down');
    fail = false;
    expect(await keeper.token()).toBe('t');
  });
});
