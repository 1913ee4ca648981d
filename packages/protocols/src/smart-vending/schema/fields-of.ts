import type { TSchema } from 'typebox';

/** `string`, `integer`, `number`, `array` or `object`, with a ? when the field may be missing. */
export type FieldType = string;

interface Node {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
}

const typeOf = (node: Node): string => node.type ?? (node.enum ? typeof node.enum[0] : typeof node.const);

/**
 * Every field of an answer or push by its path, with its type: `{"list":"array","list[].gwId":"string","list[].fee":"integer?"}`. For
 * tests that go through a table, and for pages.
 */
export function fieldsOf(schema: TSchema): Record<string, FieldType> {
  const fields: Record<string, FieldType> = {};
  const walk = (node: Node, path: string): void => {
    for (const one of node.anyOf ?? []) walk(one, path);
    if (node.items) walk(node.items, `${path}[]`);
    for (const [name, inner] of Object.entries(node.properties ?? {})) {
      const place = path === '' ? name : `${path}.${name}`;
      fields[place] = typeOf(inner) + (node.required?.includes(name) ? '' : '?');
      walk(inner, place);
    }
  };
  walk(schema as Node, '');
  return fields;
}

/** What is wrong with a value, a line each: a field that is missing, unknown, or of another type. Empty: it fits exactly. */
export function problemsOf(schema: TSchema, value: unknown): string[] {
  return problems(schema as Node, value, '');
}

function problems(node: Node, value: unknown, path: string): string[] {
  if (node.anyOf) {
    const each = node.anyOf.map((one) => problems(one, value, path));
    return each.sort((a, b) => a.length - b.length)[0] ?? [];
  }
  const is = kindOf(value);
  const type = typeOf(node);
  const shown = path === '' ? 'the answer' : path;
  if (is !== type && !(type === 'number' && is === 'integer')) return [`${shown} must be ${type}, is ${is}`];
  if (node.const !== undefined && node.const !== value) return [`${shown} must be ${JSON.stringify(node.const)}`];
  if (node.enum && !node.enum.includes(value)) return [`${shown} must be one of ${node.enum.join(', ')}`];
  const { items, properties } = node;
  if (items) return (value as unknown[]).flatMap((item, index) => problems(items, item, `${path}[${index}]`));
  if (!properties) return [];
  const given = value as Record<string, unknown>;
  const place = (name: string) => (path === '' ? name : `${path}.${name}`);
  return [
    ...Object.keys(given)
      .filter((name) => !Object.hasOwn(properties, name))
      .map((name) => `${place(name)} is not known`),
    ...Object.entries(properties).flatMap(([name, inner]) => {
      if (given[name] !== undefined) return problems(inner, given[name], place(name));
      return node.required?.includes(name) ? [`${place(name)} is missing`] : [];
    }),
  ];
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isSafeInteger(value) ? 'integer' : typeof value;
}
