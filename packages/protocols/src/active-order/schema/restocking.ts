import { type Static, Type } from 'typebox';
import { integerText, MachineNo, OptionalTimestamp, optionalIntegerText, optionalText, Sign } from './types.ts';
import { methods } from './values.ts';

// What is added, not what is there afterwards; added + present must not pass the slot's capacity.
const added = {
  current_inventory: optionalIntegerText('Units added (补货数量)'),
  max_total: optionalIntegerText('The older name of current_inventory'),
};
const cabinet = {
  cabinet_name: optionalText('"A"; not together with addr'),
  addr: optionalIntegerText('Address of the drive board; not together with cabinet_name'),
};
const common = { machine_no: MachineNo, timestamp: OptionalTimestamp, sign: Sign };

export const ReplenishParams = Type.Union(
  [
    Type.Object({
      ...common,
      ...added,
      method: Type.Literal(methods.restockProduct),
      product_id: integerText('产品ID'),
    }),
    Type.Object({
      ...common,
      ...added,
      ...cabinet,
      method: Type.Literal(methods.restockCategory),
      category_id: integerText('分类ID'),
    }),
    Type.Object({ ...common, ...cabinet, method: Type.Literal(methods.restockMachine) }),
  ],
  { description: 'Add to one slot, to the slots of a category, or fill every slot of a cabinet (补货)' },
);
export type ReplenishParams = Static<typeof ReplenishParams>;

/** The `message` when slots were left as they are because the addition passed their capacity; the others are filled. */
export const slotsNotFilled = (count: number) => `${count} 个货道库存更新失败, 超出货道最大库存`;
