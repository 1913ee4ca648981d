import { FieldError } from '../shared/fields.ts';

/** As TypeBox tells what it finds wrong. */
export interface SchemaError {
  instancePath: string;
  schemaPath: string;
  message: string;
  params?: object;
}

/** What a schema found wrong, each fault once, with the field that it is in: `json.orders[0].details[1].goods.goods_id is required`. */
export function nameFaults(errors: readonly SchemaError[], root: string): FieldError[] {
  const byField = new Map<string, FieldError>();
  for (const error of errors) {
    const { requiredProperties, allowedValues } = (error.params ?? {}) as {
      requiredProperties?: string[];
      allowedValues?: unknown[];
    };
    for (const missing of requiredProperties ?? [undefined]) {
      const field = fieldOf(error.instancePath, root, missing);
      const reason =
        missing !== undefined ? 'is required' : allowedValues ? `must be one of ${allowedValues.join(', ')}` : error.message;
      const known = byField.get(field);
      // Of a field that may be of two kinds every kind is told, and at the end that it is none of them.
      if (!known || known.reason === 'must be null') byField.set(field, new FieldError(field, reason));
    }
  }
  return [...byField.values()];
}

/** `json.orders[0].sn` out of a JSON pointer. */
function fieldOf(instancePath: string, root: string, missing?: string): string {
  const parts = instancePath.split('/').slice(1);
  if (missing !== undefined) parts.push(missing);
  return (
    parts.reduce((name, part) => (/^\d+$/.test(part) ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`), root) ||
    'body'
  );
}
