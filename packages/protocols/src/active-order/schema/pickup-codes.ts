import { type Static, Type } from 'typebox';
import {
  integerText,
  MachineNo,
  mayLack,
  OptionalTimestamp,
  optionalIntegerText,
  optionalText,
  Sign,
  Timestamp,
} from './types.ts';
import { methods, pickupCodeStatuses } from './values.ts';

const common = { machine_no: MachineNo, timestamp: OptionalTimestamp, sign: Sign };

export const CreatePickupCodesParams = Type.Union(
  [
    Type.Object({
      ...common,
      method: Type.Literal(methods.createProductCodes),
      product_id: integerText('产品ID'),
      expired_at: optionalText("Until when, in the merchant's time zone; empty: for ever (过期时间)"),
      code_length: optionalIntegerText('6 to 10 digits (6)'),
      count: optionalIntegerText('How many codes, 1 to the capacity of the slot (1)'),
    }),
    Type.Object({
      ...common,
      method: Type.Literal(methods.createAllCodes),
      expired_at: optionalText('As above'),
      code_length: optionalIntegerText('6 to 10 digits (6)'),
    }),
  ],
  { description: 'Codes for one product, or one code for every unit of every product of the machine (取货码)' },
);
export type CreatePickupCodesParams = Static<typeof CreatePickupCodesParams>;

export const DeletePickupCodesParams = Type.Union([
  Type.Object({ ...common, method: Type.Literal(methods.deleteCode), id: integerText('Id of the code, not its digits') }),
  Type.Object({ ...common, method: Type.Literal(methods.deleteAllCodes) }),
]);
export type DeletePickupCodesParams = Static<typeof DeletePickupCodesParams>;

export const PickupCodesParams = Type.Object({ machine_no: MachineNo, timestamp: Timestamp, sign: Sign });
export type PickupCodesParams = Static<typeof PickupCodesParams>;

export const PickupCode = Type.Object(
  {
    id: Type.Integer(),
    code: Type.String({ description: 'What the shopper types' }),
    status: Type.Enum([...pickupCodeStatuses]),
    created_at: Type.String({ description: 'YYYY-MM-DD HH:mm:ss' }),
    expired_at: mayLack.text('YYYY-MM-DD HH:mm:ss; left out: for ever'),
    quantity: Type.Integer({ description: 'Units that it fetches: 1' }),
  },
  { description: '取货码' },
);
export type PickupCode = Static<typeof PickupCode>;
export const PickupCodeList = Type.Array(PickupCode);
