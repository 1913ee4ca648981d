import { type Static, Type } from 'typebox';
import { double, exact, fen, int, list, listOf, seconds, signatureFields, text } from './types.ts';

/** A shelf of a new machine. Pictures under both spellings, with equal values. */
export const ShelfPush = exact({
  location_id: text('货道号'),
  goods_id: text('商品 ID'),
  goods_name: text('商品名称'),
  price: text('商品价格, fen'),
  Img: text('图片路径'),
  img: text('Img, as the example spells it'),
  Imgmd5: text('图片 md5 值'),
  imgmd5: text('Imgmd5, in small letters'),
  capacity: int('货道容量'),
  valve: int('阈值: below it the shelf is to be refilled'),
});

export const ContainerPush = exact({
  cid: text('货柜编号'),
  type: int('1 drinks, 2 spring, 3 locker'),
  shelves: list(ShelfPush, '货道描述信息'),
});

/** A machine was created (§2.1). */
export const MachinePush = exact(
  {
    clientId: text('身份标识'),
    name: text('售货机名称'),
    assetId: text('售货机编号'),
    siteName: text('点位名称'),
    location: exact(
      { longitude: Type.Optional(double('经度')), latitude: Type.Optional(double('纬度')) },
      '点位坐标; an empty object where it is not known',
    ),
    lineName: text('线路名称'),
    containers: list(ContainerPush, '货柜信息'),
    ...signatureFields,
  },
  '设备创建通知',
);
export type MachinePush = Static<typeof MachinePush>;

export const ShelfState = exact({
  locationId: text('货道编号'),
  goodsName: text('商品名称'),
  number: text('商品编码'),
  status: text('0 normal, 1 sold out'),
  soldoutTime: text('售空时间, seconds; empty when it is not sold out'),
});

/** What router/status tells of a machine (§6.1). */
export const machineStateFields = {
  assetId: text('售货机编号'),
  vender: text("厂家信息 (the vendor's spelling)"),
  lines: exact({ name: text('线路名称'), info: text('线路描述信息') }, '线路信息'),
  areaName: text('区域名称'),
  siteName: text('点位名称'),
  routerInfo: exact(
    {
      version: text('软件版本'),
      vcs: text('VCS 版本'),
      info: exact({ net: text('WIFI, 4G …'), phone: text('SIM 卡号码'), iccid: text('ICCID'), ip: text('IP') }),
      region: exact({ lon: text('经度'), lat: text('纬度') }),
      online: int('0 online, 1 offline'),
    },
    '工控机状态信息',
  ),
  vendingInfo: exact(
    {
      shelvesInfo: list(ShelfState),
      faultInfo: list(exact({ name: text('故障名称'), time: text('Since when, seconds') })),
    },
    '工控机对应售货机信息',
  ),
} as const;

export const MachineState = exact(machineStateFields, '售货机状态信息');
export type MachineState = Static<typeof MachineState>;

/** A cabinet with the stock of its shelves (ours: the vendor's table of router/status knows no stock). */
export const CabinetStock = exact(
  {
    assetId: text('售货机编号'),
    cid: text('货柜编号'),
    machineType: int('1 drinks, 2 spring, 3 locker'),
    shelvesInfo: list(
      exact({
        locationId: text('货道编号'),
        goodsId: text('商品 ID'),
        goodsNumber: text('商品编码'),
        goodsName: text('商品名称'),
        price: fen('商品价格'),
        stock: int('For sale now'),
        capacity: int('货道容量'),
        status: text('0 normal, 1 sold out'),
        soldoutTime: text('售空时间, seconds'),
      }),
    ),
  },
  '货柜',
);
export type CabinetStock = Static<typeof CabinetStock>;

/** router/status with assetId: the machine at the top level, and beside it the list of its cabinets. */
export const MachineStatus = exact({ ...machineStateFields, ...listOf(CabinetStock).properties }, '售货机状态');
export type MachineStatus = Static<typeof MachineStatus>;

/** router/status without assetId: all machines. */
export const MachineStateList = listOf(MachineState);

const SoldGoods = {
  goodsId: text('商品 ID: always given'),
  goodsNumber: text('商品编号'),
  goodsName: text('商品名称'),
  goodsSales: int('销量'),
} as const;

/** Sales since the last refill, by goods and by shelf, per cabinet (§6.2). */
export const MachineSales = exact(
  {
    assetId: text('售货机编号'),
    salesInfo: list(exact({ cid: text('货柜编号'), goodsInfo: list(exact(SoldGoods)) }), 'By goods'),
    shelvesInfo: list(
      exact({ cid: text('货柜编号'), shelfInfo: list(exact({ locationId: text('货道编号'), ...SoldGoods })) }),
      'By shelf',
    ),
  },
  '当前销量信息',
);
export type MachineSales = Static<typeof MachineSales>;

/** A line (§9.1). */
export const Line = exact(
  { name: text('线路名称'), areaName: text('区域名称'), description: text('描述'), createTime: seconds('创建时间') },
  '线路',
);
export type Line = Static<typeof Line>;

/** A machine at its site (§9.2). */
export const Site = exact(
  {
    deviceName: text('售货机名称'),
    areaName: text('区域名称'),
    lineName: text('线路名称'),
    createTime: seconds('售货机创建时间'),
    siteId: text('点位 ID'),
    siteName: text('点位名称'),
    address: text('地理位置'),
    assetId: text('售货机编号'),
    online: int('0 online, 1 offline'),
    shelfCount: int('货道数量'),
    cidCount: int('货柜数量'),
    vender: text('厂家'),
    fireware: text("固件版本 (the vendor's spelling)"),
    vcs: text('VCS 版本'),
  },
  '点位',
);
export type Site = Static<typeof Site>;

/** Bare arrays; a switch of an integration wraps them in the list envelope. */
export const LineArray = Type.Array(Line);
export const SiteArray = Type.Array(Site);

/** Goods (§11). The one place of this wire where a price is in yuan. */
export const Goods = exact(
  {
    number: text('商品编号'),
    name: text('商品名称'),
    fullName: text('商品全称'),
    typeName: text('商品分类'),
    price: text('价格, yuan: "1.5"'),
    packingForm: int('0 bottle, 1 can, 2 bag, 3 box, 4 cup'),
    manufacturer: text('厂家'),
  },
  '商品',
);
export type Goods = Static<typeof Goods>;

export const GoodsList = listOf(Goods);
