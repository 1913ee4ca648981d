import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { walls } from './check-walls.ts';
import { findBreaches } from './walls/find-breaches.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'polyvend-walls-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** What is said of one file, the file's name left out. */
function judge(file: string, text: string): string[] {
  const full = path.join(root, 'packages', file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
  return findBreaches(root, walls).breaches.map((breach) => breach.replace(`packages/${file}`, ''));
}

const dialect = 'server/src/dialects/gobox/map.ts';
const ledger = 'server/src/ledger/orders/place-order.ts';

// Each wall with what breaks it: the file, its text, the name of the wall.
it.each([
  ['protocols/src/gobox/sign.ts', "import '../../../server/src/app.ts';", 'protocols stand alone'],
  ['protocols/src/gobox/sign.ts', "import { Virtual } from '@polyvend/simulator';", 'protocols stand alone'],
  ['protocols/src/gobox/sign.ts', "import { readFile } from 'node:fs';", 'protocols stand alone'],
  ['protocols/src/gobox/sign.ts', "import pg from 'pg';", 'protocols stand alone'],
  ['protocols/src/gobox/sign.test.ts', "import '../../../server/src/ledger/clock.ts';", 'protocols stand alone'],
  ['simulator/src/machine.ts', "import type { Ledger } from '../../server/src/ledger/ledger.ts';", 'the simulator knows'],
  ['simulator/src/machine.ts', "import Fastify from 'fastify';", 'the simulator knows'],
  [ledger, "import '../../dialects/index.ts';", 'the ledger knows no outside'],
  [ledger, "import type { Queue } from '../../devices/queue.ts';", 'the ledger knows no outside'],
  [ledger, "export * from '../../notifications/index.ts';", 'the ledger knows no outside'],
  [ledger, "import '../../console/routes.ts';", 'the ledger knows no outside'],
  [ledger, "import '../../app.ts';", 'the ledger knows no outside'],
  [ledger, "import Fastify from 'fastify';", 'the ledger knows no outside'],
  [ledger, "const m = await import('mqtt');", 'the ledger knows no outside'],
  [ledger, 'const m = await import(`aedes`);', 'the ledger knows no outside'],
  [ledger, 'const m = await import(process.argv[2]);', 'the ledger knows no outside'],
  [ledger, "export { request } from 'undici';", 'the ledger knows no outside'],
  [ledger, "type Sign = import('@polyvend/protocols/machine').Sign;", 'the ledger knows no outside'],
  [ledger, "import http from 'node:http';", 'the ledger knows no outside'],
  [ledger, "const http = require('http');", 'the ledger knows no outside'],
  [ledger, '// As GoBox wants it.', 'the ledger knows no outside'],
  [ledger, "const source = '鼎商';", 'the ledger knows no outside'],
  ['server/src/ledger/orders/place-owitho-order.ts', '', 'the ledger knows no outside'],
  [dialect, "import { x } from '../qianhub/map.ts';", 'a dialect knows no other dialect'],
  [dialect, "import type { Kysely } from 'kysely';", 'a dialect writes no SQL'],
  [dialect, "import pg from 'pg';", 'a dialect writes no SQL'],
  [dialect, "import { inTransaction } from '../../database/transaction.ts';", 'a dialect writes no SQL'],
  [dialect, 'const rows = await sql`select 1`.execute(db);', 'a dialect writes no SQL'],
  [dialect, "const rows = sql.raw('select 1');", 'a dialect writes no SQL'],
  [dialect, "import { send } from '../../devices/send.ts';", 'a dialect knows no device'],
  [dialect, "import mqtt from 'mqtt';", 'a dialect knows no device'],
  ['server/src/dialects/gobox/helpers.ts', '', 'a dialect has the file names'],
  ['server/src/dialects/gobox/parts/routes.ts', '', 'a dialect has the file names'],
  [
    'server/src/devices/on-answer.ts',
    "import '../dialects/gobox/map.ts';",
    'devices, notifications and inbound messages know no dialect',
  ],
  [
    'server/src/notifications/send.ts',
    "import type {} from '../dialects/gobox/map.ts';",
    'devices, notifications and inbound messages know no dialect',
  ],
])('%s: %s breaks "%s"', (file, text, wall) => {
  const breaches = judge(file, text);
  expect(breaches).toHaveLength(1);
  expect(breaches[0]).toMatch(/^:1 /);
  expect(breaches[0]).toContain(wall);
});

it.each([
  [
    'protocols/src/gobox/client.ts',
    "import { Type } from 'typebox'; import { createHash } from 'node:crypto'; import '../shared/index.ts';",
  ],
  [
    'protocols/src/gobox/sign.test.ts',
    "import { it } from 'vitest'; import { readFileSync } from 'node:fs'; import './sign.ts';",
  ],
  [
    'simulator/src/machine.ts',
    "import mqtt from 'mqtt'; import '@polyvend/protocols/machine'; import './faults.ts'; import 'node:http';",
  ],
  [
    ledger,
    "import { sql } from 'kysely'; import '../../database/transaction.ts'; sql`select 1`; // an active order, the goods on hand",
  ],
  [ledger, "const text = \"import 'fastify'\"; // import 'mqtt'"],
  [
    dialect,
    "import '@polyvend/protocols/gobox'; import '../../ledger/orders/place-order.ts'; import './errors.ts'; import '../dialect.ts';",
  ],
  [dialect, "// sql`select 1`\nconst words = 'sql`…`';"],
  ['server/src/dialects/gobox/calls/create-order.ts', "import '../map.ts';"],
  ['server/src/dialects/gobox/round-trip.test.ts', "import { testDatabase } from '../../testing/database.ts';"],
  ['server/src/devices/on-answer.ts', "import '../ledger/dispensing/settle.ts'; import mqtt from 'mqtt';"],
])('%s: %s is within the walls', (file, text) => {
  expect(judge(file, text)).toEqual([]);
});

it('names file, line, import, wall and reason', () => {
  expect(judge(ledger, "import { a } from './a.ts';\n\nimport { b } from 'undici';\n")).toEqual([
    ':3 imports undici: the ledger knows no outside, for what leaves the ledger goes by events, so that every channel is a face of the same books',
  ]);
});

it('says so when a file cannot be read', () => {
  expect(judge(ledger, 'import {')[0]).toContain('cannot be read');
});
