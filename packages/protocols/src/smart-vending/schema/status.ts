import { type Static, Type } from 'typebox';
import { exact, int, list, signatureFields, text } from './types.ts';

export const Temperatures = exact(
  {
    engyOnT: text('节能开时间, "H:M"'),
    engyOffT: text('节能关时间'),
    lampOnT: text('日光灯开时间'),
    lampOffT: text('日光灯关时间'),
    cryTemUL: int('制冷温度上限, °C'),
    cryTemDL: int('制冷温度下限'),
    heatTemUL: int('制热温度上限'),
    heatTemDL: int('制热温度下限'),
    leftRmTem: int('左室温度'),
    rightRmTem: int('右室温度'),
    leftRmRef: int('左室制冷'),
    rightRmRef: int('右室制冷'),
    leftRmHeat: int('左室制热'),
    rightRmHeat: int('右室制热'),
    lampNorOp: int('日光灯常开'),
    lampAut: int('日光灯自动'),
  },
  '详细温度环境信息',
);
export type Temperatures = Static<typeof Temperatures>;

/** A shelf's state. `state` is a text as in the vendor's table; a switch of an integration sends the number of the example. */
export const ShelfStatePush = exact({
  cid: text('货柜编号'),
  shelvesId: text('货道号'),
  state: text('0 normal, 1 sold out'),
  soldoutTime: Type.Optional(text('售空时间, seconds; only when sold out')),
});

/** A machine's state changed (§4.1). Lists that are empty tell that there is nothing of the kind. */
export const StatusPush = exact(
  {
    clientId: text('身份标识'),
    assetId: text('售货机编号'),
    siteName: text('点位名称'),
    lineName: text('线路名称'),
    vmcOnline: int('0 not well, 1 well'),
    online: int('0 online, 1 offline'),
    doorState: int('0 open, 1 shut'),
    isSale: int('0 not selling, 1 selling'),
    coin5Count: int('Coins of 5 jiao'),
    coin10Count: int('Coins of 1 yuan'),
    faultCode: list(Type.Integer(), 'Six numbers, 0 for none'),
    vendingFault: list(exact({ cid: text('故障货柜编号'), pcode: text('故障类型'), ccode: text('故障名称') })),
    shelvesState: list(ShelfStatePush),
    temperState: list(exact({ cid: text('货柜编号; the main one is master'), temperDetail: Temperatures })),
    versions: list(
      exact({ name: text('货柜编号; the main one is master'), type: text('1 control, 2 drive board'), value: text('版本') }),
    ),
    apps: list(exact({ name: text('应用名称'), version: text('应用版本') })),
    fireware: text("固件版本信息 (the vendor's spelling)"),
    ...signatureFields,
  },
  '售货机状态通知',
);
export type StatusPush = Static<typeof StatusPush>;
