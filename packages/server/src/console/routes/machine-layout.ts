import { type Static, Type } from 'typebox';
import { refuse } from '../../ledger/errors.ts';
import type { CabinetDraft } from '../../ledger/machines/add-machine.ts';
import { cabinetOfTemplate } from '../../ledger/machines/layout-template.ts';
import { Drive } from './machine-shapes.ts';

const Line = Type.Integer({ minimum: 1, maximum: 20 });
const Pieces = Type.Integer({ minimum: 0, maximum: 10_000 });
const cabinet = {
  name: Type.String({ pattern: '^[A-Za-z]{1,2}$', description: 'The names of its slots begin so' }),
  addr: Type.Integer({ minimum: 0, maximum: 255, description: 'On the wire' }),
  drive: Drive,
  has_lift: Type.Optional(Type.Boolean()),
  has_drop_detection: Type.Optional(Type.Boolean()),
};
const Template = Type.Object({ ...cabinet, rows: Line, columns: Line, capacity: Pieces }, { additionalProperties: false });
const WholeCabinet = Type.Object(
  {
    ...cabinet,
    slots: Type.Array(
      Type.Object(
        {
          ...{ name: Type.String({ minLength: 1, maxLength: 20 }), code: Type.String({ minLength: 1, maxLength: 20 }) },
          ...{ x: Type.Integer({ minimum: 0, maximum: 999 }), y: Type.Integer({ minimum: 0, maximum: 999 }), capacity: Pieces },
          alert_threshold: Type.Optional(Pieces),
        },
        { additionalProperties: false },
      ),
      { maxItems: 400 },
    ),
  },
  { additionalProperties: false, description: 'Slot by slot, instead of rows and columns' },
);

/** As rows and columns, or slot by slot. */
export const Cabinet = Type.Union([Template, WholeCabinet]);

function cabinetOf(given: Static<typeof Cabinet>) {
  const { name, addr, drive, has_lift: hasLift, has_drop_detection: hasDropDetection } = given;
  const of = {
    name,
    addr,
    drive,
    ...(hasLift !== undefined && { hasLift }),
    ...(hasDropDetection !== undefined && { hasDropDetection }),
  };
  if (!('slots' in given))
    return cabinetOfTemplate({ ...of, rows: given.rows, columns: given.columns, capacity: given.capacity });
  const slots = given.slots.map(({ alert_threshold: alertThreshold, ...slot }) => ({
    ...slot,
    ...(alertThreshold !== undefined && { alertThreshold }),
  }));
  return { ...of, slots };
}

/** Two cabinets or slots that are called alike cannot both be there. */
function requireDifferent(cabinets: readonly CabinetDraft[]): void {
  const repeated = (values: readonly (string | number)[]) => values.find((value, n) => values.indexOf(value) !== n);
  const name =
    repeated(cabinets.map((one) => one.name)) ?? repeated(cabinets.flatMap(({ slots }) => slots.map((slot) => slot.name)));
  if (name !== undefined) refuse('request.invalid', `cabinets: ${name} is there twice`);
  const addr = repeated(cabinets.map((one) => one.addr));
  if (addr !== undefined) refuse('request.invalid', `cabinets: address ${addr} is there twice`);
  const code = cabinets.map(({ slots }) => repeated(slots.map((slot) => slot.code))).find((one) => one !== undefined);
  if (code !== undefined) refuse('request.invalid', `cabinets: code ${code} is there twice`);
}

/** Refuses request.invalid for what is called alike. */
export function cabinetsOf(given: readonly Static<typeof Cabinet>[]): CabinetDraft[] {
  const cabinets = given.map(cabinetOf);
  requireDifferent(cabinets);
  return cabinets;
}
