/** `outStatus` of an order, and of a unit, where only dispensed and failed occur (出货状态). */
export const outStatuses = { dispensing: 100, dispensed: 200, partly: 300, failed: 400 } as const;
export type OutStatus = (typeof outStatuses)[keyof typeof outStatuses];
/** What a unit ended with. */
export type UnitStatus = typeof outStatuses.dispensed | typeof outStatuses.failed;

/** `machineStatus` (机器状态). */
export const machineStatuses = { normal: 10, offline: 20, fault: 30 } as const;
export type MachineStatus = (typeof machineStatuses)[keyof typeof machineStatuses];

/** `slotStatus` of a slot that works; any other number is a fault (货道状态). */
export const slotNormal = 0;

/** `payStatus` (支付状态). */
export const payStatuses = { waiting: 0, paid: 1, failed: 2 } as const;
export type PayStatus = (typeof payStatuses)[keyof typeof payStatuses];

/** `refundStatus` (退款状态). */
export const refundStatuses = { none: 0, full: 1, part: 2, failed: 3 } as const;
export type RefundStatus = (typeof refundStatuses)[keyof typeof refundStatuses];

/** `payMethod` (支付方式). */
export const payMethods = { alipay: 1, wechat: 2, balance: 3, bankCard: 4, cash: 5, other: 6 } as const;
export type PayMethod = (typeof payMethods)[keyof typeof payMethods];

/** `salt` is a random number between the two, both included. */
export const saltRange = { least: 1000, most: 9999 } as const;
/** How far `utc` may be from the reader's clock by default (our decision: the vendor gives no window). */
export const utcWindowMs = 5 * 60_000;

/** A token is valid this long (vendor's document: 24 hours). */
export const tokenLifeMs = 24 * 3_600_000;
/** The token before the newest is valid this long beside it (our decision: the vendor says "a short time"). */
export const tokenOverlapMs = 5 * 60_000;
/** Tokens per app and day (our decision: the vendor says "limited"). */
export const tokensPerDay = 200;
/** What a token may be long, in characters (vendor's document). */
export const tokenLength = 512;

/** Time-outs and patience of the platform, towards a third party (our decisions). */
export const patience = {
  /** `/machine/query` is answered within this. */
  machineQueryMs: 3_000,
  /** `/order/notice` is repeated this long, then the order is asked for instead: no can drops at night. */
  noticeMs: 10 * 60_000,
  /** No callback this long after a notice that was taken: `/order/query`. */
  callbackMs: 60_000,
} as const;
