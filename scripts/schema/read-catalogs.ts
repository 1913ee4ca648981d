import type pg from 'pg';

/** A schema as PostgreSQL's catalogs tell it, in words that 15 and 18 share: NOT NULL is a property of the column (18 lists it among the constraints too). */
export interface Schema {
  extensions: string[];
  tables: Table[];
  sequences: string[];
  functions: string[];
}

export interface Table {
  name: string;
  options: string;
  columns: Column[];
  constraints: { name: string; kind: string; definition: string }[];
  indexes: string[];
  triggers: string[];
}

export interface Column {
  name: string;
  type: string;
  nullable: boolean;
  default: string | null;
  /** 'a' always, 'd' by default, '' none. */
  identity: '' | 'a' | 'd';
  /** 's' stored, 'v' virtual (18), '' none. */
  generated: '' | 's' | 'v';
}

/** Reads the schema that the connection's search path opens with. */
export async function readCatalogs(pool: pg.Pool): Promise<Schema> {
  const strings = async (sql: string): Promise<string[]> => (await pool.query<{ text: string }>(sql)).rows.map((row) => row.text);
  const { rows: views } = await pool.query(`select 1 from pg_class where relkind in ('v', 'm') and relnamespace = ${namespace}`);
  if (views.length > 0) throw new Error('There is a view, and scripts/schema does not describe views yet.');
  return {
    extensions: await strings(`select extname as text from pg_extension where extname <> 'plpgsql' order by extname collate "C"`),
    tables: (await pool.query<{ table: Table }>(tables)).rows.map((row) => row.table),
    sequences: await strings(sequences),
    functions: await strings(functions),
  };
}

const namespace = `(select oid from pg_namespace where nspname = current_schema())`;

const tables = `
select json_build_object(
  'name', t.relname,
  'options', coalesce(array_to_string(t.reloptions, ', '), ''),
  'columns', (
    select json_agg(json_build_object(
      'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'nullable', not a.attnotnull,
      'default', pg_get_expr(d.adbin, d.adrelid), 'identity', a.attidentity, 'generated', a.attgenerated
    ) order by a.attnum)
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped),
  'constraints', (
    select coalesce(json_agg(json_build_object('name', c.conname, 'kind', c.contype, 'definition', pg_get_constraintdef(c.oid, true))
      order by array_position('{p,u,f,c,x}'::"char"[], c.contype), c.conname collate "C"), '[]')
    from pg_constraint c where c.conrelid = t.oid and c.contype in ('p', 'u', 'f', 'c', 'x')),
  'indexes', (
    select coalesce(json_agg(pg_get_indexdef(i.indexrelid, 0, true) order by x.relname collate "C"), '[]')
    from pg_index i join pg_class x on x.oid = i.indexrelid
    where i.indrelid = t.oid and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))),
  'triggers', (
    select coalesce(json_agg(pg_get_triggerdef(g.oid, true) order by g.tgname collate "C"), '[]')
    from pg_trigger g where g.tgrelid = t.oid and not g.tgisinternal)
) as table
from pg_class t
where t.relnamespace = ${namespace} and t.relkind in ('r', 'p')
order by t.relname collate "C"`;

// Those of identity columns belong to their columns.
const sequences = `
select format('%s %s start %s increment %s%s', s.relname, format_type(q.seqtypid, null), q.seqstart, q.seqincrement,
  case when q.seqcycle then ' cycle' else '' end) as text
from pg_class s join pg_sequence q on q.seqrelid = s.oid
where s.relnamespace = ${namespace}
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype = 'i')
order by s.relname collate "C"`;

const functions = `
select replace(pg_get_functiondef(p.oid), quote_ident(current_schema()) || '.', '') as text
from pg_proc p
where p.pronamespace = ${namespace} and p.prokind in ('f', 'p')
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
order by p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"`;
