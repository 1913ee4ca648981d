import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { largestPicture, putPicture } from '../../packages/server/src/ledger/catalog/put-picture.ts';
import { LedgerError } from '../../packages/server/src/ledger/errors.ts';
import { listProducts } from '../../packages/server/src/ledger/machines/list-products.ts';
import { startTestHub, type TestHub } from '../support/index.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub({ environment: { POLYVEND_PUBLIC_URL: 'https://hub.example.com/' } });
});
afterAll(() => hub?.stop());

const bytesOf = (hex: string, length = 100) => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(length, 7)]);
const png = bytesOf('89504e470d0a1a0a');
const put = (bytes: Buffer, goodsNumber = '1001') =>
  putPicture(hub.ledger, { merchantId: hub.merchant.id, goodsNumber, bytes, cause: { by: 'test' } });

describe('a picture', () => {
  test('of a good is where its products say, under its hash, for ever', async () => {
    const name = await put(png);
    expect(name).toBe(`${createHash('sha256').update(png).digest('hex')}.png`);
    const machine = await hub.machine('spring', { connect: false });
    const { products } = await listProducts(hub.ledger, { merchantId: hub.merchant.id, machineId: machine.id });
    const url = products.find(({ goods }) => goods?.number === '1001')?.goods?.pictureUrl ?? '';
    expect(url).toBe(`https://hub.example.com/media/${name}`);
    const answer = await fetch(new URL(new URL(url).pathname, hub.url));
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(png);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      etag: `"${name}"`,
    });
    const again = await fetch(answer.url, { headers: { 'if-none-match': `W/"other", "${name}"` } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await fetch(answer.url, { method: 'HEAD' })).headers.get('content-length')).toBe(String(png.length));
  });

  test.each([
    ['jpg', 'image/jpeg', 'ffd8ffe0'],
    ['gif', 'image/gif', '474946383961'],
    ['webp', 'image/webp', '524946461000000057454250'],
  ])('may be a %s', async (extension, contentType, hex) => {
    const name = await put(bytesOf(hex));
    expect(name.endsWith(`.${extension}`)).toBe(true);
    expect((await fetch(`${hub.url}/media/${name}`)).headers.get('content-type')).toBe(contentType);
  });

  test('given twice is one, and another merchant may have the same', async () => {
    const tenant = await hub.tenant();
    const name = await put(png);
    expect(await put(png, '1002')).toBe(name);
    const theirs = { merchantId: tenant.merchant.id, goodsNumber: '1001', bytes: png, cause: { by: 'test' } };
    expect(await putPicture(hub.ledger, theirs)).toBe(name);
    expect((await fetch(`${hub.url}/media/${name}`)).status).toBe(200);
  });

  test.each([
    ['of no known kind', Buffer.from('<svg onload="alert(1)">')],
    ['that is empty', Buffer.alloc(0)],
    ['that is RIFF and no WebP', bytesOf('524946461000000041564920')],
    ['that is too large', bytesOf('89504e470d0a1a0a', largestPicture)],
  ])('%s is refused', async (_, bytes) => {
    await expect(put(bytes)).rejects.toMatchObject({ code: 'request.invalid', detail: expect.stringMatching(/^picture: /) });
  });

  test('of a good that is not there is refused, and is not kept', async () => {
    const bytes = bytesOf('89504e470d0a1a0a', 33);
    await expect(put(bytes, 'none')).rejects.toThrow(LedgerError);
    const name = `${createHash('sha256').update(bytes).digest('hex')}.png`;
    expect((await fetch(`${hub.url}/media/${name}`)).status).toBe(404);
  });
});

test.each([
  '/media/',
  '/media/x.png',
  `/media/${'0'.repeat(64)}.png`,
  `/media/${'0'.repeat(64)}.exe`,
  '/media/..%2f..%2fetc%2fpasswd',
])('%s is not found', async (path) => {
  const answer = await fetch(hub.url + path);
  expect(answer.status).toBe(404);
  expect(await answer.text()).not.toMatch(/[0-9a-f]{64}\.png.*[0-9a-f]{64}\.png/);
});
