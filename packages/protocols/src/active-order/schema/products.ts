import { type Static, Type } from 'typebox';
import { CategoryRef } from './machines.ts';
import { MachineNo, mayLack, OptionalTimestamp, optionalIntegerText, optionalText, Sign } from './types.ts';

export const Good = Type.Object(
  {
    name: Type.String({ description: '商品名称' }),
    description: mayLack.text('描述'),
    thumb: mayLack.text('URL of the picture (缩略图)'),
    price: Type.String({ description: 'Yuan, "3.00"' }),
    original_price: mayLack.text('Yuan before reduction (原价)'),
    content: mayLack.text('Long description (详情)'),
    good_no: mayLack.text("The merchant's number of the good (商品编号)"),
    slug: mayLack.text('Mark of the good, set at the machine'),
  },
  { description: 'A good (商品)' },
);
export type Good = Static<typeof Good>;

export const Channel = Type.Object(
  {
    name: Type.String({ description: '"A21": cabinet and place, what testDispense names' }),
    cabinet_name: Type.String({ description: '"A" (柜号)' }),
    code: Type.String({ description: 'Number on the drive board: "020"' }),
    x: Type.String({ description: 'Row, from "0"' }),
    y: Type.String({ description: 'Column, from "0"' }),
    addr: mayLack.integer('Address of the drive board (驱动板地址), from 1'),
  },
  { description: 'A slot (货道)' },
);
export type Channel = Static<typeof Channel>;

export const Product = Type.Object(
  {
    id: Type.Integer({ description: 'product_id: what orders name' }),
    category: Type.Optional(CategoryRef),
    good: Good,
    channel: Channel,
    current_inventory: mayLack.integer('For sale now (当前库存); left out at 0'),
    inventory: mayLack.integer('Capacity of the slot (最大库存)'),
  },
  { description: 'A good in a slot of one machine (产品)' },
);
export type Product = Static<typeof Product>;

export const ProductsParams = Type.Object({
  machine_no: MachineNo,
  page: optionalIntegerText('Page, from 1 (the default: real clients leave it out)'),
  per_page: optionalIntegerText('Products per page (10)'),
  category_id: optionalIntegerText('0 or left out: all'),
  cabinet_name: optionalText('"A"; not together with addr'),
  addr: optionalIntegerText('Address of the drive board; not together with cabinet_name'),
  select_all: optionalText('"1": everything on one page; "0": by page'),
  timestamp: OptionalTimestamp,
  sign: Sign,
});
export type ProductsParams = Static<typeof ProductsParams>;

export const ProductPage = Type.Object({
  data: Type.Array(Product),
  total: mayLack.integer('Products in all'),
  current_page: Type.Integer(),
  last_page: mayLack.integer('Number of pages'),
  per_page: Type.Integer(),
});
export type ProductPage = Static<typeof ProductPage>;

export const Floor = Type.Object(
  {
    floor_status: mayLack.integer('1 normal, 2 jammed, 3 motor fault, 47 serial timeout; left out (0): no such slot'),
    good: Type.Optional(Good),
    channel: Channel,
    current_inventory: mayLack.integer('For sale now'),
    inventory: mayLack.integer('Capacity'),
  },
  { description: 'A slot and what lies in it (货道)' },
);
export type Floor = Static<typeof Floor>;
export const FloorList = Type.Array(Floor);

export const Category = Type.Object(
  {
    id: Type.Integer(),
    title: Type.String({ description: '分类名称' }),
    sort_id: mayLack.integer('Place in the list'),
    is_visible: mayLack.flag('Shown to shoppers'),
  },
  { description: 'A category of goods (分类)' },
);
export type Category = Static<typeof Category>;
export const CategoryList = Type.Array(Category);

/** The vendor names no fields: these are ours. */
export const Banner = Type.Object(
  {
    id: Type.Integer(),
    title: mayLack.text('标题'),
    type: mayLack.text('"image" or "video"'),
    url: mayLack.text('Where the picture or film is'),
    sort_id: mayLack.integer('Place in the list'),
  },
  { description: 'An advertisement on the machine (广告)' },
);
export type Banner = Static<typeof Banner>;
export const BannerList = Type.Array(Banner);
