import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';

interface Loose {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: TSchema[];
  properties?: Record<string, TSchema>;
  required?: string[];
  items?: TSchema;
  minItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  format?: string;
  pattern?: string;
}

/** Texts of which one fits whatever pattern or format our shapes have. */
const texts = [
  'x',
  'xx',
  '1',
  '12',
  '12345678',
  'CNY',
  '2026-11-27',
  '2026-11-27T00:00:00Z',
  '09:30',
  'https://x.example/',
  'Asia/Shanghai',
];

/** The least that fits a schema: only what must be there. */
export function sampleOf(schema: TSchema): unknown {
  const loose = schema as Loose;
  if (loose.const !== undefined) return loose.const;
  if (loose.enum) return loose.enum[0];
  const [first] = loose.anyOf ?? [];
  if (first) return sampleOf(first);
  switch (loose.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(loose.properties ?? {})
          .filter(([name]) => loose.required?.includes(name))
          .map(([name, one]) => [name, sampleOf(one)]),
      );
    case 'array':
      return Array.from({ length: loose.minItems ?? 0 }, () => loose.items && sampleOf(loose.items));
    case 'string': {
      const fitting = [...texts, 'x'.repeat(loose.minLength ?? 1)].find((text) => Check(schema, text));
      if (fitting === undefined) throw new Error(`sample-of.ts has no text for ${JSON.stringify(schema)}`);
      return fitting;
    }
    case 'integer':
    case 'number':
      return Math.min(loose.maximum ?? 1, Math.max(loose.minimum ?? 1, 1));
    case 'boolean':
      return false;
    default:
      return null;
  }
}
