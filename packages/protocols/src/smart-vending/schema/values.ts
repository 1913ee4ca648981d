/** Where the platform's calls live, and on a mall's side those about pickup codes. */
export const basePath = '/osapi';

/** `cursor` and `limit` when they are not given (ours). */
export const defaultPage = { cursor: 0, limit: 30 } as const;

/** A pickup code that is made without times is valid from now for so long (15 days). */
export const pickupCodeDays = 15;
/** What `code/create` makes: 7 digits, the first of them not 0. */
export const pickupCodePattern = /^[1-9]\d{6}$/;

export const results = { success: 'SUCCESS', fail: 'FAIL' } as const;

/** How a unit ended (deliverStatus, 出货状态): one state, spelled differently in pushes (§3.1) and in lists (§3.2). */
export const deliverStatuses = {
  pending: { push: -1, list: 3 },
  dispensed: { push: 0, list: 0 },
  soldOut: { push: 2, list: 1 },
  failed: { push: 3, list: 2 },
} as const;
export type DeliverStatus = keyof typeof deliverStatuses;

/** The state that a number means in a push or in a list; undefined when it means none. */
export function deliverStatusOf(number: number, where: 'push' | 'list'): DeliverStatus | undefined {
  return (Object.keys(deliverStatuses) as DeliverStatus[]).find((name) => deliverStatuses[name][where] === number);
}

/** payStatus (支付状态). */
export const payStatuses = { waiting: 0, paid: 1, failed: 2 } as const;
/** refundStatus (退款状态). */
export const refundStatuses = { none: 0, refunding: 1, refunded: 2, failed: 3 } as const;
/** type of a container, machineType of a trade (货柜类型). */
export const machineTypes = { drinks: 1, spring: 2, locker: 3 } as const;
/** online (在线状态): 0 is online, as the vendor has it. */
export const onlineStates = { online: 0, offline: 1 } as const;
/** doorState (门状态). A switch of an integration turns it round. */
export const doorStates = { open: 0, shut: 1 } as const;
/** vmcOnline and isSale. */
export const yesNo = { no: 0, yes: 1 } as const;
/** state and status of a shelf (货道状态), sent as text. */
export const shelfStates = { normal: '0', soldOut: '1' } as const;
/** packingForm (包装形式). */
export const packingForms = { bottle: 0, can: 1, bag: 2, box: 3, cup: 4 } as const;
/** codeStatus (取货码状态). */
export const codeStatuses = { unused: '1', used: '2', expired: '3' } as const;
/** type of a version (版本类型): the main control's, the drive board's. */
export const versionTypes = { control: '1', drive: '2' } as const;
/** The main cabinet in temperState and versions; everywhere else its cid is the machine's assetId. */
export const mainCabinet = 'master';
/** faultCode: so many numbers, 0 for no fault. */
export const faultCodeLength = 6;

/** A time of this wire: seconds, as a number. */
export const toSeconds = (time: Date): number => Math.floor(time.getTime() / 1000);
export const fromSeconds = (seconds: number): Date => new Date(seconds * 1000);
