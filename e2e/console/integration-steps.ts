import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import type { ConsoleHub, Person } from './kit.ts';

/** An integration that was made through the API, and what was told of it. */
export interface Made {
  id: number;
  told: Record<string, string>;
}

export async function make(owner: Person, dialect: string, role: string, more: Record<string, unknown> = {}): Promise<Made> {
  const { status, body, text } = await owner.call('POST', '/integrations', {
    dialect,
    role,
    name: `${dialect} ${role}`,
    ...more,
  });
  expect({ status, text: status === 200 ? '' : text }).toEqual({ status: 200, text: '' });
  return body as Made;
}

export async function rotate(hub: ConsoleHub, owner: Person, id: number, body: Record<string, unknown> = {}) {
  const answer = await owner.call('POST', `/integrations/${id}/rotate`, body);
  expect(answer.status, answer.text).toBe(200);
  hub.hub.directory.forget();
  return answer.body as { told: Record<string, string>; until: string | null };
}

export interface Shown {
  right: boolean;
  signed: { text: string; expected: string | null; found: string; theirs: { text: string; differs_at: number } | null }[];
  findings: { code: string; level: string; data: Record<string, unknown> }[];
}

/** What the workbench says of a text that is pasted. */
export async function explain(person: Person, id: number, text: string): Promise<Shown> {
  const answer = await person.call('POST', `/integrations/${id}/workbench`, { text });
  expect(answer.status, answer.text).toBe(200);
  return answer.body as Shown;
}

export const codesOf = ({ findings }: Shown): string[] => findings.map(({ code }) => code);

/** The text of an HTTP request. */
export function httpText(method: string, url: string, headers: Record<string, string>, body = ''): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url} HTTP/1.1`, ...lines, '', body].join('\r\n');
}

/** An RSA key as third parties have it. */
export function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return {
    key: privateKey,
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  };
}

export interface Delivery {
  headers: Record<string, string>;
  body: string;
}

/** A server of somebody who is told things. */
export async function openReceiver() {
  const received: Delivery[] = [];
  const receiver = {
    url: '',
    received,
    /** How it answers from now on. */
    answer: 200,
    get count() {
      return received.length;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() });
      response.statusCode = receiver.answer;
      response.setHeader('connection', 'close');
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return receiver;
}
