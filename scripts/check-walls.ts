// Who may know whom. Part of `npm run lint`: node scripts/check-walls.ts [folder of the repository]
import path from 'node:path';
import { findBreaches, type Wall } from './walls/find-breaches.ts';

const server = 'packages/server/src';

/**
 * Paths are the repository's, with slashes; an import within the repository is judged by the path it leads to, one of a package
 * by its name. Patterns are regular expressions in which $1 stands for what the first group of `files` found.
 */
export const walls: Wall[] = [
  {
    name: 'protocols stand alone',
    why: 'an integrator installs the wires without the hub',
    files: '^packages/protocols/src/',
    only: ['^packages/protocols/', '^typebox(/|$)', '^node:(crypto|buffer)$'],
    onlyInTests: ['^(vitest|fast-check)$', '^node:'],
  },
  {
    name: 'the simulator knows the wires alone',
    why: 'a test bed that shares code with the hub would share its mistakes',
    files: '^packages/simulator/src/',
    only: ['^packages/simulator/src/', '^@polyvend/protocols(/|$)', '^packages/protocols/src/', '^mqtt$', '^node:'],
    onlyInTests: ['^(vitest|fast-check|aedes)$'],
  },
  {
    name: 'the ledger knows no outside',
    why: 'what leaves the ledger goes by events, so that every channel is a face of the same books',
    files: `^${server}/ledger/`,
    never: [
      `^${server}/(dialects|devices|notifications|inbound|console|http|cli)/`,
      `^${server}/(app|server|config|index)\\.ts$`,
      '^(fastify|@fastify/.*|mqtt|aedes.*|undici|@polyvend/.*|polyvend)(/|$)',
      '^packages/(?!server/)',
      '^(node:)?(http|https|http2|net|tls)$',
    ],
    neverText: ['awish', '鼎商', 'inhand', 'owitho', 'qianhub', 'gobox', 'smart[-_]vending', 'smartVending', 'active[-_]order'],
  },
  {
    name: 'a dialect knows no other dialect',
    why: 'a change for one vendor must not reach another',
    files: `^${server}/dialects/([^/]+)/`,
    never: [`^${server}/dialects/(?!$1/)[^/]+/`],
  },
  {
    name: 'a dialect writes no SQL',
    why: 'the rules of stock and money stand in the ledger, once',
    files: `^${server}/dialects/`,
    never: ['^(pg|kysely)(/|$)', `^${server}/database/`],
    noSql: true,
  },
  {
    name: 'a dialect knows no device',
    why: 'a command to a machine is a row of the ledger before it is a message',
    files: `^${server}/dialects/`,
    never: [`^${server}/devices/`, '^(mqtt|aedes.*)(/|$)'],
  },
  {
    name: 'a dialect has the file names of every dialect',
    why: 'who knows one folder knows all of them',
    files: `^${server}/dialects/[^/]+/`,
    onlyNamed: [
      `/dialects/[^/]+/(routes|verify|map|errors|outbound|inbound|integration|workbench|index)\\.ts$`,
      '/dialects/[^/]+/(calls|map)/',
      '\\.test\\.ts$',
    ],
  },
  {
    name: 'a dialect knows no neighbour',
    why: 'which ERP a set of books has is none of the business of who asks for an import',
    files: `^${server}/dialects/`,
    never: [`^${server}/neighbours/`],
  },
  {
    name: 'neighbours know no dialect, and write no SQL',
    why: 'an adapter turns a port of the ledger into a wire, and is one file',
    files: `^${server}/neighbours/`,
    never: [`^${server}/(dialects|devices|cli|console)/`, '^(pg|kysely)(/|$)', `^${server}/database/`],
    noSql: true,
  },
  {
    name: 'the console knows the ledger, and of the dialects their list',
    why: 'what a person may do is an operation of the ledger, the same for whoever calls it',
    files: `^${server}/console/`,
    never: [
      `^${server}/dialects/(?!index\\.ts|native/index\\.ts)`,
      `^${server}/(devices|cli|neighbours)/`,
      '^(pg|kysely|mqtt|aedes.*)(/|$)',
      `^${server}/database/(?!transaction\\.ts)`,
    ],
    noSql: true,
  },
  {
    name: 'the page knows of the server what its API is, and the words of what is exported',
    why: 'it is a program that calls the hub, as any other may be; a file says what the page says',
    files: '^packages/console/src/',
    never: [`^${server}/(?!console/(routes/index|words/[^/]+)\\.ts)`, '^node:'],
  },
  {
    name: 'a spreadsheet knows nothing of what is in it',
    why: 'whoever has rows may have them as a file',
    files: `^${server}/spreadsheet/`,
    never: ['^packages/(?!server/src/spreadsheet/)'],
  },
  {
    name: 'devices, notifications and inbound messages know no dialect',
    why: 'they carry what is said, whoever says it and whoever it is for',
    files: `^${server}/(devices|notifications|inbound)/`,
    never: [`^${server}/dialects/`],
  },
];

if (import.meta.main) {
  const { breaches, files } = findBreaches(path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..')), walls);
  for (const breach of breaches) console.error(breach);
  console.log(`check-walls: ${files} files, ${breaches.length} breaches`);
  if (breaches.length > 0) process.exitCode = 1;
}
