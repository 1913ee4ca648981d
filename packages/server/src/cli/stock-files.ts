import { readFile } from 'node:fs/promises';
import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { ConfigError } from '../config.ts';

const Text = Type.String();
const Pieces = Type.Integer({ minimum: 0, maximum: 100_000 });
const Cents = Type.Integer({ minimum: 0, description: 'Minor units: fen, cents' });

/** What `polyvend goods put` reads: a list of goods, each by its number. */
export const GoodsFile = Type.Array(
  Type.Object(
    {
      number: Type.String({ minLength: 1 }),
      name: Type.String({ minLength: 1 }),
      priceCents: Cents,
      barcode: Type.Optional(Text),
      fullName: Type.Optional(Text),
      description: Type.Optional(Text),
      content: Type.Optional(Text),
      slug: Type.Optional(Text),
      spec: Type.Optional(Text),
      unit: Type.Optional(Text),
      manufacturer: Type.Optional(Text),
      packing: Type.Optional(Type.Integer({ minimum: 0, maximum: 4 })),
      category: Type.Optional(Text),
      costCents: Type.Optional(Cents),
      originalPriceCents: Type.Optional(Cents),
      pictureUrl: Type.Optional(Text),
    },
    { additionalProperties: false },
  ),
);

/** What `polyvend machine add` reads: a machine with its cabinets, their slots and what is in them. */
export const MachineFile = Type.Object(
  {
    machineNo: Type.String({ pattern: '^[0-9]{8,20}$' }),
    name: Type.String({ minLength: 1 }),
    type: Type.Optional(Type.Enum(['vending', 'amusement', 'claw', 'lend_locker', 'return_locker', 'locker'])),
    address: Type.Optional(Text),
    longitude: Type.Optional(Type.Number()),
    latitude: Type.Optional(Type.Number()),
    contact: Type.Optional(Text),
    telephone: Type.Optional(Text),
    announcement: Type.Optional(Text),
    vendor: Type.Optional(Type.String({ description: 'The maker' })),
    gatewayNo: Type.Optional(Type.String({ description: 'The number of the box through which it speaks' })),
    cabinets: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1 }),
          addr: Type.Integer({ minimum: 0 }),
          drive: Type.Enum(['spring', 'lock', 'belt', 'other']),
          kind: Type.Optional(Type.Enum(['drinks', 'spring', 'locker'])),
          hasLift: Type.Optional(Type.Boolean()),
          hasDropDetection: Type.Optional(Type.Boolean()),
          slots: Type.Array(
            Type.Object(
              {
                name: Type.String({ minLength: 1 }),
                code: Type.String({ minLength: 1 }),
                x: Type.Integer(),
                y: Type.Integer(),
                goods: Type.Optional(Type.String({ description: 'The number of a good of the catalogue' })),
                priceCents: Type.Optional(Cents),
                capacity: Pieces,
                onHand: Type.Optional(Pieces),
                alertThreshold: Type.Optional(Pieces),
              },
              { additionalProperties: false },
            ),
          ),
        },
        { additionalProperties: false },
      ),
      { minItems: 1 },
    ),
  },
  { additionalProperties: false },
);

/** A JSON file of the given form; an error names the file and what is wrong in it. */
export async function readJsonFile<Schema extends TSchema>(path: string, schema: Schema): Promise<Static<Schema>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`${path} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const compiled = Compile(schema);
  if (compiled.Check(value)) return value;
  const [first] = compiled.Errors(value);
  throw new ConfigError(`${path}: ${first?.instancePath || 'the file'} ${first?.message ?? 'is not of the expected form'}.`);
}
