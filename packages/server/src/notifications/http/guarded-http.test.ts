import type { LookupAddress } from 'node:dns';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type GuardedHttp, type GuardedHttpOptions, guardedHttp } from './guarded-http.ts';
import { HttpFailure } from './http-failure.ts';

let handle: (request: IncomingMessage, response: ServerResponse) => void;
const sockets = new Set<unknown>();
// The client alone ends a connection that is idle: ended by both at once, a call may be lost on it.
const server = createServer({ keepAliveTimeout: 0 }, (request, response) => handle(request, response));
server.on('connection', (socket) => sockets.add(socket));
const open: GuardedHttp[] = [];
let base = '';
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
  base = `http://127.0.0.1:${port}`;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((http) => http.close()));
  sockets.clear();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Patient, unless a test is about what never comes: a machine that is shared stands still now and then. */
function client(options: GuardedHttpOptions = {}): GuardedHttp {
  const http = guardedHttp({ allow: ['127.0.0.0/8'], timeout: 45_000, connectTimeout: 45_000, ...options });
  open.push(http);
  return http;
}

const impatient = { timeout: 300 };

it('posts and answers', async () => {
  const seen: unknown[] = [];
  handle = (request, response) => {
    request.setEncoding('utf8');
    request.on('data', (body) => seen.push(request.method, request.url, request.headers, body));
    request.on('end', () => response.writeHead(202, { 'Retry-After': '7', 'Set-Cookie': ['a=1', 'b=2'] }).end('收到'));
  };
  const headers = { 'Content-Type': 'text/plain', Cookie: 'a=1', Host: 'other', 'User-Agent': 'other' };
  const answer = await client().post(`${base}/a%20b?c=d#e`, { headers, body: '{"x":1}' });
  expect(answer).toMatchObject({ status: 202, body: '收到', truncated: false, headers: { 'retry-after': '7' } });
  expect(seen).toMatchObject(['POST', '/a%20b?c=d', { 'content-type': 'text/plain', host: `127.0.0.1:${port}` }, '{"x":1}']);
  expect(seen[2]).not.toHaveProperty('cookie');
  expect((seen[2] as Record<string, string>)['user-agent']).toMatch(/^Polyvend\//);
});

it('keeps a connection for the next call, and sends no cookie that it was given', async () => {
  const cookies: unknown[] = [];
  handle = (request, response) => {
    cookies.push(request.headers.cookie);
    response.setHeader('set-cookie', 'a=1').end('ok');
  };
  const http = client();
  for (let call = 0; call < 10; call += 1) await http.post(base, { body: '' });
  // An answer is here a moment before its connection is free again, so a second one may have been opened.
  expect(sockets.size).toBeLessThan(3);
  expect(cookies).toEqual(Array(10).fill(undefined));
});

it('keeps none above the limit', async () => {
  handle = (_, response) => response.end('ok');
  const http = client({ keptSockets: 0 });
  for (let call = 0; call < 3; call += 1) await http.post(base, { body: '' });
  expect(sockets.size).toBe(3);
});

it('does not follow a redirect', async () => {
  const paths: unknown[] = [];
  handle = (request, response) => {
    paths.push(request.url);
    response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
  };
  expect(await client().post(`${base}/first`, { body: '' })).toMatchObject({ status: 302 });
  expect(paths).toEqual(['/first']);
});

it.each<[string, (request: IncomingMessage, response: ServerResponse) => void, string]>([
  ['an answer that never comes', () => {}, 'time-out'],
  ['a body that drips', (_, response) => void setInterval(() => response.write('.'), 20).unref(), 'time-out'],
  ['a body that stops', (_, response) => void response.write('half'), 'time-out'],
  ['a connection closed', (request) => request.socket.destroy(), 'connection lost'],
  ['words that are not HTTP', (request) => request.socket.end('hello\r\n\r\n'), 'malformed answer'],
  ['endless headers', (_, response) => response.setHeader('x', 'y'.repeat(70_000)).end(), 'malformed answer: headers too long'],
])('%s: failure', async (_, handler, words) => {
  handle = handler;
  const http = client(words === 'time-out' ? impatient : {});
  await expect(http.post(base, { body: '' })).rejects.toMatchObject({ name: 'HttpFailure', message: words, final: false });
});

it.each<[string, (response: ServerResponse) => void]>([
  ['endless', (response) => void setInterval(() => response.write('x'.repeat(50_000)), 1).unref()],
  ['huge', (response) => response.end('x'.repeat(3_000_000))],
])('cuts a body that is %s, and judges by the status', async (_, write) => {
  handle = (_request, response) => write(response);
  const answer = await client().post(base, { body: '' });
  expect([answer.status, answer.body.length, answer.truncated]).toEqual([200, 64 * 1024, true]);
});

it('takes the status of an answer that breaks off', async () => {
  handle = (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => response.destroy(), 20);
  };
  expect(await client().post(base, { body: '' })).toMatchObject({ status: 200, body: 'half', truncated: true });
});

it('says what went wrong with the connection', async () => {
  // Of a port that is given to nobody by chance.
  await expect(client().post('http://127.0.0.1:1/', {})).rejects.toThrow('connection refused');
  await expect(client().post(`https://127.0.0.1:${port}/`, {})).rejects.toThrow(/^TLS/);
  const gone = client({ resolve: () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })) });
  await expect(gone.post('http://gone.example/', {})).rejects.toThrow(/^name not found$/);
  const stuck = client({ connectTimeout: 300, resolve: () => new Promise(() => {}) });
  await expect(stuck.post('http://stuck.example/', {})).rejects.toThrow(/time-out$/);
});

it('connects to the very address that was checked', async () => {
  handle = (request, response) => response.end(request.headers.host);
  const asked: string[] = [];
  const resolve = async (hostname: string): Promise<LookupAddress[]> => {
    asked.push(hostname);
    // The second look would lead elsewhere.
    return [{ address: asked.length === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
  };
  expect((await client({ resolve }).post(`http://hook.example:${port}/`, {})).body).toBe(`hook.example:${port}`);
  expect(asked).toEqual(['hook.example']);
});

it.each<[string, LookupAddress[]]>([
  ['loopback', [{ address: '127.0.0.1', family: 4 }]],
  ['the metadata service', [{ address: '169.254.169.254', family: 4 }]],
  [
    'private among public',
    [
      { address: '8.8.8.8', family: 4 },
      { address: '192.168.0.1', family: 4 },
    ],
  ],
  ['mapped', [{ address: '::ffff:127.0.0.1', family: 6 }]],
  ['NAT64', [{ address: '64:ff9b::7f00:1', family: 6 }]],
  ['nothing', []],
])('refuses a name that leads to %s', async (_, found) => {
  let calls = 0;
  handle = (_request, response) => {
    calls += 1;
    response.end();
  };
  const http = client({ allow: 'public', resolve: async () => found });
  await expect(http.post(`http://hook.example:${port}/`, {})).rejects.toMatchObject({ message: 'refused address', final: false });
  await expect(http.post(`https://hook.example:${port}/`, {})).rejects.toThrow('refused address');
  expect(calls).toBe(0);
});

it('asks the system for localhost, and refuses it', async () => {
  const http = client({ allow: 'public' });
  await expect(http.post(`http://localhost:${port}/`, {})).rejects.toThrow('refused address');
  await expect(http.post(`http://localhost.:${port}/`, {})).rejects.toThrow(/refused address|name not found/);
});

it('refuses for good what is written out in the URL', async () => {
  const http = client({ allow: 'public' });
  for (const url of [base, `http://2130706433:${port}/`, 'ftp://example.com', 'http://a:b@example.com/', 'nonsense']) {
    await expect(http.post(url, {})).rejects.toMatchObject({ name: 'HttpFailure', final: true });
  }
});

it('opens an answer of any length, piece by piece, and throws when it breaks off or stands still', async () => {
  const piece = 'x'.repeat(50_000);
  handle = (request, response) => {
    request.resume();
    for (let n = 0; n < 4; n += 1) response.write(piece);
    if (request.url === '/whole') response.end();
    if (request.url === '/broken') setTimeout(() => response.destroy(), 20);
  };
  const lengthOf = async (path: string, options: GuardedHttpOptions = {}): Promise<number> => {
    const { status, body } = await client(options).open('POST', `${base}${path}`, { body: '{}' });
    expect(status).toBe(200);
    let length = 0;
    for await (const chunk of body) length += chunk.length;
    return length;
  };
  expect(await lengthOf('/whole')).toBe(4 * piece.length);
  await expect(lengthOf('/broken')).rejects.toThrow(HttpFailure);
  await expect(lengthOf('/still', impatient)).rejects.toThrow(HttpFailure);
  await expect(guardedHttp().open('POST', base)).rejects.toThrow(HttpFailure);
});
