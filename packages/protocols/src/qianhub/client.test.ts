import fc from 'fast-check';
import { expect, test } from 'vitest';
import vector from '../../vectors/qianhub.json' with { type: 'json' };
import { qianHubClient, type Send } from './client.ts';
import { answerError } from './errors.ts';
import { BrokenAnswer, readArray } from './read-array.ts';
import { sampleShops } from './samples.fixture.ts';
import { readPublicKey, verifySignature } from './sign.ts';

const [{ appId, privateKey, publicKey, body, signature }] = vector.vectors as [(typeof vector.vectors)[0]];

async function* pieces(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  // The same buffer each time, as some streams have it: what is kept must be copied.
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) yield buffer.subarray(0, bytes.copy(buffer, 0, at, at + size));
}

interface Sent {
  url: string;
  headers: Record<string, string>;
  body: string;
}

function clientThat(answer: unknown, status = 200) {
  const sent: Sent[] = [];
  const send: Send = (url, call) => {
    sent.push({ url, headers: call.headers, body: call.body });
    return Promise.resolve({ status, body: pieces(typeof answer === 'string' ? answer : JSON.stringify(answer)) });
  };
  return { client: qianHubClient({ url: 'https://hub.example/', appId, privateKey, send }), sent };
}

const range = { shop_id: 10, begin: '2018-07-28 12:00:00', end: '2018-07-28 15:00:00' };

async function all(records: AsyncIterable<unknown>): Promise<unknown[]> {
  const list = [];
  for await (const record of records) list.push(record);
  return list;
}

test("the vendor's test call is sent byte for byte, with its signature", async () => {
  const { client, sent } = clientThat({ name: 'Jack' });
  expect(await client.test({ name: 'Jack' })).toEqual({ name: 'Jack' });
  expect(sent[0]).toMatchObject({ url: 'https://hub.example/gateway', body });
  expect(sent[0]?.headers).toMatchObject({ 'X-QianHub-App': appId, 'X-QianHub-Sign': signature });
});

test('shops are listed', async () => {
  const { client, sent } = clientThat(sampleShops());
  expect(await client.listShop()).toEqual(sampleShops().shops);
  expect(sent[0]?.body).toBe('{"version":"1.0","action":"qianhub.agent.list-shop"}');
});

test('records come one by one, and what asks for them is signed', async () => {
  const { client, sent } = clientThat([{ json: { a: '],[' } }, { json: {} }]);
  expect(await all(client.query({ ...range, boh_type: 'cashier.finish' }))).toEqual([{ json: { a: '],[' } }, { json: {} }]);
  expect(await all(client.batchQuery({ ...range, boh_types: ['cashier.finish', 'waimai.order'] }))).toHaveLength(2);
  const key = readPublicKey(publicKey);
  for (const { body, headers } of sent) expect(key && verifySignature(body, headers['X-QianHub-Sign'], key)).toBe(true);
  expect(sent.map(({ body }) => JSON.parse(body).action)).toEqual(['qianhub.agent.query', 'qianhub.agent.batch-query']);
});

test('a refusal is thrown with its code', async () => {
  const { client } = clientThat(answerError('timeRange', 'end is before begin'), 400);
  const error = await all(client.query({ ...range, boh_type: 'cashier.finish' })).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 1008, status: 400, message: '时间范围错误 (end is before begin)' });
  await expect(clientThat('<html>', 502).client.listShop()).rejects.toMatchObject({ code: 0, status: 502 });
  await expect(clientThat('null', 500).client.listShop()).rejects.toMatchObject({ code: 0, status: 500 });
  await expect(clientThat('{"sho').client.listShop()).rejects.toThrow('no JSON');
});

test('a key that is none is said at once', () => {
  expect(() => qianHubClient({ url: 'https://hub.example', appId, privateKey: publicKey })).toThrow('privateKey');
});

test('an answer that does not begin is given up', async () => {
  const send: Send = (_, { signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  const client = qianHubClient({ url: 'https://hub.example', appId, privateKey, send, timeoutMs: 20 });
  await expect(all(client.query({ ...range, boh_type: 'cashier.finish' }))).rejects.toThrow('No answer in time');
});

test('any array is read as JSON.parse reads it, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue()),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(undefined, 1),
      async (list, size, gap) => {
        const text = JSON.stringify(list, null, gap);
        expect(await all(readArray(pieces(` ${text}\n`, size)))).toEqual(JSON.parse(text));
      },
    ),
  );
});

test('an array that is cut anywhere throws, after the entries that came whole', async () => {
  const text = JSON.stringify([{ a: 1, b: ['x', '"]'] }, '树莓派', 3]);
  const whole = JSON.parse(text) as unknown[];
  for (let end = 0; end < text.length; end += 1) {
    const got: unknown[] = [];
    const reading = (async () => {
      for await (const one of readArray(pieces(text.slice(0, end)))) got.push(one);
    })();
    await expect(reading, text.slice(0, end)).rejects.toThrow(BrokenAnswer);
    expect(got).toEqual(whole.slice(0, got.length));
  }
});

test.each(['', '{}', 'null', '[1,]', '[,]', '[1 2]', '[1]]', '[1],', '[1}', '[{]', '["a]', '[1][2]', '[undefined]', '"[]"'])(
  'what is no array throws: %s',
  async (text) => {
    await expect(all(readArray(pieces(text)))).rejects.toThrow(BrokenAnswer);
  },
);

test('an entry without end is given up', async () => {
  async function* endless() {
    yield Buffer.from('["');
    for (;;) yield Buffer.alloc(1000, 'a');
  }
  await expect(all(readArray(endless(), 10_000))).rejects.toThrow('longer than 10000 bytes');
});
