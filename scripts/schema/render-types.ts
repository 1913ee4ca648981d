import type { Column, Schema, Table } from './read-catalogs.ts';

const heading = `// Written from the catalogs by \`npm run schema\`. Do not edit it; write a migration.
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Read as the value, written as JSON text (JSON.stringify): an array given as such would become a PostgreSQL array. */
type Json = ColumnType<JsonValue, string, string>;
type JsonDefault = ColumnType<JsonValue, string | undefined, string>;
type JsonOrNull = ColumnType<JsonValue, string | null | undefined, string | null>;
type Time = ColumnType<Date, Date | string, Date | string>;
type TimeDefault = ColumnType<Date, Date | string | undefined, Date | string>;
type TimeOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
`;

// What connect.ts makes of each type of PostgreSQL.
const plain = new Map([
  ['bigint', 'number'],
  ['integer', 'number'],
  ['smallint', 'number'],
  ['double precision', 'number'],
  ['text', 'string'],
  ['uuid', 'string'],
  ['boolean', 'boolean'],
  ['bytea', 'Buffer'],
]);

/** The interface that Kysely is given. An `in ('a', 'b')` check becomes a union of its words. */
export function renderTypes(schema: Schema): string {
  const tables = schema.tables.map((table) => ({ table, type: `${pascal(table.name)}Table` }));
  const all = tables.map(({ table, type }) => `  ${table.name}: ${type};\n`).join('');
  const used = tables.map(({ table, type }) => `export interface ${type} {\n${renderColumns(table)}}\n`);
  return [onlyUsed(heading, used.join('')), `export interface Tables {\n${all}}\n`, ...used].join('\n');
}

function renderColumns(table: Table): string {
  return table.columns.map((column) => `  ${column.name}: ${renderType(table, column)};\n`).join('');
}

function renderType(table: Table, column: Column): string {
  const hasDefault = column.default !== null || column.identity !== '';
  const suffix = column.nullable ? 'OrNull' : hasDefault ? 'Default' : '';
  if (column.type === 'jsonb' || column.type === 'json') return `Json${suffix}`;
  if (column.type === 'timestamp with time zone') return `Time${suffix}`;
  const words = literals(table, column);
  const item = words ?? scalar(table, column);
  const type = column.nullable ? `${item} | null` : item;
  if (column.generated !== '' || column.identity === 'a') return `GeneratedAlways<${type}>`;
  return hasDefault ? `Generated<${type}>` : type;
}

function scalar(table: Table, column: Column): string {
  const item = plain.get(column.type.replace('[]', ''));
  if (item === undefined)
    throw new Error(`scripts/schema/render-types.ts does not know the type of ${table.name}.${column.name}: ${column.type}`);
  return column.type.endsWith('[]') ? `${item}[]` : item;
}

function literals(table: Table, column: Column): string | undefined {
  for (const { kind, definition } of table.constraints) {
    if (kind !== 'c') continue;
    const listed =
      /^CHECK \((\w+) = ANY \(ARRAY\[(.*)\]\)\)$/.exec(definition) ??
      /^CHECK \((\w+) = ('(?:[^']|'')*'::text)\)$/.exec(definition);
    if (listed?.[1] !== column.name) continue;
    const words = [...(listed[2] ?? '').matchAll(/'((?:[^']|'')*)'::text/g)].map(
      (match) => `'${match[1]?.replaceAll("''", "\\'")}'`,
    );
    if (words.length > 0) return words.join(' | ');
  }
  return undefined;
}

/** An unused name would be a complaint of the compiler. */
function onlyUsed(text: string, body: string): string {
  const lines = text.split('\n').filter((line) => {
    const name = /^type (\w+) =/.exec(line)?.[1];
    return name === undefined || new RegExp(`: ${name};`).test(body);
  });
  const rest = lines.slice(2).join('\n') + body;
  const imports = ['ColumnType', 'Generated', 'GeneratedAlways'].filter((name) => rest.includes(`${name}<`));
  return [lines[0], `import type { ${imports.join(', ')} } from 'kysely';`, ...lines.slice(2)].join('\n');
}

const pascal = (name: string): string => name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
