import { type Static, Type } from 'typebox';
import { mayLack } from './types.ts';

export const Machine = Type.Object(
  {
    machine_name: Type.String({ description: '设备名称' }),
    machine_no: Type.String({ description: '设备编号' }),
    is_online: mayLack.flag('Heard of within the last ten minutes (是否在线)'),
    status: mayLack.integer('1 in operation (运营中); left out otherwise (our numbering)'),
    address: mayLack.text('Where it stands (地址)'),
    notify_message: mayLack.text('Notice to the operator, such as slots that run empty'),
    lng_lat: mayLack.text('Longitude and latitude, "114.05,22.54"'),
    created_at: Type.String({ description: 'YYYY-MM-DD HH:mm:ss' }),
    contact: mayLack.text('Who looks after it (联系人)'),
    tel: mayLack.text('Telephone (联系电话)'),
  },
  { description: 'A machine of the merchant, as listed (设备)' },
);
export type Machine = Static<typeof Machine>;

export const MachineList = Type.Array(Machine);

export const CategoryRef = Type.Object({ id: Type.Integer(), title: Type.String() }, { description: '分类' });
export type CategoryRef = Static<typeof CategoryRef>;

export const Merchant = Type.Object(
  {
    title: Type.String({ description: '商户名称' }),
    description: mayLack.text('简介'),
    logo: mayLack.text('URL of the picture'),
    status: mayLack.integer('1 active (our numbering)'),
    created_at: Type.String({ description: 'YYYY-MM-DD HH:mm:ss' }),
  },
  { description: '商户' },
);

export const Currency = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String({ description: '人民币' }),
    code: Type.String({ description: 'ISO 4217: CNY' }),
    symbol: Type.String({ description: '¥' }),
  },
  { description: '货币' },
);

export const MachineDetail = Type.Object(
  {
    machine_name: Type.String({ description: '设备名称' }),
    address: mayLack.text('地址'),
    lng_lat: mayLack.text('Longitude and latitude'),
    is_online: mayLack.flag('是否在线'),
    model: Type.Object({ cabinet_names: Type.Optional(Type.Array(Type.String(), { description: '["A", "B"]' })) }),
    machine_type: Type.Integer({
      minimum: 1,
      maximum: 6,
      description: '1 vending, 2 amusement, 3 claw, 4 lend locker, 5 return locker, 6 locker',
    }),
    cover_image: mayLack.text('封面图'),
    categories: Type.Optional(Type.Array(CategoryRef)),
    announcement: mayLack.text('公告'),
    merchant: Merchant,
    currency: Currency,
  },
  { description: 'One machine (设备详情)' },
);
export type MachineDetail = Static<typeof MachineDetail>;
